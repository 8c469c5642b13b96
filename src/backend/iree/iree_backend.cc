#include "backend/iree/iree_backend.h"

#include <mutex>

#include "backend/iree/compile.h"
#include "backend/iree/device.h"
#include "backend/iree/executable.h"
#include "backend/iree/profile_rules.h"
#include "backend/iree/target_table.h"

namespace tundish {
namespace iree {
namespace {

class IreeBackend final : public Backend {
 public:
  std::string_view name() const override { return "iree"; }

  Result<std::string> compiler_version() const override {
    return compiler_identity(compiler_library_path());
  }

  Status supports(const Target& target) const override { return check_can_compile(target); }

  std::string target_note(const Target& target) const override {
    const auto flags = find_target_flags(target, "");
    return flags.has_value() ? flags->note : std::string();
  }

  Result<std::vector<std::string>> key_flags(const Target& target,
                                             const CompileOptions& options) const override {
    TUNDISH_ASSIGN(auto flags, compile_flags(target, options, {}, ""));
    flags.push_back(std::string("profile=") + profile_name(options.profile));
    flags.push_back("rules=" + rules_revision());
    flags.push_back("level=" + std::to_string(options.optimization_level));
    return flags;
  }

  Result<Compiled> compile(const Source& source, const Target& target,
                           const CompileOptions& options, const CompileControl& control) override {
    TUNDISH_TRY(supports(target));
    TUNDISH_ASSIGN(const CompilerApi* api, CompilerApi::load(compiler_library_path()));
    std::lock_guard lock(compiling_);
    return compile_source(*api, source, target, options, control);
  }

  Result<SourceFacts> inspect(const Source& source, const Target& target,
                              const CompileOptions& options) override {
    TUNDISH_ASSIGN(const CompilerApi* api, CompilerApi::load(compiler_library_path()));
    std::lock_guard lock(compiling_);
    return inspect_source(*api, source, target, options);
  }

  Result<std::vector<DeviceInfo>> devices() override {
    TUNDISH_ASSIGN(auto runtime, Runtime::get());
    return runtime->available();
  }

  Result<std::shared_ptr<Executable>> load(Bytes executable, const LoadOptions& options) override {
    return IreeExecutable::load(std::move(executable), options);
  }

 private:
  std::mutex compiling_;  // one compilation at a time: the compiler keeps some flags globally
};

}  // namespace
}  // namespace iree

std::shared_ptr<Backend> make_iree_backend() { return std::make_shared<iree::IreeBackend>(); }

}  // namespace tundish
