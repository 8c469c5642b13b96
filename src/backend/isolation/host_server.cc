#include "backend/isolation/host_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "backend/isolation/instance_session.h"
#include "backend/isolation/messages.h"
#include "backend/isolation/reply.h"
#include "base/process_tree.h"
#include "tundish/parameters/parameter_file.h"

namespace tundish {
namespace {

void wait_for_the_parents_end(int fd) {
  for (;;) {
    pollfd watched{fd, POLLRDHUP, 0};
    if (poll(&watched, 1, -1) >= 0 || errno != EINTR) return;
  }
}

[[noreturn]] void kill_group() {
  if (getpgrp() == getpid()) kill(0, SIGKILL);
  std::_Exit(0);
}

// Kills this process and all that it started once the parent's end of the channel is closed.
[[noreturn]] void watch_parent(int fd) {
  wait_for_the_parents_end(fd);
  for (const pid_t process : process_tree(getpid())) {
    if (process != getpid()) kill(process, SIGKILL);  // also what has left the group
  }
  kill_group();
}

// The same without the heap, which may be damaged or locked for good by the time.
[[noreturn]] void watch_parent_without_heap(int fd) {
  wait_for_the_parents_end(fd);
  usleep(500'000);
  kill_group();
}

void prepare_process(int fd) {
  fcntl(fd, F_SETFD, FD_CLOEXEC);      // a compiler's own children must not hold the channel open
  dup2(STDERR_FILENO, STDOUT_FILENO);  // what anybody prints belongs in the log
  std::thread(watch_parent, fd).detach();
  std::thread(watch_parent_without_heap, fd).detach();
  // The parent's death now ends the whole group; the kernel's signal would end this process alone
  // and spare what it started.
  prctl(PR_SET_PDEATHSIG, 0);
}

// While it lives, no file of this process may grow over `bytes` (0: no limit): who tries is ended
// by SIGXFSZ. Covers memory files, and so what is handed back.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(uint64_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit wanted = before_;
    if (bytes > 0) wanted.rlim_cur = std::min<rlim_t>(bytes, before_.rlim_max);
    setrlimit(RLIMIT_FSIZE, &wanted);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

class HostServer {
 public:
  HostServer(MessageChannel channel, Registry& registry)
      : channel_(std::move(channel)), registry_(registry) {}

  void run() {
    const HostHandler handler = [this](MessageKind kind, const nlohmann::json& body,
                                       std::vector<FileDescriptor>& files) {
      return handle(kind, body, files);
    };
    while (serve_one(channel_, handler).ok()) {
    }
  }

 private:
  Result<Reply> handle(MessageKind kind, const nlohmann::json& body,
                       std::vector<FileDescriptor>& files) {
    switch (kind) {
      case MessageKind::kCompile:
        return compile(body, files);
      case MessageKind::kInspect:
        return inspect(body, files);
      case MessageKind::kDevices:
        return devices(body);
      case MessageKind::kLoad:
        return load(body, files);
      case MessageKind::kCreateInstance:
        return create_instance(files);
      default:
        return internal_error("this request belongs on an instance's channel");
    }
  }

  static Result<Source> read_source(const SourceMessage& message,
                                    std::vector<FileDescriptor>& files) {
    TUNDISH_ASSIGN(const MemoryMapping mapping,
                   map_attachment(files, 0, message.size_bytes, MemoryMapping::Access::kRead));
    const auto bytes = mapping.bytes().first(message.size_bytes);
    return Source::from_string({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                               message.name);
  }

  Result<Reply> compile(const nlohmann::json& body, std::vector<FileDescriptor>& files) {
    TUNDISH_ASSIGN(const CompileMessage message, from_wire<CompileMessage>(body));
    TUNDISH_ASSIGN(const std::shared_ptr<Backend> backend, registry_.find(message.backend));
    TUNDISH_ASSIGN(const Source source, read_source(message.source, files));
    const FileSizeLimit limit(message.output_bytes);
    CompileControl control;
    std::mutex mutex;  // progress may come from any of the compiler's threads
    control.on_progress = [&](const CompileProgress& progress) {
      const std::lock_guard lock(mutex);
      // The parent is gone when this fails; watch_parent sees that, too.
      (void)channel_.send(request_header(MessageKind::kProgress, to_wire(progress)));
    };
    TUNDISH_ASSIGN(const Compiled compiled,
                   backend->compile(source, message.target, message.options, control));
    return reply_with(compiled);
  }

  static Result<Reply> reply_with(const Compiled& compiled) {
    CompileReply reply;
    reply.executable_bytes = compiled.executable.data.size();
    reply.signature = compiled.signature;
    reply.diagnostics = compiled.diagnostics;
    reply.report = compiled.report;
    std::string texts;
    for (const auto& [name, text] : compiled.intermediates) {
      reply.intermediates.emplace_back(name, text.size());
      texts += text;
    }
    Reply result = Reply::of(reply);
    TUNDISH_ASSIGN(MemoryFile executable,
                   publish_bytes("tundish-executable", compiled.executable.data));
    result.files.push_back(std::move(executable));
    TUNDISH_ASSIGN(MemoryFile intermediates,
                   publish_bytes("tundish-intermediates", std::as_bytes(std::span(texts))));
    result.files.push_back(std::move(intermediates));
    return result;
  }

  Result<Reply> inspect(const nlohmann::json& body, std::vector<FileDescriptor>& files) {
    TUNDISH_ASSIGN(const CompileMessage message, from_wire<CompileMessage>(body));
    TUNDISH_ASSIGN(const std::shared_ptr<Backend> backend, registry_.find(message.backend));
    TUNDISH_ASSIGN(const Source source, read_source(message.source, files));
    TUNDISH_ASSIGN(const SourceFacts facts,
                   backend->inspect(source, message.target, message.options));
    return Reply::of(facts);
  }

  Result<Reply> devices(const nlohmann::json& body) {
    TUNDISH_ASSIGN(const std::string name, from_wire<std::string>(body));
    TUNDISH_ASSIGN(const std::shared_ptr<Backend> backend, registry_.find(name));
    TUNDISH_ASSIGN(const std::vector<DeviceInfo> devices, backend->devices());
    return Reply::of(devices);
  }

  Result<Reply> load(const nlohmann::json& body, std::vector<FileDescriptor>& files) {
    TUNDISH_ASSIGN(const LoadMessage message, from_wire<LoadMessage>(body));
    TUNDISH_ASSIGN(const std::shared_ptr<Backend> backend, registry_.find(message.backend));
    TUNDISH_ASSIGN(MemoryMapping mapped, map_attachment(files, 0, message.executable_bytes,
                                                        MemoryMapping::Access::kRead));
    const auto mapping = std::make_shared<MemoryMapping>(std::move(mapped));
    LoadOptions options;
    options.devices = message.devices;
    options.threads = message.threads;
    for (const auto& [scope, paths] : message.parameters) {
      for (const std::string& path : paths) {
        TUNDISH_ASSIGN(std::shared_ptr<const ParameterFile> file, ParameterFile::open(path));
        options.parameters[scope].push_back(std::move(file));
      }
    }
    Bytes bytes{mapping, mapping->bytes().first(message.executable_bytes)};
    TUNDISH_ASSIGN(executable_, backend->load(std::move(bytes), options));
    LoadReply reply{executable_->signature(), {}, executable_->target()};
    reply.devices.assign(executable_->devices().begin(), executable_->devices().end());
    return Reply::of(reply);
  }

  Result<Reply> create_instance(std::vector<FileDescriptor>& files) {
    if (executable_ == nullptr) return failed_precondition("no executable is loaded");
    if (files.size() != 1) return data_loss("a new instance needs one channel");
    TUNDISH_ASSIGN(MessageChannel channel, MessageChannel::adopt(std::move(files[0])));
    TUNDISH_ASSIGN(std::unique_ptr<Instance> instance, executable_->create_instance());
    auto session = std::make_unique<InstanceSession>(std::move(channel), executable_,
                                                     std::move(instance), objects_);
    std::thread([owned = std::move(session)] { owned->run(); }).detach();
    return Reply{};
  }

  MessageChannel channel_;
  Registry& registry_;
  std::shared_ptr<Executable> executable_;
  std::shared_ptr<HostObjects> objects_ = std::make_shared<HostObjects>();
};

}  // namespace

int serve(int fd, Registry& registry) {
  Result<MessageChannel> channel = MessageChannel::adopt(FileDescriptor::adopt(fd));
  if (!channel) return 2;
  prepare_process(fd);
  HostServer(std::move(*channel), registry).run();
  return 0;
}

}  // namespace tundish
