#include "backend/iree/instance.h"

namespace tundish::iree {

// The work of one instance forms a timeline on one semaphore: each invocation signals the next
// value and starts after the one before, because it may read the state that one wrote.
struct IreeInstance::State {
  std::shared_ptr<const IreeExecutable> executable;
  ContextHandle context;
  SemaphoreHandle timeline;
  uint64_t last_value = 0;       // signalled by the last invocation that was started
  uint64_t completed_value = 0;  // known to have been reached

  const std::shared_ptr<const Device>& device() const { return executable->device(); }
};

namespace {

Status check_buffers(const FunctionSignature& function, std::span<const BufferRef> inputs) {
  std::vector<TensorType> types;
  for (const BufferRef& input : inputs) {
    if (dynamic_cast<const IreeBuffer*>(input.get()) == nullptr) {
      return invalid_argument("input " + std::to_string(types.size()) + " of @" + function.name +
                              " is no buffer of the iree backend: import it first");
    }
    types.push_back(input->type());
  }
  return check_input_types(function, types);
}

}  // namespace

// A function with its arguments in a VM list. An asynchronous function's list ends in two fences:
// what to wait for, and what to signal.
class IreeInstance::BoundCall final : public Call {
 public:
  static Result<std::unique_ptr<BoundCall>> bind(std::shared_ptr<State> state,
                                                 IreeExecutable::Found found,
                                                 std::span<const BufferRef> inputs) {
    const iree_allocator_t host = iree_allocator_system();
    auto call = std::unique_ptr<BoundCall>(new BoundCall(std::move(state), found));
    const size_t fences = found.entry->takes_fences ? 2 : 0;
    TUNDISH_TRY(take_status(iree_vm_list_create(
        iree_vm_make_undefined_type_def(), inputs.size() + fences, host, out(call->arguments_))));
    TUNDISH_TRY(take_status(iree_vm_list_create(iree_vm_make_undefined_type_def(),
                                                found.signature->results.size(), host,
                                                out(call->results_))));
    for (const BufferRef& input : inputs) {
      iree_vm_ref_t view =
          iree_hal_buffer_view_retain_ref(static_cast<const IreeBuffer&>(*input).view());
      TUNDISH_TRY(take_status(iree_vm_list_push_ref_move(call->arguments_.get(), &view)));
    }
    TUNDISH_TRY(take_status(iree_vm_list_resize(call->arguments_.get(), inputs.size() + fences)));
    call->inputs_.assign(inputs.begin(), inputs.end());
    return call;
  }

  Status run() override {
    TUNDISH_TRY(start(nullptr));
    if (!entry_.takes_fences) return {};
    return wait_until(state_->last_value);
  }

  // Starts the function after `wait` (null: nothing beside the instance's own order).
  Status start(iree_hal_fence_t* wait) {
    outputs_are_wrapped_ = false;
    outputs_.clear();
    if (entry_.takes_fences) TUNDISH_TRY(set_fences(wait));
    TUNDISH_TRY(take_status(iree_vm_list_resize(results_.get(), 0)));
    const Status status = take_status(
        iree_vm_invoke(state_->context.get(), entry_.function, IREE_VM_INVOCATION_FLAG_NONE,
                       nullptr, arguments_.get(), results_.get(), iree_allocator_system()));
    if (status.ok()) return {};
    // Nothing will signal what this invocation promised: fail whoever waits, and start a timeline
    // anew for the next one.
    if (entry_.takes_fences) renew_timeline();
    return status.with_context('@' + function_.name).with_stage(Stage::kRun);
  }

  std::span<const BufferRef> outputs() const override {
    if (!outputs_are_wrapped_) (void)wrap_outputs();
    return outputs_;
  }

  Status wrap_outputs() const {
    if (outputs_are_wrapped_) return {};
    outputs_.clear();
    for (size_t i = 0; i < iree_vm_list_size(results_.get()); ++i) {
      auto* view = static_cast<iree_hal_buffer_view_t*>(
          iree_vm_list_get_ref_deref(results_.get(), i, iree_hal_buffer_view_type()));
      if (view == nullptr) return internal_error("a result is no tensor");
      TUNDISH_ASSIGN(auto buffer, IreeBuffer::wrap(state_->device(), function_.results[i].type,
                                                   BufferViewHandle::retain(view)));
      outputs_.push_back(std::move(buffer));
    }
    outputs_are_wrapped_ = true;
    return {};
  }

 private:
  BoundCall(std::shared_ptr<State> state, IreeExecutable::Found found)
      : state_(std::move(state)), function_(*found.signature), entry_(*found.entry) {}

  Status set_fences(iree_hal_fence_t* wait) {
    const iree_allocator_t host = iree_allocator_system();
    const size_t at = inputs_.size();
    FenceHandle before;
    if (state_->completed_value < state_->last_value) {
      TUNDISH_TRY(take_status(
          iree_hal_fence_create_at(state_->timeline.get(), state_->last_value, host, out(before))));
    }
    if (wait != nullptr && before) {
      iree_hal_fence_t* both[] = {before.get(), wait};
      FenceHandle joined;
      TUNDISH_TRY(take_status(iree_hal_fence_join(2, both, host, out(joined))));
      before = std::move(joined);
    } else if (wait != nullptr) {
      before = FenceHandle::retain(wait);
    }
    iree_vm_ref_t wait_ref =
        before ? iree_hal_fence_move_ref(before.release()) : iree_vm_ref_null();
    TUNDISH_TRY(take_status(iree_vm_list_set_ref_move(arguments_.get(), at, &wait_ref)));
    FenceHandle signal;
    TUNDISH_TRY(take_status(iree_hal_fence_create_at(state_->timeline.get(), state_->last_value + 1,
                                                     host, out(signal))));
    iree_vm_ref_t signal_ref = iree_hal_fence_move_ref(signal.release());
    TUNDISH_TRY(take_status(iree_vm_list_set_ref_move(arguments_.get(), at + 1, &signal_ref)));
    ++state_->last_value;
    return {};
  }

  Status wait_until(uint64_t value) {
    iree_status_t waited = iree_hal_semaphore_wait(
        state_->timeline.get(), value, iree_infinite_timeout(), IREE_ASYNC_WAIT_FLAG_NONE);
    if (iree_status_is_ok(waited)) {
      state_->completed_value = value;
      return {};
    }
    // The semaphore knows why it failed; the wait only knows that it did.
    uint64_t reached = 0;
    Status reason = take_status(iree_hal_semaphore_query(state_->timeline.get(), &reached));
    Status status = take_status(waited);
    renew_timeline();
    return (reason.ok() ? status : reason)
        .with_context('@' + function_.name)
        .with_stage(Stage::kRun);
  }

  void renew_timeline() {
    iree_hal_semaphore_fail(state_->timeline.get(), iree_status_from_code(IREE_STATUS_ABORTED));
    SemaphoreHandle fresh;
    if (take_status(iree_hal_semaphore_create(state_->device()->handle.get(),
                                              IREE_HAL_QUEUE_AFFINITY_ANY, 0,
                                              IREE_HAL_SEMAPHORE_FLAG_DEFAULT, out(fresh)))
            .ok()) {
      state_->timeline = std::move(fresh);
      state_->last_value = state_->completed_value = 0;
    }
  }

  std::shared_ptr<State> state_;
  const FunctionSignature& function_;
  const EntryPoint& entry_;
  std::vector<BufferRef> inputs_;
  ListHandle arguments_;
  ListHandle results_;
  mutable std::vector<BufferRef> outputs_;  // made when asked for: a call in a loop needs none
  mutable bool outputs_are_wrapped_ = false;
};

Result<std::unique_ptr<Instance>> IreeInstance::create(
    std::shared_ptr<const IreeExecutable> executable, ContextHandle context) {
  auto state = std::make_shared<State>();
  TUNDISH_TRY(take_status(
      iree_hal_semaphore_create(executable->device()->handle.get(), IREE_HAL_QUEUE_AFFINITY_ANY, 0,
                                IREE_HAL_SEMAPHORE_FLAG_DEFAULT, out(state->timeline))));
  state->executable = std::move(executable);
  state->context = std::move(context);
  return std::unique_ptr<Instance>(new IreeInstance(std::move(state)));
}

Result<BufferRef> IreeInstance::import(const Tensor& tensor) {
  TUNDISH_ASSIGN(auto buffer, IreeBuffer::import(state_->device(), tensor));
  return BufferRef(std::move(buffer));
}

Result<std::unique_ptr<IreeInstance::BoundCall>> IreeInstance::bind(
    std::string_view function, std::span<const BufferRef> inputs) {
  TUNDISH_ASSIGN(const auto found, state_->executable->find(function));
  TUNDISH_TRY(check_buffers(*found.signature, inputs));
  return BoundCall::bind(state_, found, inputs);
}

Result<std::unique_ptr<Call>> IreeInstance::prepare(std::string_view function,
                                                    std::span<const BufferRef> inputs) {
  TUNDISH_ASSIGN(auto call, bind(function, inputs));
  return std::unique_ptr<Call>(std::move(call));
}

Result<std::unique_ptr<IreeInstance::BoundCall>> IreeInstance::run_bound(
    std::string_view function, std::span<const Tensor> inputs) {
  TUNDISH_ASSIGN(const auto found, state_->executable->find(function));
  TUNDISH_TRY(check_inputs(*found.signature, inputs));
  std::vector<BufferRef> buffers;
  for (const Tensor& input : inputs) {
    TUNDISH_ASSIGN(BufferRef buffer, import(input));
    buffers.push_back(std::move(buffer));
  }
  TUNDISH_ASSIGN(auto call, BoundCall::bind(state_, found, buffers));
  TUNDISH_TRY(call->run());
  TUNDISH_TRY(call->wrap_outputs());
  return call;
}

Result<std::vector<Tensor>> IreeInstance::run(std::string_view function,
                                              std::span<const Tensor> inputs) {
  TUNDISH_ASSIGN(auto call, run_bound(function, inputs));
  std::vector<Tensor> results;
  for (const BufferRef& output : call->outputs()) {
    TUNDISH_ASSIGN(Tensor tensor, output->to_host());
    results.push_back(std::move(tensor));
  }
  return results;
}

Status IreeInstance::run_into(std::string_view function, std::span<const Tensor> inputs,
                              std::span<Tensor> outputs) {
  TUNDISH_ASSIGN(const auto found, state_->executable->find(function));
  if (outputs.size() != found.signature->results.size()) {
    return invalid_argument('@' + found.signature->name + " gives " +
                            std::to_string(found.signature->results.size()) +
                            " results, found room for " + std::to_string(outputs.size()));
  }
  TUNDISH_ASSIGN(auto call, run_bound(function, inputs));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Status status = call->outputs()[i]->copy_to(outputs[i]);
    if (!status.ok()) return status.with_context("output " + std::to_string(i));
  }
  return {};
}

Result<Submission> IreeInstance::submit(std::string_view function,
                                        std::span<const BufferRef> inputs,
                                        std::span<const EventRef> wait) {
  const iree_allocator_t host = iree_allocator_system();
  TUNDISH_ASSIGN(const auto found, state_->executable->find(function));
  TUNDISH_TRY(check_buffers(*found.signature, inputs));
  TUNDISH_ASSIGN(auto call, BoundCall::bind(state_, found, inputs));
  std::vector<iree_hal_fence_t*> fences;
  for (const EventRef& event : wait) {
    const auto* ours = dynamic_cast<const IreeEvent*>(event.get());
    if (ours != nullptr && found.entry->takes_fences) {
      fences.push_back(ours->fence());
    } else {
      TUNDISH_TRY(event->wait());
    }
  }
  FenceHandle joined;
  if (!fences.empty()) {
    TUNDISH_TRY(take_status(iree_hal_fence_join(fences.size(), fences.data(), host, out(joined))));
  }
  TUNDISH_TRY(call->start(joined.get()));
  TUNDISH_TRY(call->wrap_outputs());
  Submission submission;
  submission.outputs.assign(call->outputs().begin(), call->outputs().end());
  FenceHandle done;
  const uint64_t value = found.entry->takes_fences ? state_->last_value : state_->completed_value;
  TUNDISH_TRY(
      take_status(iree_hal_fence_create_at(state_->timeline.get(), value, host, out(done))));
  submission.done = std::make_shared<const IreeEvent>(state_->device(), std::move(done));
  return submission;
}

}  // namespace tundish::iree
