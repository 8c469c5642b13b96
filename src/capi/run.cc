#include <cstdint>
#include <memory>
#include <utility>

#include "capi/entry.h"
#include "capi/handles.h"

namespace tundish::capi {
namespace {

Result<TensorType> read_type(const tundish_tensor_view_t& view) {
  if (view.element_type < 0 || view.element_type >= kElementTypeCount) {
    return invalid_argument("element_type " + std::to_string(view.element_type) +
                            " is none of TUNDISH_ELEMENT_TYPE_*");
  }
  if (view.rank < 0 || view.rank > kMaxRank) {
    return invalid_argument("rank is " + std::to_string(view.rank) + "; expected 0 to " +
                            std::to_string(kMaxRank));
  }
  if (view.rank > 0) TUNDISH_TRY(require(view.dims, "dims"));
  TUNDISH_ASSIGN(Shape shape, Shape::make({view.dims, static_cast<size_t>(view.rank)}));
  return TensorType{static_cast<ElementType>(view.element_type), std::move(shape)};
}

// The view as a Tensor over the caller's memory.
Result<Tensor> read_view(const void* from, bool writable) {
  tundish_tensor_view_t view;
  TUNDISH_TRY(read_struct(from, "tundish_tensor_view_t", view));
  TUNDISH_ASSIGN(TensorType type, read_type(view));
  if (view.size_bytes > 0) TUNDISH_TRY(require(view.data, "data"));
  auto* data = static_cast<std::byte*>(view.data);
  if (writable) return Tensor::borrow_writable(std::move(type), {data, view.size_bytes}, nullptr);
  // C programs read tensors out of files at any offset: copied where the address does not fit.
  const bool is_aligned = reinterpret_cast<uintptr_t>(data) % storage_bytes(type.element_type) == 0;
  if (!is_aligned) return Tensor::copy_of(std::move(type), {data, view.size_bytes});
  return Tensor::borrow(std::move(type), {data, view.size_bytes}, nullptr);
}

Result<std::vector<Tensor>> read_views(const tundish_tensor_view_t* views, size_t count,
                                       bool writable) {
  const char* what = writable ? "output" : "input";
  if (count > 0) TUNDISH_TRY(require(views, writable ? "outputs" : "inputs"));
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < count; ++i) {
    Result<Tensor> tensor = read_view(element(views, i), writable);
    if (!tensor) {
      return tensor.error().with_context(std::string(what) + " " + std::to_string(i));
    }
    tensors.push_back(*std::move(tensor));
  }
  return tensors;
}

Status run(tundish_instance_t* instance, const char* function, const tundish_tensor_view_t* inputs,
           size_t input_count, tundish_tensor_t** results, size_t result_capacity,
           size_t* out_result_count) {
  TUNDISH_TRY(require(out_result_count, "out_result_count"));
  *out_result_count = 0;
  if (result_capacity > 0) TUNDISH_TRY(require(results, "results"));
  for (size_t i = 0; i < result_capacity; ++i) results[i] = nullptr;
  TUNDISH_TRY(require(instance, "instance"));
  const std::string name = function != nullptr ? function : "";
  TUNDISH_ASSIGN(const FunctionSignature* signature, instance->executable->signature().find(name));
  if (signature->results.size() > result_capacity) {
    return out_of_range("@" + signature->name + " has " +
                        std::to_string(signature->results.size()) +
                        " results; result_capacity is " + std::to_string(result_capacity));
  }
  TUNDISH_ASSIGN(std::vector<Tensor> tensors, read_views(inputs, input_count, false));
  TUNDISH_ASSIGN(std::vector<Tensor> made, instance->instance->run(name, tensors));
  if (made.size() > result_capacity) {
    return internal_error("@" + signature->name + " gave " + std::to_string(made.size()) +
                          " results; its signature says " +
                          std::to_string(signature->results.size()));
  }
  std::vector<std::unique_ptr<tundish_tensor_t>> handles;
  for (Tensor& tensor : made) {
    handles.push_back(
        std::unique_ptr<tundish_tensor_t>(new tundish_tensor_t{{}, std::move(tensor)}));
  }
  for (size_t i = 0; i < handles.size(); ++i) results[i] = handles[i].release();
  *out_result_count = handles.size();
  return {};
}

static_assert(static_cast<int>(ElementType::kI1) == TUNDISH_ELEMENT_TYPE_I1);
static_assert(static_cast<int>(ElementType::kUi2) == TUNDISH_ELEMENT_TYPE_UI2);
static_assert(static_cast<int>(ElementType::kF4E2M1FN) == TUNDISH_ELEMENT_TYPE_F4E2M1FN);
static_assert(static_cast<int>(ElementType::kF8E3M4) == TUNDISH_ELEMENT_TYPE_F8E3M4);
static_assert(static_cast<int>(ElementType::kF8E8M0FNU) == TUNDISH_ELEMENT_TYPE_F8E8M0FNU);
static_assert(static_cast<int>(ElementType::kBf16) == TUNDISH_ELEMENT_TYPE_BF16);
static_assert(static_cast<int>(ElementType::kF32) == TUNDISH_ELEMENT_TYPE_F32);
static_assert(static_cast<int>(ElementType::kComplexF64) == TUNDISH_ELEMENT_TYPE_COMPLEX_F64);

}  // namespace
}  // namespace tundish::capi

using namespace tundish;        // NOLINT: only the entry points below
using namespace tundish::capi;  // NOLINT

tundish_error_t* tundish_instance_run(tundish_instance_t* instance, const char* function,
                                      const tundish_tensor_view_t* inputs, size_t input_count,
                                      tundish_tensor_t** results, size_t result_capacity,
                                      size_t* out_result_count) {
  return guard([&] {
    return run(instance, function, inputs, input_count, results, result_capacity, out_result_count);
  });
}

tundish_error_t* tundish_instance_run_into(tundish_instance_t* instance, const char* function,
                                           const tundish_tensor_view_t* inputs, size_t input_count,
                                           const tundish_tensor_view_t* outputs,
                                           size_t output_count) {
  return guard([&]() -> Status {
    TUNDISH_TRY(require(instance, "instance"));
    TUNDISH_ASSIGN(std::vector<Tensor> from, read_views(inputs, input_count, false));
    TUNDISH_ASSIGN(std::vector<Tensor> to, read_views(outputs, output_count, true));
    return instance->instance->run_into(function != nullptr ? function : "", from, to);
  });
}

tundish_element_type_t tundish_tensor_element_type(const tundish_tensor_t* tensor) {
  return tensor != nullptr ? static_cast<tundish_element_type_t>(tensor->tensor.element_type())
                           : -1;
}

int32_t tundish_tensor_rank(const tundish_tensor_t* tensor) {
  return tensor != nullptr ? tensor->tensor.shape().rank() : -1;
}

const int64_t* tundish_tensor_dims(const tundish_tensor_t* tensor) {
  return tensor != nullptr ? tensor->tensor.shape().begin() : nullptr;
}

const void* tundish_tensor_data(const tundish_tensor_t* tensor) {
  return tensor != nullptr ? tensor->tensor.bytes().data() : nullptr;
}

size_t tundish_tensor_size(const tundish_tensor_t* tensor) {
  return tensor != nullptr ? tensor->tensor.size_bytes() : 0;
}

tundish_tensor_t* tundish_tensor_retain(tundish_tensor_t* tensor) { return retain(tensor); }
void tundish_tensor_release(tundish_tensor_t* tensor) { release(tensor); }

const char* tundish_element_type_name(tundish_element_type_t type) {
  if (type < 0 || type >= kElementTypeCount) return nullptr;
  return element_type_name(static_cast<ElementType>(type)).data();
}

size_t tundish_element_type_size(tundish_element_type_t type) {
  if (type < 0 || type >= kElementTypeCount) return 0;
  return storage_bytes(static_cast<ElementType>(type));
}

uint32_t tundish_abi_version(void) { return TUNDISH_ABI_VERSION; }

const char* tundish_version(void) { return tundish::tundish_version(); }
