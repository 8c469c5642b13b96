#include "backend/iree/buffer.h"

#include "backend/iree/element_types.h"

namespace tundish::iree {
namespace {

std::vector<iree_hal_dim_t> hal_dims(const Shape& shape) {
  return std::vector<iree_hal_dim_t>(shape.begin(), shape.end());
}

iree_hal_buffer_params_t device_params() {
  iree_hal_buffer_params_t params = {};
  params.type = IREE_HAL_MEMORY_TYPE_OPTIMAL_FOR_DEVICE;
  params.access = IREE_HAL_MEMORY_ACCESS_ALL;
  params.usage = IREE_HAL_BUFFER_USAGE_DEFAULT;
  return params;
}

// The tensor's own memory as a device buffer that keeps the tensor alive; nothing where the device
// cannot use it.
BufferHandle import_in_place(const Device& device, const Tensor& tensor) {
  const auto address = reinterpret_cast<uintptr_t>(tensor.bytes().data());
  if (!device.runs_on_host || tensor.size_bytes() == 0 || address % Tensor::kAlignment != 0 ||
      !has_device_layout(tensor.element_type())) {
    return {};
  }
  iree_hal_buffer_params_t params = {};
  params.type = IREE_HAL_MEMORY_TYPE_HOST_LOCAL | IREE_HAL_MEMORY_TYPE_DEVICE_VISIBLE;
  params.access = IREE_HAL_MEMORY_ACCESS_READ;
  params.usage = IREE_HAL_BUFFER_USAGE_DEFAULT;
  iree_hal_external_buffer_t external = {};
  external.type = IREE_HAL_EXTERNAL_BUFFER_TYPE_HOST_ALLOCATION;
  external.size = tensor.size_bytes();
  external.handle.host_allocation.ptr = const_cast<std::byte*>(tensor.bytes().data());
  auto owner = std::make_unique<Tensor>(tensor);
  const iree_hal_buffer_release_callback_t release = {
      [](void* kept, iree_hal_buffer_t*) { delete static_cast<Tensor*>(kept); }, owner.get()};
  BufferHandle buffer;
  const Status status = take_status(iree_hal_allocator_import_buffer(
      iree_hal_device_allocator(device.handle.get()), params, &external, release, out(buffer)));
  if (!status.ok()) return {};
  owner.release();  // the buffer's callback owns it now
  return buffer;
}

}  // namespace

Result<std::shared_ptr<const IreeBuffer>> IreeBuffer::import(std::shared_ptr<const Device> device,
                                                             const Tensor& tensor) {
  const iree_allocator_t host = iree_allocator_system();
  const TensorType& type = tensor.type();
  TUNDISH_ASSIGN(const iree_hal_element_type_t element_type, hal_element_type(type.element_type));
  const auto dims = hal_dims(type.shape);
  BufferViewHandle view;
  if (BufferHandle buffer = import_in_place(*device, tensor)) {
    TUNDISH_TRY(take_status(
        iree_hal_buffer_view_create(buffer.get(), dims.size(), dims.data(), element_type,
                                    IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, host, out(view))));
  } else {
    std::vector<std::byte> packed;
    std::span<const std::byte> bytes = tensor.bytes();
    if (!has_device_layout(type.element_type)) {
      packed.resize(device_size_bytes(type));
      pack(type.element_type, tensor.bytes(), packed);
      bytes = packed;
    }
    TUNDISH_TRY(take_status(iree_hal_buffer_view_allocate_buffer_copy(
        device->handle.get(), iree_hal_device_allocator(device->handle.get()), dims.size(),
        dims.data(), element_type, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, device_params(),
        iree_make_const_byte_span(bytes.data(), bytes.size()), out(view))));
  }
  return std::make_shared<const IreeBuffer>(std::move(device), type, std::move(view));
}

Result<std::shared_ptr<const IreeBuffer>> IreeBuffer::wrap(std::shared_ptr<const Device> device,
                                                           const TensorType& declared,
                                                           BufferViewHandle view) {
  const iree_host_size_t rank = iree_hal_buffer_view_shape_rank(view.get());
  std::vector<int64_t> dims(rank);
  for (iree_host_size_t i = 0; i < rank; ++i) {
    dims[i] = static_cast<int64_t>(iree_hal_buffer_view_shape_dim(view.get(), i));
  }
  TUNDISH_ASSIGN(Shape shape, Shape::make(dims));
  TensorType type{declared.element_type, std::move(shape)};
  if (!declared.accepts(type)) {
    return internal_error("the executable returned " + type.to_string() + " where it declares " +
                          declared.to_string());
  }
  if (iree_hal_buffer_view_byte_length(view.get()) < device_size_bytes(type)) {
    return internal_error("the executable returned fewer bytes than " + type.to_string() +
                          " needs");
  }
  return std::make_shared<const IreeBuffer>(std::move(device), std::move(type), std::move(view));
}

Status IreeBuffer::read_into(std::span<std::byte> host) const {
  if (host.empty()) return {};
  iree_hal_buffer_t* buffer = iree_hal_buffer_view_buffer(view_.get());
  return take_status(
      iree_hal_device_transfer_d2h(device_->handle.get(), buffer, 0, host.data(), host.size(),
                                   IREE_HAL_TRANSFER_BUFFER_FLAG_DEFAULT, iree_infinite_timeout()));
}

Result<Tensor> IreeBuffer::to_host() const {
  TUNDISH_ASSIGN(Tensor tensor, Tensor::allocate(type_));
  TUNDISH_TRY(copy_to(tensor));
  return tensor;
}

Status IreeBuffer::copy_to(Tensor& destination) const {
  if (!(destination.type() == type_)) {
    return invalid_argument("expected a destination of type " + type_.to_string() + ", found " +
                            destination.type().to_string());
  }
  if (!destination.is_writable()) return invalid_argument("the destination is read-only");
  if (has_device_layout(type_.element_type)) return read_into(destination.mutable_bytes());
  std::vector<std::byte> packed(device_size_bytes(type_));
  TUNDISH_TRY(read_into(packed));
  unpack(type_.element_type, packed, destination.mutable_bytes());
  return {};
}

Result<bool> IreeEvent::is_ready() const {
  iree_status_t status = iree_hal_fence_query(fence_.get());
  if (iree_status_is_deferred(status)) {
    iree_status_free(status);
    return false;
  }
  TUNDISH_TRY(take_status(status));
  return true;
}

Status IreeEvent::wait(std::chrono::nanoseconds timeout) const {
  const iree_timeout_t limit = timeout == std::chrono::nanoseconds::max()
                                   ? iree_infinite_timeout()
                                   : iree_make_timeout_ns(timeout.count());
  return take_status(iree_hal_fence_wait(fence_.get(), limit, IREE_ASYNC_WAIT_FLAG_NONE));
}

}  // namespace tundish::iree
