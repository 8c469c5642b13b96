// What the opaque handles of tundish.h are.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tundish/api/toolkit.h"
#include "tundish/tundish.h"

namespace tundish::capi {

// The reference count of a shared handle. Starts at one.
class References {
 public:
  void retain() { count_.fetch_add(1, std::memory_order_relaxed); }
  // True for the last one.
  bool release() { return count_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

 private:
  std::atomic<int> count_{1};
};

template <typename Handle>
Handle* retain(Handle* handle) noexcept {
  if (handle != nullptr) handle->references.retain();
  return handle;
}
template <typename Handle>
void release(Handle* handle) noexcept {
  if (handle != nullptr && handle->references.release()) delete handle;
}

// One input or result with -1 for dynamic dimensions.
struct ArgumentFacts {
  std::string name;
  tundish_element_type_t element_type = 0;
  std::vector<int64_t> dims;
};

struct FunctionFacts {
  std::string name;
  std::vector<ArgumentFacts> inputs;
  std::vector<ArgumentFacts> results;
};

int32_t write_diagnostic(const std::vector<Diagnostic>& diagnostics, size_t index,
                         tundish_diagnostic_t* out);

}  // namespace tundish::capi

struct tundish_signature_t {
  std::vector<tundish::capi::FunctionFacts> functions;

  explicit tundish_signature_t(const tundish::Signature& signature);
};

struct tundish_error_t {
  tundish::Status status;
};

struct tundish_toolkit_t {
  tundish::capi::References references;
  std::shared_ptr<tundish::Toolkit> toolkit;
};

struct tundish_compiled_t {
  tundish::capi::References references;
  tundish::CompileOutcome outcome;
  tundish_signature_t signature;
};

struct tundish_executable_t {
  tundish::capi::References references;
  // An executable may work through its toolkit's children and cache.
  std::shared_ptr<tundish::Toolkit> toolkit;
  std::shared_ptr<tundish::Executable> executable;
  tundish_signature_t signature;
};

struct tundish_instance_t {
  std::shared_ptr<tundish::Toolkit> toolkit;
  std::shared_ptr<tundish::Executable> executable;
  std::unique_ptr<tundish::Instance> instance;
};

struct tundish_tensor_t {
  tundish::capi::References references;
  tundish::Tensor tensor;
};
