#include "backend/iree/device.h"

#include <iree/async/frontier_tracker.h>
#include <iree/hal/drivers/init.h>
#include <iree/hal/drivers/local_task/task_device.h>
#include <iree/hal/local/loaders/registration/init.h>
#include <iree/modules/hal/module.h>
#include <iree/task/executor.h>

#include "base/spelling.h"

namespace tundish::iree {
namespace {

const std::vector<std::string> kDrivers = {
    "local-sync",
    "local-task",
    "vulkan",
#ifdef TUNDISH_IREE_CUDA
    "cuda",
#endif
};

using ExecutorHandle = Handle<iree_task_executor_t, iree_task_executor_release>;
using AllocatorHandle = Handle<iree_hal_allocator_t, iree_hal_allocator_release>;
using FrontierTrackerHandle =
    Handle<iree_async_frontier_tracker_t, iree_async_frontier_tracker_release>;

// A local-task device with its own worker threads.
Result<DeviceHandle> create_task_device(int threads,
                                        const iree_hal_device_create_params_t& params) {
  const iree_allocator_t host = iree_allocator_system();
  iree_task_topology_t topology;
  iree_task_topology_initialize_from_group_count(static_cast<iree_host_size_t>(threads), &topology);
  iree_task_executor_options_t options;
  iree_task_executor_options_initialize(&options);
  ExecutorHandle executor;
  Status status = take_status(iree_task_executor_create(options, &topology, host, out(executor)));
  iree_task_topology_deinitialize(&topology);
  TUNDISH_TRY(status);

  iree_hal_executable_loader_t* loaders[8] = {};
  iree_host_size_t loader_count = 0;
  TUNDISH_TRY(take_status(iree_hal_create_all_available_executable_loaders(
      nullptr, IREE_ARRAYSIZE(loaders), &loader_count, loaders, host)));
  AllocatorHandle allocator;
  status =
      take_status(iree_hal_allocator_create_heap(IREE_SV("local"), host, host, out(allocator)));
  DeviceHandle device;
  if (status.ok()) {
    iree_hal_task_device_params_t task_params;
    iree_hal_task_device_params_initialize(&task_params);
    iree_task_executor_t* queues[] = {executor.get()};
    status = take_status(iree_hal_task_device_create(IREE_SV("local-task"), &task_params, 1, queues,
                                                     loader_count, loaders, allocator.get(),
                                                     &params, host, out(device)));
  }
  for (iree_host_size_t i = 0; i < loader_count; ++i)
    iree_hal_executable_loader_release(loaders[i]);
  TUNDISH_TRY(status);
  return device;
}

// "vulkan:1" → "vulkan" and 1.
Result<std::pair<std::string, int>> split_name(const std::string& name) {
  const size_t colon = name.find(':');
  const std::string driver = name.substr(0, colon);
  bool is_known = false;
  for (const std::string& known : kDrivers) is_known |= driver == known;
  if (!is_known) {
    std::string list;
    for (const std::string& known : kDrivers) list += (list.empty() ? "" : ", ") + known;
    return invalid_argument("unknown device '" + name + "'" + did_you_mean(driver, kDrivers) +
                            "; this build knows: " + list);
  }
  if (colon == std::string::npos) return std::pair(driver, 0);
  const std::string digits = name.substr(colon + 1);
  if (digits.empty() || digits.size() > 3 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return invalid_argument("device '" + name + "': expected a number after the colon, as in " +
                            driver + ":0");
  }
  return std::pair(driver, std::stoi(digits));
}

std::string how_to_mend(const std::string& driver) {
  if (driver == "vulkan") {
    return "; a Vulkan driver is needed: install one for the GPU, or mesa-vulkan-drivers for a "
           "software device";
  }
  if (driver == "cuda") {
    return "; an NVIDIA GPU with its driver is needed: run on a machine that has one, or use "
           "--device local-task";
  }
  return "";
}

}  // namespace

Result<std::shared_ptr<Runtime>> Runtime::get() {
  static std::mutex mutex;
  static std::shared_ptr<Runtime> shared;
  std::lock_guard lock(mutex);
  if (!shared) {
    std::shared_ptr<Runtime> runtime(new Runtime);
    TUNDISH_TRY(runtime->initialise());
    shared = std::move(runtime);
  }
  return shared;
}

Runtime::~Runtime() {
  iree_async_proactor_pool_release(proactors_);
  if (registry_ != nullptr) iree_hal_driver_registry_free(registry_);
}

Status Runtime::initialise() {
  const iree_allocator_t host = iree_allocator_system();
  TUNDISH_TRY(take_status(iree_hal_driver_registry_allocate(host, &registry_)));
  TUNDISH_TRY(take_status(iree_hal_register_all_available_drivers(registry_)));
  TUNDISH_TRY(take_status(iree_vm_instance_create(IREE_VM_TYPE_CAPACITY_DEFAULT, host, out(vm_))));
  TUNDISH_TRY(take_status(iree_hal_module_register_all_types(vm_.get())));
  return take_status(iree_async_proactor_pool_create(
      1, nullptr, iree_async_proactor_pool_options_default(), host, &proactors_));
}

Result<DeviceHandle> Runtime::create(const std::string& driver_name, int ordinal, int threads) {
  const iree_allocator_t host = iree_allocator_system();
  iree_hal_device_create_params_t params = iree_hal_device_create_params_default();
  params.proactor_pool = proactors_;
  if (driver_name == "local-task" && threads > 0) return create_task_device(threads, params);
  DriverHandle driver;
  TUNDISH_TRY(take_status(
      iree_hal_driver_registry_try_create(registry_, sv(driver_name), host, out(driver))));
  DeviceHandle device;
  if (ordinal == 0) {
    TUNDISH_TRY(take_status(
        iree_hal_driver_create_default_device(driver.get(), &params, host, out(device))));
  } else {
    TUNDISH_TRY(take_status(iree_hal_driver_create_device_by_ordinal(
        driver.get(), static_cast<iree_host_size_t>(ordinal), 0, nullptr, &params, host,
        out(device))));
  }
  return device;
}

Result<std::shared_ptr<const Device>> Runtime::open(const std::string& name, int threads) {
  TUNDISH_ASSIGN(const auto parts, split_name(name));
  const auto& [driver, ordinal] = parts;
  std::lock_guard lock(mutex_);
  std::weak_ptr<const Device>& slot = devices_[{name, threads}];
  if (auto open_device = slot.lock()) return open_device;

  auto device = std::make_shared<Device>();
  device->name = name;
  device->runs_on_host = driver.starts_with("local-");
  auto handle = create(driver, ordinal, threads);
  if (!handle.has_value()) {
    return unavailable("device " + name + " cannot be opened: " + handle.error().message() +
                       how_to_mend(driver));
  }
  device->handle = *std::move(handle);
  const iree_allocator_t host = iree_allocator_system();
  FrontierTrackerHandle tracker;
  TUNDISH_TRY(take_status(iree_async_frontier_tracker_create(
      iree_async_frontier_tracker_options_default(), host, out(tracker))));
  TUNDISH_TRY(take_status(iree_hal_device_group_create_from_device(
      device->handle.get(), tracker.get(), host, out(device->group))));
  slot = device;
  return std::shared_ptr<const Device>(std::move(device));
}

std::vector<DeviceInfo> Runtime::available() {
  const iree_allocator_t host = iree_allocator_system();
  std::vector<DeviceInfo> found;
  for (const std::string& name : kDrivers) {
    DriverHandle driver;
    Status status =
        take_status(iree_hal_driver_registry_try_create(registry_, sv(name), host, out(driver)));
    if (!status.ok()) continue;
    iree_host_size_t count = 0;
    iree_hal_device_info_t* infos = nullptr;
    status =
        take_status(iree_hal_driver_query_available_devices(driver.get(), host, &count, &infos));
    if (!status.ok()) continue;
    for (iree_host_size_t i = 0; i < count; ++i) {
      const std::string suffix = i == 0 ? "" : ':' + std::to_string(i);
      found.push_back({name + suffix, str(infos[i].name)});
    }
    iree_allocator_free(host, infos);
  }
  return found;
}

}  // namespace tundish::iree
