#include "backend/isolation/isolated_backend.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "backend/isolation/isolated_executable.h"
#include "backend/isolation/reply.h"
#include "backend/isolation/reproducer.h"
#include "backend/isolation/shared_block.h"
#include "base/human_units.h"
#include "tundish/parameters/parameter_file.h"

namespace tundish {
namespace {

using HostRef = std::unique_ptr<HostProcess>;

// Whether a folder that shows the failure helps: not where the caller stopped it or made a mistake.
bool is_worth_reproducing(const Status& status, bool is_child_lost) {
  if (status.code() == Code::kAborted) return true;
  return is_child_lost && status.code() != Code::kCancelled;
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// What a child said that it compiled. Any error but kResourceExhausted means that it is damaged.
Result<Compiled> take_compiled(HostReply reply, uint64_t output_limit) {
  TUNDISH_ASSIGN(CompileReply message, from_wire<CompileReply>(reply.body));
  if (reply.files.size() != 2) return data_loss("a compiled program without its bytes");
  TUNDISH_ASSIGN(const std::shared_ptr<SharedBlock> executable,
                 SharedBlock::adopt(std::move(reply.files[0])));
  TUNDISH_ASSIGN(const std::shared_ptr<SharedBlock> texts,
                 SharedBlock::adopt(std::move(reply.files[1])));
  const uint64_t size = executable->bytes().size();
  // Unsealed bytes could change after they have been hashed and stored.
  if (!executable->is_published() || !texts->is_published() || size != message.executable_bytes) {
    return data_loss("the executable's memory is not as announced");
  }
  if (output_limit > 0 && size > output_limit) {
    return resource_exhausted("the executable has " + human_size(size) +
                              ", over the output limit of " + human_size(output_limit) +
                              "; raise the limit");
  }
  Compiled compiled;
  compiled.executable = {executable, executable->bytes()};
  compiled.signature = std::move(message.signature);
  compiled.diagnostics = std::move(message.diagnostics);
  compiled.report = std::move(message.report);
  std::span<const std::byte> rest = texts->bytes();
  for (auto& [name, text_size] : message.intermediates) {
    if (text_size > rest.size()) return data_loss("an intermediate form is truncated");
    compiled.intermediates.emplace(
        std::move(name),
        std::string(reinterpret_cast<const char*>(rest.data()), static_cast<size_t>(text_size)));
    rest = rest.subspan(text_size);
  }
  return compiled;
}

// The child opens parameters itself, wherever it works.
std::string absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path result = std::filesystem::absolute(path, error);
  return error ? path : result.string();
}

// The executable's bytes as memory that the child can map: as they are where a child made them.
Result<std::shared_ptr<SharedBlock>> share(const Bytes& executable) {
  if (std::shared_ptr<SharedBlock> block = SharedBlock::of(executable.owner);
      block != nullptr && block->offset_of(executable.data) == 0) {
    return block;
  }
  TUNDISH_ASSIGN(MemoryFile file, publish_bytes("tundish-executable", executable.data));
  return SharedBlock::adopt(std::move(file));
}

class IsolatedBackend final : public Backend {
 public:
  IsolatedBackend(std::shared_ptr<Backend> local, std::shared_ptr<HostPool> pool)
      : local_(std::move(local)), pool_(std::move(pool)) {}

  std::string_view name() const override { return local_->name(); }
  Result<std::string> compiler_version() const override { return local_->compiler_version(); }
  Status supports(const Target& target) const override { return local_->supports(target); }
  std::string target_note(const Target& target) const override {
    return local_->target_note(target);
  }
  Result<std::vector<std::string>> key_flags(const Target& target,
                                             const CompileOptions& options) const override {
    return local_->key_flags(target, options);
  }

  Result<Compiled> compile(const Source& source, const Target& target,
                           const CompileOptions& options, const CompileControl& control) override {
    const Work work{"compiling " + source.name() + " for " + target.to_string(), Stage::kCompile,
                    options.limits.timeout, &control};
    TUNDISH_ASSIGN(HostRef host, acquire(options.limits, Stage::kCompile));
    TUNDISH_ASSIGN(Exchange made,
                   send_source(*host, MessageKind::kCompile, work, source, target, options));
    Result<Compiled> compiled = finish<Compiled>(*host, work, made, [&](HostReply reply) {
      return take_compiled(std::move(reply), options.limits.output_bytes);
    });
    if (!compiled) {
      return report(compiled.error(), *host, made.is_child_lost, source, target, options);
    }
    pool_->give_back(std::move(host));
    return compiled;
  }

  Result<SourceFacts> inspect(const Source& source, const Target& target,
                              const CompileOptions& options) override {
    const Work work{"reading " + source.name(), Stage::kParse, options.limits.timeout, nullptr};
    TUNDISH_ASSIGN(HostRef host, acquire(options.limits, Stage::kParse));
    TUNDISH_ASSIGN(Exchange made,
                   send_source(*host, MessageKind::kInspect, work, source, target, options));
    Result<SourceFacts> facts = finish<SourceFacts>(
        *host, work, made, [](HostReply reply) { return from_wire<SourceFacts>(reply.body); });
    if (!facts) return report(facts.error(), *host, made.is_child_lost, source, target, options);
    pool_->give_back(std::move(host));
    return facts;
  }

  Result<std::vector<DeviceInfo>> devices() override {
    // A driver that hangs must not hang `doctor`.
    const Work work{"listing the devices of " + std::string(name()), Stage::kLoad,
                    std::chrono::seconds(60), nullptr};
    TUNDISH_ASSIGN(HostRef host, acquire({}, Stage::kLoad));
    Exchange made = host->control(work, MessageKind::kDevices, to_wire(std::string(name())));
    Result<std::vector<DeviceInfo>> devices = finish<std::vector<DeviceInfo>>(
        *host, work, made,
        [](HostReply reply) { return from_wire<std::vector<DeviceInfo>>(reply.body); });
    if (devices) pool_->give_back(std::move(host));
    return devices;
  }

  Result<std::shared_ptr<Executable>> load(Bytes executable, const LoadOptions& options) override {
    const Work work{"loading an executable of " + human_size(executable.data.size()), Stage::kLoad,
                    options.limits.timeout, nullptr};
    LoadMessage message;
    message.backend = name();
    message.executable_bytes = executable.data.size();
    message.devices = options.devices;
    message.threads = options.threads;
    for (const auto& [scope, files] : options.parameters) {
      for (const auto& file : files) message.parameters[scope].push_back(absolute(file->name()));
    }
    TUNDISH_ASSIGN(const std::shared_ptr<SharedBlock> shared, share(executable));
    TUNDISH_ASSIGN(HostRef host, acquire(options.limits, Stage::kLoad));
    const int fd = shared->fd();
    Exchange made = host->control(work, MessageKind::kLoad, to_wire(message), {&fd, 1});
    Result<LoadReply> loaded = finish<LoadReply>(
        *host, work, made, [](HostReply reply) { return from_wire<LoadReply>(reply.body); });
    if (!loaded) {
      if (!made.is_child_lost || loaded.error().code() == Code::kCancelled) return loaded.error();
      return reproduce_run(loaded.error(), facts_of(*host), executable, options, "", {});
    }
    return make_isolated_executable({std::move(host), std::string(name()), version(),
                                     std::move(executable), options, std::move(loaded->signature),
                                     std::move(loaded->devices), std::move(loaded->target)});
  }

 private:
  Result<HostRef> acquire(const Limits& limits, Stage stage) {
    Result<HostRef> host = pool_->acquire(limits.memory_bytes);
    if (!host) return host.error().with_stage(stage);
    return host;
  }

  Result<Exchange> send_source(HostProcess& host, MessageKind kind, const Work& work,
                               const Source& source, const Target& target,
                               const CompileOptions& options) {
    CompileMessage message;
    message.backend = name();
    message.source = {source.name(), source.bytes().size()};
    message.target = target;
    message.options = options;
    message.output_bytes = options.limits.output_bytes;
    TUNDISH_ASSIGN(const MemoryFile bytes,
                   publish_bytes("tundish-source", as_bytes(source.bytes())));
    const int fd = bytes.fd();
    return host.control(work, kind, to_wire(message), {&fd, 1});
  }

  // Decodes a reply; a child whose reply makes no sense is stopped.
  template <typename T, typename Decode>
  Result<T> finish(HostProcess& host, const Work& work, Exchange& made, const Decode& decode) {
    if (!made.reply) return made.reply.error();
    Result<T> value = decode(std::move(*made.reply));
    if (value) return value;
    if (value.error().code() == Code::kResourceExhausted) {
      return value.error().with_stage(work.stage);
    }
    made.is_child_lost = true;
    return host.reject(work, value.error());
  }

  std::string version() const { return local_->compiler_version().value_or("unknown"); }
  FailureFacts facts_of(HostProcess& host) const {
    return {std::string(name()), version(), host.log_tail()};
  }
  Status report(const Status& failure, HostProcess& host, bool is_child_lost, const Source& source,
                const Target& target, const CompileOptions& options) {
    if (!is_worth_reproducing(failure, is_child_lost)) return failure;
    return reproduce_compile(failure, facts_of(host), source, target, options);
  }

  std::shared_ptr<Backend> local_;
  std::shared_ptr<HostPool> pool_;
};

}  // namespace

std::shared_ptr<Backend> make_isolated(std::shared_ptr<Backend> local,
                                       std::shared_ptr<HostPool> pool) {
  return std::make_shared<IsolatedBackend>(std::move(local), std::move(pool));
}

}  // namespace tundish
