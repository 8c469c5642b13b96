#include "tundish/api/toolkit.h"

#include <chrono>

#include "api/compiled_entry.h"
#include "api/register_backends.h"
#include "backend/isolation/isolated_backend.h"
#include "base/sha256.h"
#include "cache/action.h"
#include "cache/cache.h"

namespace tundish {
namespace {

using Clock = std::chrono::steady_clock;

// Changes when the same compiler, flags and program would give another executable because of what
// Tundish itself does to the program.
constexpr const char* kTransformRevision = "1";

constexpr std::string_view kZipMagic = "PK\x03\x04";  // IREE's archives
constexpr size_t kLargeSource = size_t{4} << 20;

Result<ContentDigest> digest_of(const Source& source, const Cache& cache) {
  // A large file that has not changed need not be read again.
  if (source.bytes().size() >= kLargeSource) {
    auto digest = cache.digest_file(source.name());
    if (digest.has_value() && digest->size_bytes == source.bytes().size()) return digest;
  }
  return content_digest(source.bytes());
}

Result<ActionKey> key_of(const Backend& backend, const CompileRequest& request,
                         const Cache& cache) {
  ActionBuilder builder;
  TUNDISH_ASSIGN(ContentDigest digest, digest_of(request.source, cache));
  builder.add_input("module", digest);
  builder.add_argument("compile").add_argument("--target=" + request.target.to_string());
  TUNDISH_ASSIGN(auto flags, backend.key_flags(request.target, request.options));
  for (std::string& flag : flags) builder.add_argument(std::move(flag));
  if (!request.options.emit.empty()) builder.add_argument("--emit=" + request.options.emit);
  TUNDISH_ASSIGN(std::string version, backend.compiler_version());
  builder.set_platform("compiler", std::string(backend.name()) + ' ' + version);
  builder.set_environment("TUNDISH_REVISION",
                          std::string(tundish_version()) + '.' + kTransformRevision);
  builder.add_output("executable");
  return builder.key();
}

}  // namespace

struct Toolkit::State {
  Registry registry;
  Cache cache = Cache::disabled();
  bool uses_cache = false;  // asked for; whether it is of use, the cache itself says
};

Toolkit::Toolkit(std::unique_ptr<State> state) : state_(std::move(state)) {}
Toolkit::~Toolkit() = default;

Result<std::shared_ptr<Toolkit>> Toolkit::create(const ToolkitOptions& options) {
  auto state = std::make_unique<State>();
  Registry local;
  register_backends(local);
  auto pool = std::make_shared<HostPool>();
  for (const std::string& name : local.names()) {
    TUNDISH_ASSIGN(auto backend, local.find(name));
    state->registry.add(options.isolation == Isolation::kHost
                            ? make_isolated(std::move(backend), pool)
                            : std::move(backend));
  }
  if (options.use_cache) {
    CacheOptions cache;
    cache.folder = options.cache_folder;
    if (options.cache_max_bytes > 0) cache.max_bytes = options.cache_max_bytes;
    state->cache = Cache::open(cache);
    state->uses_cache = true;
  }
  return std::shared_ptr<Toolkit>(new Toolkit(std::move(state)));
}

Result<CompileOutcome> Toolkit::compile(const CompileRequest& asked,
                                        const CompileControl& control) {
  const auto start = Clock::now();
  CompileRequest request = asked;
  TUNDISH_ASSIGN(auto backend, state_->registry.find(request.backend));
  TUNDISH_ASSIGN(request.target, resolve(request.target));
  TUNDISH_TRY(backend->supports(request.target));
  TUNDISH_TRY(request.source.check());
  TUNDISH_ASSIGN(const ActionKey key, key_of(*backend, request, state_->cache));

  const std::string& name = request.source.name();
  const auto produce = [&]() -> Result<Entry> {
    TUNDISH_ASSIGN(Compiled compiled,
                   backend->compile(request.source, request.target, request.options, control));
    return to_entry(compiled, name);
  };
  CompileOutcome outcome;
  outcome.key = key.digest.to_hex() + '/' + std::to_string(key.size_bytes);
  TUNDISH_ASSIGN(CacheOutcome cached,
                 state_->cache.get_or_produce(key, produce, control.is_cancelled));
  TUNDISH_ASSIGN(outcome.compiled, from_entry(cached.entry, name));
  outcome.is_cache_hit = cached.is_hit;
  if (state_->uses_cache) outcome.cache_warning = cached.warning;
  outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return outcome;
}

Result<std::shared_ptr<Executable>> Toolkit::load(Bytes executable, const LoadOptions& options,
                                                  std::string_view backend_name) {
  if (backend_name.empty()) {
    if (!is_iree_executable(executable.view())) {
      return data_loss("not an executable of any backend of this build, or a damaged one")
          .with_stage(Stage::kLoad);
    }
    backend_name = "iree";
  }
  TUNDISH_ASSIGN(auto backend, state_->registry.find(backend_name));
  return backend->load(std::move(executable), options);
}

Result<SourceFacts> Toolkit::inspect(const CompileRequest& asked) {
  TUNDISH_ASSIGN(auto backend, state_->registry.find(asked.backend));
  TUNDISH_ASSIGN(const Target target, resolve(asked.target));
  TUNDISH_TRY(asked.source.check());
  return backend->inspect(asked.source, target, asked.options);
}

std::vector<DeviceInfo> Toolkit::devices() {
  std::vector<DeviceInfo> all;
  for (const std::string& name : state_->registry.names()) {
    auto backend = state_->registry.find(name);
    if (!backend.has_value()) continue;
    auto devices = (*backend)->devices();
    if (devices.has_value()) all.insert(all.end(), devices->begin(), devices->end());
  }
  return all;
}

const Registry& Toolkit::registry() const { return state_->registry; }

std::string Toolkit::cache_folder() const {
  return state_->cache.is_enabled() ? state_->cache.folder() : "";
}

bool is_iree_executable(std::string_view bytes) { return bytes.starts_with(kZipMagic); }

const char* tundish_version() { return TUNDISH_VERSION; }

}  // namespace tundish
