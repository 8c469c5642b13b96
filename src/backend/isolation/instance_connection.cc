#include "backend/isolation/instance_connection.h"

#include <algorithm>
#include <cstring>

#include "base/human_units.h"

namespace tundish {
namespace {

// Of the descriptors that one message may carry.
constexpr size_t kMaxAttachedTensors = MessageChannel::kMaxFiles - 4;
// Copying less than this costs less than mapping it in the child.
constexpr size_t kMinAttachedBytes = 64 * 1024;

uint64_t align_up(uint64_t offset) {
  return (offset + kBlockAlignment - 1) / kBlockAlignment * kBlockAlignment;
}

// Whether the child can use the tensor where it lies.
bool attach(const Tensor& tensor, TensorMessage& message, std::vector<int>& files,
            bool needs_writing) {
  if (files.size() >= kMaxAttachedTensors) return false;
  const std::shared_ptr<SharedBlock> block = SharedBlock::of(tensor.owner());
  // The child maps for writing what may be written.
  if (block == nullptr || block->is_published()) return false;
  if (!needs_writing && tensor.size_bytes() < kMinAttachedBytes) return false;
  const uint64_t offset = block->offset_of(tensor.bytes());
  if (offset == SharedBlock::kNotInside) return false;
  message.attachment = static_cast<int>(files.size());
  message.offset = offset;
  files.push_back(block->fd());
  return true;
}

void copy_bytes(std::span<const std::byte> from, std::span<std::byte> to) {
  if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
}

Status check_output_types(std::span<const Tensor> results, std::span<const Tensor> outputs) {
  if (results.size() != outputs.size()) {
    return invalid_argument("expected " + std::to_string(results.size()) +
                            " output tensors; found " + std::to_string(outputs.size()));
  }
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].type() == outputs[i].type()) continue;
    return invalid_argument("output " + std::to_string(i) + ": the result is " +
                            results[i].type().to_string() + "; the caller's tensor is " +
                            outputs[i].type().to_string());
  }
  return {};
}

}  // namespace

Status LoadedHost::reproduce(const Status& failure, std::string_view function,
                             const std::vector<ReproducerInput>& inputs) {
  HostProcess& host = *load.host;
  if (host.is_running() || failure.code() == Code::kCancelled) return failure;
  if (is_reproduced.exchange(true)) return failure;
  return reproduce_run(failure, {load.backend, load.compiler_version, host.log_tail()},
                       load.executable, load.options, function, inputs);
}

Status InstanceConnection::place_inputs(std::span<const Tensor> inputs, RunMessage& message,
                                        std::vector<int>& files) {
  uint64_t staged = 0;
  for (const Tensor& input : inputs) {
    TensorMessage& placed = message.inputs.emplace_back();
    placed.type = input.type();
    if (attach(input, placed, files, /*needs_writing=*/false)) continue;
    placed.offset = staged;
    staged = align_up(staged + input.size_bytes());
  }
  if (staging_ == nullptr || staging_->bytes().size() < staged) {
    TUNDISH_ASSIGN(staging_, SharedBlock::create(std::max<uint64_t>(staged, 4096)));
    message.has_new_staging = true;
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (message.inputs[i].attachment != kStagingBlock) continue;
    copy_bytes(inputs[i].bytes(), staging_->bytes().subspan(message.inputs[i].offset));
  }
  return {};
}

Result<std::vector<Tensor>> InstanceConnection::run(std::string_view function,
                                                    std::span<const Tensor> inputs,
                                                    std::span<Tensor> outputs, bool has_outputs) {
  const Work work =
      host_->work("running " + (function.empty() ? "the program" : "@" + std::string(function)));
  TUNDISH_ASSIGN(const FunctionSignature* const signature, host_->load.signature.find(function));
  std::vector<TensorType> expected;
  for (const Argument& result : signature->results) expected.push_back(result.type);
  const std::lock_guard lock(mutex_);
  RunMessage message;
  message.function = function;
  std::vector<int> files;
  TUNDISH_TRY(place_inputs(inputs, message, files));
  // The caller's outputs are written in place when all of them can be.
  bool in_place = has_outputs;
  const size_t input_files = files.size();
  for (const Tensor& output : outputs) {
    TensorMessage& placed = message.outputs.emplace_back();
    placed.type = output.type();
    in_place = in_place && output.is_writable() && attach(output, placed, files, true);
  }
  message.has_outputs = in_place;
  if (!in_place) {
    files.resize(input_files);
    message.outputs.clear();
  }
  const bool has_new_staging = message.has_new_staging;
  if (has_new_staging) files.push_back(staging_->fd());
  Result<HostReply> reply = exchange(work, MessageKind::kRun, std::move(message), files);
  if (!reply) {
    // The child may not have taken the new block over.
    if (has_new_staging) staging_ = nullptr;
    std::vector<ReproducerInput> kept;
    for (const Tensor& input : inputs) kept.push_back({input.type(), input});
    return host_->reproduce(reply.error(), signature->name, kept);
  }
  if (in_place) return std::vector<Tensor>();
  TUNDISH_ASSIGN(std::vector<Tensor> results, take_results(work, std::move(*reply), expected));
  if (!has_outputs) return results;
  TUNDISH_TRY(check_output_types(results, outputs));
  for (size_t i = 0; i < results.size(); ++i) {
    copy_bytes(results[i].bytes(), outputs[i].mutable_bytes());
  }
  return results;
}

Result<std::vector<Tensor>> InstanceConnection::take_results(const Work& work, HostReply reply,
                                                             std::span<const TensorType> expected) {
  TUNDISH_ASSIGN(const ResultsReply message, decode<ResultsReply>(work, reply));
  Result<std::vector<Tensor>> results = view_results(message, std::move(reply.files), expected);
  if (!results && results.error().code() != Code::kResourceExhausted) {
    return host_->load.host->reject(work, results.error());
  }
  if (!results) return results.error().with_stage(Stage::kRun);
  if (message.is_small) {
    for (Tensor& tensor : *results) {
      TUNDISH_ASSIGN(tensor, tensor.clone());
    }
  }
  return results;
}

// Tensors over the memory that the child has filled. Nothing that it says is believed: any error
// but kResourceExhausted means that it is damaged.
Result<std::vector<Tensor>> InstanceConnection::view_results(const ResultsReply& reply,
                                                             std::vector<FileDescriptor> files,
                                                             std::span<const TensorType> expected) {
  if (reply.results.size() != expected.size()) return data_loss("a wrong number of results");
  if (reply.results.empty()) return std::vector<Tensor>();
  std::shared_ptr<SharedBlock> block = small_results_;
  if (reply.has_new_small_block || !reply.is_small) {
    if (files.size() != 1) return data_loss("results without memory");
    TUNDISH_ASSIGN(block, SharedBlock::adopt(std::move(files.front())));
    if (reply.is_small) small_results_ = block;
  }
  if (block == nullptr) return data_loss("results without memory");
  const uint64_t limit = host_->load.options.limits.output_bytes;
  std::vector<Tensor> tensors;
  uint64_t total = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const TensorMessage& result = reply.results[i];
    if (!expected[i].accepts(result.type)) return data_loss("a result of another type");
    TUNDISH_ASSIGN(const size_t size, result.type.size_bytes());
    const std::span<std::byte> bytes = block->bytes();
    if (result.offset > bytes.size() || size > bytes.size() - result.offset) {
      return data_loss("a result outside its memory");
    }
    total += size;
    const std::span<std::byte> part = bytes.subspan(result.offset, size);
    TUNDISH_ASSIGN(tensors.emplace_back(), block->is_published()
                                               ? Tensor::borrow(result.type, part, block)
                                               : Tensor::borrow_writable(result.type, part, block));
  }
  if (limit > 0 && total > limit) {
    return resource_exhausted("the results take " + human_size(total) +
                              ", over the output limit of " + human_size(limit) +
                              "; raise the limit");
  }
  return tensors;
}

Result<Tensor> InstanceConnection::fetch(uint64_t id, const TensorType& expected) {
  const Work work = host_->work("fetching a " + expected.to_string() + " buffer");
  const std::lock_guard lock(mutex_);
  FetchMessage message;
  message.id = id;
  TUNDISH_ASSIGN(HostReply reply, exchange(work, MessageKind::kFetch, std::move(message), {}));
  TUNDISH_ASSIGN(std::vector<Tensor> results, take_results(work, std::move(reply), {&expected, 1}));
  return std::move(results.front());
}

}  // namespace tundish
