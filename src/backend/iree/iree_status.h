// IREE's statuses as ours, and handles for its reference-counted objects.
#pragma once

#include <iree/hal/api.h>
#include <iree/modules/hal/types.h>
#include <iree/vm/api.h>

#include "base/handle.h"
#include "tundish/base/status.h"

namespace tundish::iree {

// Takes `status` over. The code is a cast for 1 to 16; the message loses IREE's source positions.
Status take_status(iree_status_t status);

using BufferHandle = Handle<iree_hal_buffer_t, iree_hal_buffer_release, iree_hal_buffer_retain>;
using BufferViewHandle =
    Handle<iree_hal_buffer_view_t, iree_hal_buffer_view_release, iree_hal_buffer_view_retain>;
using ContextHandle = Handle<iree_vm_context_t, iree_vm_context_release, iree_vm_context_retain>;
using DeviceHandle = Handle<iree_hal_device_t, iree_hal_device_release, iree_hal_device_retain>;
using DeviceGroupHandle = Handle<iree_hal_device_group_t, iree_hal_device_group_release>;
using DriverHandle = Handle<iree_hal_driver_t, iree_hal_driver_release>;
using FenceHandle = Handle<iree_hal_fence_t, iree_hal_fence_release, iree_hal_fence_retain>;
using ListHandle = Handle<iree_vm_list_t, iree_vm_list_release>;
using ModuleHandle = Handle<iree_vm_module_t, iree_vm_module_release>;
using SemaphoreHandle =
    Handle<iree_hal_semaphore_t, iree_hal_semaphore_release, iree_hal_semaphore_retain>;
using VmInstanceHandle = Handle<iree_vm_instance_t, iree_vm_instance_release>;

inline iree_string_view_t sv(std::string_view text) {
  return iree_make_string_view(text.data(), text.size());
}
inline std::string str(iree_string_view_t text) { return std::string(text.data, text.size); }

}  // namespace tundish::iree
