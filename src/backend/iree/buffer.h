// Buffers and events of IREE's devices.
#pragma once

#include <memory>

#include "backend/iree/device.h"
#include "tundish/backend/executable.h"

namespace tundish::iree {

class IreeBuffer final : public Buffer {
 public:
  IreeBuffer(std::shared_ptr<const Device> device, TensorType type, BufferViewHandle view)
      : device_(std::move(device)), type_(std::move(type)), view_(std::move(view)) {}

  // Imports host memory where the device can use it, else copies.
  static Result<std::shared_ptr<const IreeBuffer>> import(std::shared_ptr<const Device> device,
                                                          const Tensor& tensor);
  // Wraps what a call returned. The dimensions are the view's; the element type is the signature's.
  static Result<std::shared_ptr<const IreeBuffer>> wrap(std::shared_ptr<const Device> device,
                                                        const TensorType& declared,
                                                        BufferViewHandle view);

  const TensorType& type() const override { return type_; }
  const std::string& device() const override { return device_->name; }
  Result<Tensor> to_host() const override;
  Status copy_to(Tensor& destination) const override;

  iree_hal_buffer_view_t* view() const { return view_.get(); }

 private:
  Status read_into(std::span<std::byte> host) const;

  std::shared_ptr<const Device> device_;
  TensorType type_;
  BufferViewHandle view_;
};

// A fence; keeps the device open.
class IreeEvent final : public Event {
 public:
  IreeEvent(std::shared_ptr<const Device> device, FenceHandle fence)
      : device_(std::move(device)), fence_(std::move(fence)) {}

  Result<bool> is_ready() const override;
  Status wait(std::chrono::nanoseconds timeout) const override;
  iree_hal_fence_t* fence() const { return fence_.get(); }

 private:
  std::shared_ptr<const Device> device_;
  FenceHandle fence_;
};

}  // namespace tundish::iree
