#include "backend/iree/executable.h"

#include <iree/io/parameter_index.h>
#include <iree/io/parameter_index_provider.h>
#include <iree/modules/hal/module.h>
#include <iree/modules/io/parameters/module.h>
#include <iree/vm/bytecode/module.h>

#include <cstring>

#include "backend/iree/declaration.h"
#include "backend/iree/instance.h"
#include "tundish/backend/target.h"
#include "tundish/parameters/parameter_file.h"

namespace tundish::iree {
namespace {

using ParameterIndexHandle = Handle<iree_io_parameter_index_t, iree_io_parameter_index_release>;
using ParameterProviderHandle =
    Handle<iree_io_parameter_provider_t, iree_io_parameter_provider_release>;
using FileHandle = Handle<iree_io_file_handle_t, iree_io_file_handle_release>;

// Modules point into the executable's bytes, whose read-only data wants this alignment.
constexpr size_t kExecutableAlignment = 64;

Result<Bytes> aligned(Bytes bytes) {
  if (reinterpret_cast<uintptr_t>(bytes.data.data()) % kExecutableAlignment == 0) return bytes;
  void* copy =
      std::aligned_alloc(kExecutableAlignment, (bytes.data.size() + kExecutableAlignment) /
                                                   kExecutableAlignment * kExecutableAlignment);
  if (copy == nullptr) return resource_exhausted("no memory for the executable");
  std::memcpy(copy, bytes.data.data(), bytes.data.size());
  Bytes result;
  result.owner =
      std::shared_ptr<const void>(copy, [](const void* p) { std::free(const_cast<void*>(p)); });
  result.data = {static_cast<const std::byte*>(copy), bytes.data.size()};
  return result;
}

// IREE's archives are ZIP files without a comment: one that does not end in the end-of-directory
// record was cut off, wherever that was.
bool is_whole(std::span<const std::byte> bytes) {
  constexpr size_t kRecordBytes = 22;
  constexpr char kSignature[] = {'P', 'K', 5, 6};
  return bytes.size() >= kRecordBytes &&
         std::memcmp(bytes.data() + bytes.size() - kRecordBytes, kSignature, 4) == 0;
}

// The device that suits `target` when the caller names none.
std::string default_device(const std::string& target) {
  if (auto parsed = parse_target(target); parsed.has_value()) {
    if (parsed->family == Family::kVulkan) return "vulkan";
    if (parsed->family == Family::kCuda) return "cuda";
  }
  return "local-task";
}

// Every parameter of `files` in one index that points into their mappings.
Result<ParameterIndexHandle> build_index(
    const std::vector<std::shared_ptr<const ParameterFile>>& files) {
  const iree_allocator_t host = iree_allocator_system();
  ParameterIndexHandle index;
  TUNDISH_TRY(take_status(iree_io_parameter_index_create(host, out(index))));
  for (const auto& file : files) {
    for (const Parameter& parameter : file->parameters()) {
      FileHandle handle;
      TUNDISH_TRY(take_status(iree_io_file_handle_wrap_host_allocation(
          IREE_IO_FILE_ACCESS_READ,
          iree_make_byte_span(const_cast<std::byte*>(parameter.bytes.data()),
                              parameter.bytes.size()),
          iree_io_file_handle_release_callback_null(), host, out(handle))));
      iree_io_parameter_index_entry_t entry = {};
      entry.key = sv(parameter.key);
      entry.length = parameter.bytes.size();
      entry.type = IREE_IO_PARAMETER_INDEX_ENTRY_STORAGE_TYPE_FILE;
      entry.storage.file.handle = handle.get();
      entry.storage.file.offset = 0;
      TUNDISH_TRY(take_status(iree_io_parameter_index_add(index.get(), &entry)));
    }
  }
  return index;
}

// What a context that could not be made means to the user.
Status explain_context_failure(const Status& status, const std::string& device,
                               const std::string& target) {
  const bool is_other_machine =
      status.message().find("not found or unavailable") != std::string::npos ||
      status.code() == Code::kFailedPrecondition ||
      status.message().find("no executable loader") != std::string::npos;
  if (is_other_machine) {
    return failed_precondition("the executable cannot run on device " + device + ": " +
                               (target.empty() ? "it was compiled for another kind of device"
                                               : "it was compiled for " + target) +
                               " (" + status.message() +
                               "); choose another --device, or compile for this machine");
  }
  if (status.code() == Code::kNotFound && status.message().find("parameter") != std::string::npos) {
    return status.with_context(
        "the executable needs parameters; give them with --parameters SCOPE=FILE");
  }
  return status.with_context("the executable cannot be loaded on device " + device);
}

}  // namespace

Result<std::shared_ptr<Executable>> IreeExecutable::load(Bytes bytes, const LoadOptions& options) {
  auto executable = std::shared_ptr<IreeExecutable>(new IreeExecutable);
  TUNDISH_ASSIGN(executable->runtime_, Runtime::get());
  TUNDISH_ASSIGN(executable->bytes_, aligned(std::move(bytes)));
  if (Status status = executable->load_module(options); !status.ok()) {
    return status.with_stage(Stage::kLoad);
  }
  return std::shared_ptr<Executable>(std::move(executable));
}

Status IreeExecutable::load_module(const LoadOptions& options) {
  const iree_allocator_t host = iree_allocator_system();
  if (!is_whole(bytes_.data)) {
    return data_loss("not an IREE executable, or one that was cut off; compile it again");
  }
  const Status created = take_status(iree_vm_bytecode_module_create(
      runtime_->vm(), IREE_VM_BYTECODE_MODULE_FLAG_NONE,
      iree_make_const_byte_span(bytes_.data.data(), bytes_.data.size()), iree_allocator_null(),
      host, out(module_)));
  if (!created.ok()) {
    return data_loss("not an IREE executable, or a damaged one: " + created.message() +
                     "; compile it again");
  }
  TUNDISH_TRY(read_entry_points());
  TUNDISH_TRY(open_device(options));
  TUNDISH_TRY(add_parameters(options.parameters));
  // What cannot make a context cannot run: find out now.
  auto context = create_context();
  if (!context.has_value()) {
    return explain_context_failure(context.error(), device_->name, target_);
  }
  return {};
}

Status IreeExecutable::read_entry_points() {
  const iree_vm_module_signature_t exports = iree_vm_module_signature(module_.get());
  for (iree_host_size_t i = 0; i < exports.export_function_count; ++i) {
    EntryPoint entry;
    TUNDISH_TRY(take_status(iree_vm_module_lookup_function_by_ordinal(
        module_.get(), IREE_VM_FUNCTION_LINKAGE_EXPORT, i, &entry.function)));
    const std::string name = str(iree_vm_function_name(&entry.function));
    const auto attribute = [&](const char* key) {
      return str(iree_vm_function_lookup_attr_by_name(&entry.function, sv(key)));
    };
    const std::string declaration = attribute("iree.abi.declaration");
    if (declaration.empty()) continue;  // initialisers and helpers of the compiler
    auto signature = parse_declaration(declaration, name);
    if (!signature.has_value()) return signature.error().with_context('@' + name);
    entry.takes_fences = attribute("iree.abi.model") == "coarse-fences";
    if (target_.empty()) target_ = attribute("tundish.target");
    signature_.functions.push_back(*std::move(signature));
    entries_.push_back(entry);
  }
  if (entries_.empty()) {
    return failed_precondition(
        "the executable has no function that can be called: its declarations were stripped");
  }
  return {};
}

Status IreeExecutable::open_device(const LoadOptions& options) {
  if (options.devices.size() > 1) {
    return unimplemented("the iree backend runs an executable on one device; found " +
                         std::to_string(options.devices.size()));
  }
  const std::string name = options.devices.empty() ? default_device(target_) : options.devices[0];
  TUNDISH_ASSIGN(device_, runtime_->open(name, options.threads));
  device_names_ = {name};
  if (auto target = parse_target(target_); device_->runs_on_host && target.has_value()) {
    TUNDISH_TRY(check_runs_on_host(*target));
  }
  return take_status(iree_hal_module_create(runtime_->vm(), iree_hal_module_device_policy_default(),
                                            device_->group.get(), IREE_HAL_MODULE_FLAG_NONE,
                                            iree_hal_module_debug_sink_null(),
                                            iree_allocator_system(), out(hal_module_)));
}

Status IreeExecutable::add_parameters(const ParameterScopes& scopes) {
  if (scopes.empty()) return {};
  const iree_allocator_t host = iree_allocator_system();
  parameters_ = scopes;
  std::vector<ParameterProviderHandle> providers;
  std::vector<iree_io_parameter_provider_t*> pointers;
  for (const auto& [scope, files] : parameters_) {
    TUNDISH_ASSIGN(ParameterIndexHandle index, build_index(files));
    ParameterProviderHandle provider;
    TUNDISH_TRY(take_status(iree_io_parameter_index_provider_create(
        sv(scope), index.get(), IREE_IO_PARAMETER_INDEX_PROVIDER_DEFAULT_MAX_CONCURRENT_OPERATIONS,
        host, out(provider))));
    pointers.push_back(provider.get());
    providers.push_back(std::move(provider));
  }
  return take_status(iree_io_parameters_module_create(
      runtime_->vm(), pointers.size(), pointers.data(), host, out(parameters_module_)));
}

Result<ContextHandle> IreeExecutable::create_context() const {
  std::vector<iree_vm_module_t*> modules = {hal_module_.get()};
  if (parameters_module_) modules.push_back(parameters_module_.get());
  modules.push_back(module_.get());
  ContextHandle context;
  TUNDISH_TRY(take_status(
      iree_vm_context_create_with_modules(runtime_->vm(), IREE_VM_CONTEXT_FLAG_NONE, modules.size(),
                                          modules.data(), iree_allocator_system(), out(context))));
  return context;
}

Result<std::unique_ptr<Instance>> IreeExecutable::create_instance() {
  auto context = create_context();
  if (!context.has_value()) {
    return explain_context_failure(context.error(), device_->name, target_)
        .with_stage(Stage::kLoad);
  }
  return IreeInstance::create(shared_from_this(), *std::move(context));
}

Result<IreeExecutable::Found> IreeExecutable::find(std::string_view name) const {
  TUNDISH_ASSIGN(const FunctionSignature* function, signature_.find(name));
  const auto index = static_cast<size_t>(function - signature_.functions.data());
  return Found{function, &entries_[index]};
}

}  // namespace tundish::iree
