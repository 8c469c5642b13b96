#include "backend/isolation/instance_session.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace tundish {
namespace {

uint64_t align_up(uint64_t offset) {
  return (offset + kBlockAlignment - 1) / kBlockAlignment * kBlockAlignment;
}

// The bytes of one tensor in a block. kDataLoss when they do not lie inside.
Result<std::span<std::byte>> tensor_bytes(const TensorMessage& message,
                                          const MemoryMapping& block) {
  TUNDISH_ASSIGN(const size_t size, message.type.size_bytes());
  const std::span<std::byte> bytes = block.bytes();
  if (message.offset > bytes.size() || size > bytes.size() - message.offset) {
    return data_loss("a tensor lies outside its shared memory");
  }
  return bytes.subspan(message.offset, size);
}

bool are_static(const FunctionSignature& function) {
  return std::all_of(function.results.begin(), function.results.end(),
                     [](const Argument& result) { return result.type.is_static(); });
}

}  // namespace

InstanceSession::InstanceSession(MessageChannel channel, std::shared_ptr<Executable> executable,
                                 std::unique_ptr<Instance> instance,
                                 std::shared_ptr<HostObjects> objects)
    : channel_(std::move(channel)),
      executable_(std::move(executable)),
      instance_(std::move(instance)),
      objects_(std::move(objects)) {}

InstanceSession::~InstanceSession() { objects_->release(owned_); }

void InstanceSession::run() {
  const HostHandler handler = [this](MessageKind kind, const nlohmann::json& body,
                                     std::vector<FileDescriptor>& files) {
    return handle(kind, body, files);
  };
  while (serve_one(channel_, handler).ok()) {
  }
}

template <typename T>
Result<T> InstanceSession::open(const nlohmann::json& body) {
  TUNDISH_ASSIGN(T message, from_wire<T>(body));
  if (!message.released.empty()) {
    objects_->release(message.released);
    const std::set<uint64_t> gone(message.released.begin(), message.released.end());
    for (const uint64_t id : gone) calls_.erase(id);
    std::erase_if(owned_, [&](uint64_t id) { return gone.contains(id); });
  }
  return message;
}

Result<Reply> InstanceSession::handle(MessageKind kind, const nlohmann::json& body,
                                      std::vector<FileDescriptor>& files) {
  switch (kind) {
    case MessageKind::kRun: {
      TUNDISH_ASSIGN(const RunMessage message, open<RunMessage>(body));
      return run_function(message, files);
    }
    case MessageKind::kImport: {
      TUNDISH_ASSIGN(const ImportMessage message, open<ImportMessage>(body));
      return import(message, files);
    }
    case MessageKind::kPrepare: {
      TUNDISH_ASSIGN(const PrepareMessage message, open<PrepareMessage>(body));
      return prepare(message);
    }
    case MessageKind::kCallRun: {
      TUNDISH_ASSIGN(const CallMessage message, open<CallMessage>(body));
      return call_run(message);
    }
    case MessageKind::kCallMeasure: {
      TUNDISH_ASSIGN(const MeasureMessage message, open<MeasureMessage>(body));
      return call_measure(message);
    }
    case MessageKind::kSubmit: {
      TUNDISH_ASSIGN(const SubmitMessage message, open<SubmitMessage>(body));
      return submit(message);
    }
    case MessageKind::kEventQuery: {
      TUNDISH_ASSIGN(const EventQueryMessage message, open<EventQueryMessage>(body));
      return query_event(message);
    }
    case MessageKind::kFetch: {
      TUNDISH_ASSIGN(const FetchMessage message, open<FetchMessage>(body));
      return fetch(message);
    }
    default:
      return internal_error("this request belongs on the control channel");
  }
}

Result<Reply> InstanceSession::run_function(const RunMessage& message,
                                            std::vector<FileDescriptor>& files) {
  if (message.has_new_staging) {
    if (files.empty()) return data_loss("the staging block is missing");
    TUNDISH_ASSIGN(MemoryMapping mapping,
                   map_attachment(files, files.size() - 1, 0, MemoryMapping::Access::kReadWrite));
    staging_ = std::make_shared<MemoryMapping>(std::move(mapping));
    files.pop_back();
  }
  std::vector<Block> blocks;
  for (size_t i = 0; i < files.size(); ++i) {
    TUNDISH_ASSIGN(MemoryMapping mapping,
                   map_attachment(files, i, 0, MemoryMapping::Access::kReadWrite));
    blocks.push_back(std::make_shared<MemoryMapping>(std::move(mapping)));
  }
  const auto block_of = [&](const TensorMessage& tensor) -> Block {
    if (tensor.attachment == kStagingBlock) return staging_;
    const auto index = static_cast<size_t>(tensor.attachment);
    return tensor.attachment >= 0 && index < blocks.size() ? blocks[index] : nullptr;
  };
  std::vector<Tensor> inputs;
  for (const TensorMessage& tensor : message.inputs) {
    const Block block = block_of(tensor);
    if (block == nullptr) return data_loss("an input lacks its shared memory");
    TUNDISH_ASSIGN(const std::span<std::byte> bytes, tensor_bytes(tensor, *block));
    TUNDISH_ASSIGN(inputs.emplace_back(), Tensor::borrow(tensor.type, bytes, block));
  }
  if (!message.has_outputs) {
    TUNDISH_ASSIGN(const FunctionSignature* const function,
                   executable_->signature().find(message.function));
    return are_static(*function) ? run_static(message, *function, inputs)
                                 : run_dynamic(message, inputs);
  }
  std::vector<Tensor> outputs;
  for (const TensorMessage& tensor : message.outputs) {
    const Block block = block_of(tensor);
    if (block == nullptr) return data_loss("an output lacks its shared memory");
    TUNDISH_ASSIGN(const std::span<std::byte> bytes, tensor_bytes(tensor, *block));
    TUNDISH_ASSIGN(outputs.emplace_back(), Tensor::borrow_writable(tensor.type, bytes, block));
  }
  TUNDISH_TRY(instance_->run_into(message.function, inputs, outputs));
  return Reply::of(ResultsReply{});
}

// The backend writes straight to the shared memory.
Result<Reply> InstanceSession::run_static(const RunMessage& message,
                                          const FunctionSignature& function,
                                          std::span<const Tensor> inputs) {
  std::vector<TensorType> types;
  for (const Argument& result : function.results) types.push_back(result.type);
  TUNDISH_ASSIGN(Results results, make_results(types));
  TUNDISH_TRY(instance_->run_into(message.function, inputs, results.tensors));
  return deliver(std::move(results));
}

Result<Reply> InstanceSession::run_dynamic(const RunMessage& message,
                                           std::span<const Tensor> inputs) {
  TUNDISH_ASSIGN(const std::vector<Tensor> outputs, instance_->run(message.function, inputs));
  std::vector<TensorType> types;
  for (const Tensor& output : outputs) types.push_back(output.type());
  TUNDISH_ASSIGN(Results results, make_results(types));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::span<const std::byte> bytes = outputs[i].bytes();
    std::copy(bytes.begin(), bytes.end(), results.tensors[i].mutable_bytes().begin());
  }
  return deliver(std::move(results));
}

Result<InstanceSession::Results> InstanceSession::make_results(std::span<const TensorType> types) {
  Results results;
  uint64_t total = 0;
  for (const TensorType& type : types) {
    TUNDISH_ASSIGN(const size_t size, type.size_bytes());
    if (size > (uint64_t{1} << 48) || total > (uint64_t{1} << 48)) {
      return resource_exhausted("the results take more memory than any machine has");
    }
    results.reply.results.push_back({type, 0, total});
    total = align_up(total + size);
  }
  results.reply.is_small = total <= kSmallResultBytes;
  Block block = results.reply.is_small ? small_results_ : nullptr;
  if (block == nullptr) {
    TUNDISH_ASSIGN(
        MemoryFile file,
        MemoryFile::create("tundish-results", results.reply.is_small ? kSmallResultBytes : total));
    TUNDISH_ASSIGN(MemoryMapping mapping, file.map(MemoryMapping::Access::kReadWrite));
    block = std::make_shared<MemoryMapping>(std::move(mapping));
    results.files.push_back(std::move(file));
    results.reply.has_new_small_block = results.reply.is_small;
  }
  for (const TensorMessage& result : results.reply.results) {
    TUNDISH_ASSIGN(const std::span<std::byte> bytes, tensor_bytes(result, *block));
    TUNDISH_ASSIGN(results.tensors.emplace_back(),
                   Tensor::borrow_writable(result.type, bytes, block));
  }
  results.block = std::move(block);
  return results;
}

Reply InstanceSession::deliver(Results results) {
  if (results.reply.is_small) small_results_ = std::move(results.block);
  return Reply{to_wire(results.reply), std::move(results.files)};
}

Result<Reply> InstanceSession::import(const ImportMessage& message,
                                      std::vector<FileDescriptor>& files) {
  TUNDISH_ASSIGN(MemoryMapping mapping,
                 map_attachment(files, 0, 0, MemoryMapping::Access::kReadWrite));
  const auto block = std::make_shared<const MemoryMapping>(std::move(mapping));
  TUNDISH_ASSIGN(const std::span<std::byte> bytes, tensor_bytes(message.tensor, *block));
  TUNDISH_ASSIGN(const Tensor tensor, Tensor::borrow(message.tensor.type, bytes, block));
  TUNDISH_ASSIGN(BufferRef buffer, instance_->import(tensor));
  return Reply::of(keep({&buffer, 1}).front());
}

std::vector<BufferMessage> InstanceSession::keep(std::span<const BufferRef> buffers) {
  std::vector<BufferMessage> kept;
  for (const BufferRef& buffer : buffers) {
    owned_.push_back(objects_->add(buffer));
    kept.push_back({owned_.back(), buffer->type(), buffer->device()});
  }
  return kept;
}

Result<Reply> InstanceSession::prepare(const PrepareMessage& message) {
  TUNDISH_ASSIGN(const std::vector<BufferRef> inputs, objects_->buffers(message.inputs));
  TUNDISH_ASSIGN(std::unique_ptr<Call> call, instance_->prepare(message.function, inputs));
  const uint64_t id = objects_->new_id();
  calls_.emplace(id, std::move(call));
  return Reply::of(id);
}

Result<Call*> InstanceSession::find_call(uint64_t id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return internal_error("a call that does not exist");
  return found->second.get();
}

Result<Reply> InstanceSession::call_run(const CallMessage& message) {
  TUNDISH_ASSIGN(Call* const call, find_call(message.id));
  TUNDISH_TRY(call->run());
  return Reply::of(keep(call->outputs()));
}

Result<Reply> InstanceSession::call_measure(const MeasureMessage& message) {
  TUNDISH_ASSIGN(Call* const call, find_call(message.id));
  TUNDISH_ASSIGN(const std::vector<double> seconds, call->measure(message.options));
  return Reply::of(seconds);
}

Result<Reply> InstanceSession::submit(const SubmitMessage& message) {
  TUNDISH_ASSIGN(const std::vector<BufferRef> inputs, objects_->buffers(message.inputs));
  TUNDISH_ASSIGN(const std::vector<EventRef> wait, objects_->events(message.wait));
  TUNDISH_ASSIGN(Submission submission, instance_->submit(message.function, inputs, wait));
  SubmitReply reply;
  reply.outputs = keep(submission.outputs);
  reply.event = objects_->add(std::move(submission.done));
  owned_.push_back(reply.event);
  return Reply::of(reply);
}

Result<Reply> InstanceSession::query_event(const EventQueryMessage& message) {
  TUNDISH_ASSIGN(const std::vector<EventRef> events, objects_->events({&message.id, 1}));
  const Event& event = *events.front();
  TUNDISH_ASSIGN(bool is_ready, event.is_ready());
  if (!is_ready && message.wait_ns > 0) {
    const Status waited = event.wait(std::chrono::nanoseconds(message.wait_ns));
    TUNDISH_ASSIGN(is_ready, event.is_ready());
    if (is_ready) TUNDISH_TRY(waited);
  }
  // Ready says nothing about success; waiting for what is ready does.
  if (is_ready) TUNDISH_TRY(event.wait());
  return Reply::of(is_ready);
}

Result<Reply> InstanceSession::fetch(const FetchMessage& message) {
  TUNDISH_ASSIGN(const std::vector<BufferRef> buffers, objects_->buffers({&message.id, 1}));
  const TensorType& type = buffers.front()->type();
  TUNDISH_ASSIGN(Results results, make_results({&type, 1}));
  TUNDISH_TRY(buffers.front()->copy_to(results.tensors.front()));
  return deliver(std::move(results));
}

}  // namespace tundish
