// Executables of the IREE backend: loading, and what their instances share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/iree/device.h"
#include "tundish/backend/backend.h"

namespace tundish::iree {

// A public function of a loaded executable.
struct EntryPoint {
  iree_vm_function_t function;
  bool takes_fences = false;  // compiled for asynchronous use: two more arguments, wait and signal
};

class IreeExecutable final : public Executable,
                             public std::enable_shared_from_this<IreeExecutable> {
 public:
  static Result<std::shared_ptr<Executable>> load(Bytes bytes, const LoadOptions& options);

  const Signature& signature() const override { return signature_; }
  std::span<const std::string> devices() const override { return device_names_; }
  std::string target() const override { return target_; }
  Result<std::unique_ptr<Instance>> create_instance() override;

  // The entry point and the signature of `name` (empty: the only one, or `main`).
  struct Found {
    const FunctionSignature* signature;
    const EntryPoint* entry;
  };
  Result<Found> find(std::string_view name) const;
  const std::shared_ptr<const Device>& device() const { return device_; }

 private:
  Status load_module(const LoadOptions& options);
  Status read_entry_points();
  Status open_device(const LoadOptions& options);
  Status add_parameters(const ParameterScopes& scopes);
  Result<ContextHandle> create_context() const;

  // Destroyed in reverse order: modules before the device and the bytes they point into.
  std::shared_ptr<Runtime> runtime_;
  Bytes bytes_;
  ParameterScopes parameters_;  // keeps the files mapped
  std::shared_ptr<const Device> device_;
  std::vector<std::string> device_names_;
  ModuleHandle hal_module_;
  ModuleHandle parameters_module_;
  ModuleHandle module_;
  Signature signature_;
  std::vector<EntryPoint> entries_;  // one per function of the signature
  std::string target_;               // what the executable says it was compiled for; may be empty
};

}  // namespace tundish::iree
