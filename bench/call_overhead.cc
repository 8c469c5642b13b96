// What a prepared Call costs over IREE's own C runtime: a 4-element add on local-sync, the same
// executable, the same device kind, interleaved.
#include <iree/async/frontier_tracker.h>
#include <iree/async/util/proactor_pool.h>
#include <iree/hal/api.h>
#include <iree/hal/drivers/init.h>
#include <iree/modules/hal/module.h>
#include <iree/vm/api.h>
#include <iree/vm/bytecode/module.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "interleaved.h"
#include "tundish/api/toolkit.h"
#include "tundish/backend/target.h"

namespace tundish {
namespace {

constexpr int kRounds = 40;
constexpr int kCallsPerRound = 5000;
constexpr const char* kAdd = R"(func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.add %a, %b : tensor<4xf32>
  return %0 : tensor<4xf32>
})";

void check(iree_status_t status) {
  if (iree_status_is_ok(status)) return;
  iree_status_fprint(stderr, status);
  std::exit(1);
}

// The runtime as its documentation uses it: one context, argument and result lists kept between
// calls, a fence for each call because the executable is compiled for asynchronous use.
struct RawRuntime {
  iree_allocator_t host = iree_allocator_system();
  iree_vm_context_t* context = nullptr;
  iree_vm_function_t function;
  iree_vm_list_t* arguments = nullptr;
  iree_vm_list_t* results = nullptr;
  iree_hal_semaphore_t* semaphore = nullptr;
  uint64_t value = 0;

  explicit RawRuntime(const Bytes& bytes) {
    iree_hal_driver_registry_t* registry = nullptr;
    check(iree_hal_driver_registry_allocate(host, &registry));
    check(iree_hal_register_all_available_drivers(registry));
    iree_vm_instance_t* instance = nullptr;
    check(iree_vm_instance_create(IREE_VM_TYPE_CAPACITY_DEFAULT, host, &instance));
    check(iree_hal_module_register_all_types(instance));
    iree_hal_driver_t* driver = nullptr;
    check(iree_hal_driver_registry_try_create(registry, IREE_SV("local-sync"), host, &driver));
    iree_async_proactor_pool_t* proactors = nullptr;
    check(iree_async_proactor_pool_create(1, nullptr, iree_async_proactor_pool_options_default(),
                                          host, &proactors));
    iree_hal_device_create_params_t params = iree_hal_device_create_params_default();
    params.proactor_pool = proactors;
    iree_hal_device_t* device = nullptr;
    check(iree_hal_driver_create_default_device(driver, &params, host, &device));
    iree_async_frontier_tracker_t* tracker = nullptr;
    check(iree_async_frontier_tracker_create(iree_async_frontier_tracker_options_default(), host,
                                             &tracker));
    iree_hal_device_group_t* group = nullptr;
    check(iree_hal_device_group_create_from_device(device, tracker, host, &group));
    iree_vm_module_t* modules[2] = {};
    check(iree_hal_module_create(instance, iree_hal_module_device_policy_default(), group,
                                 IREE_HAL_MODULE_FLAG_NONE, iree_hal_module_debug_sink_null(), host,
                                 &modules[0]));
    check(iree_vm_bytecode_module_create(
        instance, IREE_VM_BYTECODE_MODULE_FLAG_NONE,
        iree_make_const_byte_span(bytes.data.data(), bytes.data.size()), iree_allocator_null(),
        host, &modules[1]));
    check(iree_vm_context_create_with_modules(instance, IREE_VM_CONTEXT_FLAG_NONE, 2, modules, host,
                                              &context));
    check(iree_vm_module_lookup_function_by_name(modules[1], IREE_VM_FUNCTION_LINKAGE_EXPORT,
                                                 IREE_SV("main"), &function));
    check(iree_vm_list_create(iree_vm_make_undefined_type_def(), 4, host, &arguments));
    check(iree_vm_list_create(iree_vm_make_undefined_type_def(), 1, host, &results));
    check(iree_hal_semaphore_create(device, IREE_HAL_QUEUE_AFFINITY_ANY, 0,
                                    IREE_HAL_SEMAPHORE_FLAG_DEFAULT, &semaphore));
    const float data[4] = {1, 2, 3, 4};
    const iree_hal_dim_t dims[1] = {4};
    iree_hal_buffer_params_t memory = {};
    memory.type = IREE_HAL_MEMORY_TYPE_OPTIMAL_FOR_DEVICE;
    memory.usage = IREE_HAL_BUFFER_USAGE_DEFAULT;
    iree_hal_buffer_view_t* view = nullptr;
    check(iree_hal_buffer_view_allocate_buffer_copy(
        device, iree_hal_device_allocator(device), 1, dims, IREE_HAL_ELEMENT_TYPE_FLOAT_32,
        IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, memory, iree_make_const_byte_span(data, 16), &view));
    iree_vm_ref_t ref = iree_hal_buffer_view_retain_ref(view);
    check(iree_vm_list_push_ref_retain(arguments, &ref));
    check(iree_vm_list_push_ref_retain(arguments, &ref));
    check(iree_vm_list_resize(arguments, 4));
  }

  void call() {
    iree_hal_fence_t* fence = nullptr;
    check(iree_hal_fence_create_at(semaphore, ++value, host, &fence));
    iree_vm_ref_t ref = iree_hal_fence_move_ref(fence);
    check(iree_vm_list_set_ref_move(arguments, 3, &ref));
    check(iree_vm_list_resize(results, 0));
    check(iree_vm_invoke(context, function, IREE_VM_INVOCATION_FLAG_NONE, nullptr, arguments,
                         results, host));
    check(iree_hal_semaphore_wait(semaphore, value, iree_infinite_timeout(),
                                  IREE_ASYNC_WAIT_FLAG_NONE));
  }
};

double timed(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kCallsPerRound; ++i) call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
         kCallsPerRound;
}

Status run() {
  ToolkitOptions options;
  options.isolation = Isolation::kInProcess;
  options.use_cache = false;
  TUNDISH_ASSIGN(auto toolkit, Toolkit::create(options));
  TUNDISH_ASSIGN(const Target cpu, parse_target("cpu"));
  TUNDISH_ASSIGN(auto outcome, toolkit->compile({Source::from_string(kAdd, "add.mlir"), cpu, {}}));
  LoadOptions loading;
  loading.devices = {"local-sync"};
  TUNDISH_ASSIGN(auto executable, toolkit->load(outcome.compiled.executable, loading));
  TUNDISH_ASSIGN(auto instance, executable->create_instance());
  TUNDISH_ASSIGN(Tensor tensor, Tensor::zeros({ElementType::kF32, {4}}));
  TUNDISH_ASSIGN(BufferRef buffer, instance->import(tensor));
  const std::vector<BufferRef> inputs = {buffer, buffer};
  TUNDISH_ASSIGN(auto call, instance->prepare("main", inputs));
  RawRuntime raw(outcome.compiled.executable);

  TUNDISH_ASSIGN(
      const Pair pair,
      interleave(
          kRounds, [&]() -> Result<double> { return timed([&] { raw.call(); }); },
          [&]() -> Result<double> {
            Status status;
            const double seconds = timed([&] {
              if (Status one = call->run(); !one.ok()) status = one;
            });
            if (!status.ok()) return status;
            return seconds;
          }));
  print_heading();
  print_row("one call of a 4-element add, local-sync; peer: IREE's C runtime", pair);
  return {};
}

}  // namespace
}  // namespace tundish

int main() {
  if (tundish::Status status = tundish::run(); !status.ok()) {
    std::fprintf(stderr, "call_overhead: %s\n", status.to_string().c_str());
    return 1;
  }
}
