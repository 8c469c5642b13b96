// The IREE runtime of this process: its VM, its drivers and the devices that have been opened.
#pragma once

#include <iree/async/util/proactor_pool.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/iree/iree_status.h"
#include "tundish/backend/backend.h"

namespace tundish::iree {

// An open device. Immutable; work may be submitted from any thread.
struct Device {
  std::string name;  // as the user wrote it
  DeviceHandle handle;
  DeviceGroupHandle group;
  bool runs_on_host = false;  // executes code of this CPU
};

// Created once per process and shared by all executables; thread-safe. Devices stay open while
// something uses them.
class Runtime {
 public:
  static Result<std::shared_ptr<Runtime>> get();
  ~Runtime();

  // "local-sync", "local-task", "vulkan", "cuda", and "vulkan:1" for the second device of a driver.
  // `threads` is for local-task; 0 means one per core. kInvalidArgument for an unknown name,
  // kUnavailable with the driver's reason where there is no such device.
  Result<std::shared_ptr<const Device>> open(const std::string& name, int threads);
  // Everything that could be opened here.
  std::vector<DeviceInfo> available();

  iree_vm_instance_t* vm() const { return vm_.get(); }

 private:
  Runtime() = default;
  Status initialise();
  Result<DeviceHandle> create(const std::string& driver, int ordinal, int threads);

  iree_hal_driver_registry_t* registry_ = nullptr;
  VmInstanceHandle vm_;
  iree_async_proactor_pool_t* proactors_ = nullptr;
  std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::weak_ptr<const Device>> devices_;
};

}  // namespace tundish::iree
