// Handle: sole owner of one reference to a C object.
//
//   using DeviceHandle = Handle<iree_hal_device_t, iree_hal_device_release>;
//
//   DeviceHandle device;
//   TUNDISH_TRY(take_status(create_device(allocator, out(device))));  // stored before it is
//   checked
//
// `adopt` takes a reference over, `retain` adds one, `get` lends. Size of one pointer.
#pragma once

#include <utility>

namespace tundish {

template <typename T, void (*Release)(T*), void (*Retain)(T*) = nullptr>
class Handle {
 public:
  Handle() = default;
  static Handle adopt(T* pointer) {
    Handle handle;
    handle.pointer_ = pointer;
    return handle;
  }
  static Handle retain(T* pointer)
    requires(Retain != nullptr)
  {
    if (pointer) Retain(pointer);
    return adopt(pointer);
  }

  Handle(Handle&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      pointer_ = std::exchange(other.pointer_, nullptr);
    }
    return *this;
  }
  ~Handle() { reset(); }

  T* get() const { return pointer_; }
  T* release() { return std::exchange(pointer_, nullptr); }
  void reset() {
    if (T* pointer = release()) Release(pointer);
  }
  explicit operator bool() const { return pointer_ != nullptr; }

  // The slot that a creating function fills. Releases what was held.
  friend T** out(Handle& handle) {
    handle.reset();
    return &handle.pointer_;
  }

 private:
  T* pointer_ = nullptr;
};

}  // namespace tundish
