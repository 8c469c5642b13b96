#include "backend/isolation/isolated_executable.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "backend/isolation/instance_connection.h"

namespace tundish {
namespace {

using Connection = std::shared_ptr<InstanceConnection>;

// The child is asked for this long at a time, so that one waiting thread does not keep others from
// the instance.
constexpr std::chrono::nanoseconds kEventSlice = std::chrono::milliseconds(5);
// An imported tensor of this size stays in memory with its buffer, to be part of a reproducer.
constexpr size_t kMaxKeptInputBytes = size_t{16} << 20;

class IsolatedBuffer final : public Buffer {
 public:
  IsolatedBuffer(Connection connection, BufferMessage message,
                 std::optional<Tensor> imported = std::nullopt)
      : connection_(std::move(connection)),
        message_(std::move(message)),
        imported_(std::move(imported)) {}
  ~IsolatedBuffer() override { connection_->release(message_.id); }

  const TensorType& type() const override { return message_.type; }
  const std::string& device() const override { return message_.device; }
  Result<Tensor> to_host() const override { return connection_->fetch(message_.id, type()); }
  Status copy_to(Tensor& destination) const override {
    if (destination.type() != type() || !destination.is_writable()) {
      return invalid_argument("copy a buffer: expected a writable " + type().to_string() +
                              " tensor; found " + destination.type().to_string());
    }
    TUNDISH_ASSIGN(const Tensor tensor, to_host());
    if (tensor.size_bytes() > 0) {
      std::memcpy(destination.mutable_bytes().data(), tensor.bytes().data(), tensor.size_bytes());
    }
    return {};
  }

  uint64_t id() const { return message_.id; }
  const LoadedHost* host() const { return connection_->host().get(); }
  ReproducerInput for_reproducer() const { return {type(), imported_}; }

 private:
  Connection connection_;
  BufferMessage message_;
  std::optional<Tensor> imported_;  // what it was made of, where keeping that is cheap
};

class IsolatedEvent final : public Event {
 public:
  IsolatedEvent(Connection connection, uint64_t id) : connection_(std::move(connection)), id_(id) {}
  ~IsolatedEvent() override { connection_->release(id_); }

  Result<bool> is_ready() const override { return query({}); }
  Status wait(std::chrono::nanoseconds timeout) const override {
    const auto start = std::chrono::steady_clock::now();
    for (;;) {
      const auto passed = std::chrono::steady_clock::now() - start;
      const auto left = timeout > passed ? timeout - passed : std::chrono::nanoseconds(0);
      TUNDISH_ASSIGN(const bool is_done, query(std::min(left, kEventSlice)));
      if (is_done) return {};
      if (left <= kEventSlice && left.count() == 0) {
        return deadline_exceeded("the work has not completed in the time given");
      }
      std::this_thread::yield();
    }
  }

  uint64_t id() const { return id_; }
  const LoadedHost* host() const { return connection_->host().get(); }

 private:
  Result<bool> query(std::chrono::nanoseconds wait) const {
    EventQueryMessage message;
    message.id = id_;
    message.wait_ns = wait.count();
    return connection_->request<bool>(connection_->host()->work("waiting for an event"),
                                      MessageKind::kEventQuery, std::move(message));
  }

  Connection connection_;
  uint64_t id_;
};

BufferRef make_buffer(const Connection& connection, BufferMessage message) {
  return std::make_shared<IsolatedBuffer>(connection, std::move(message));
}

class IsolatedCall final : public Call {
 public:
  IsolatedCall(Connection connection, uint64_t id, std::string function,
               std::vector<ReproducerInput> inputs)
      : connection_(std::move(connection)),
        id_(id),
        function_(std::move(function)),
        inputs_(std::move(inputs)) {}
  ~IsolatedCall() override { connection_->release(id_); }

  Status run() override {
    CallMessage message;
    message.id = id_;
    Result<std::vector<BufferMessage>> buffers =
        connection_->request<std::vector<BufferMessage>>(work(), MessageKind::kCallRun, message);
    if (!buffers) return failed(buffers.error());
    outputs_.clear();
    for (BufferMessage& buffer : *buffers) {
      outputs_.push_back(make_buffer(connection_, std::move(buffer)));
    }
    return {};
  }
  std::span<const BufferRef> outputs() const override { return outputs_; }

  Result<std::vector<double>> measure(const MeasureOptions& options) override {
    MeasureMessage message;
    message.id = id_;
    message.options = options;
    Work limited = work();
    // Each of the runs that must happen may take its limit.
    if (limited.timeout.count() > 0) {
      limited.timeout =
          options.min_time + limited.timeout * std::max(1, options.warmup_runs + options.min_runs);
    }
    Result<std::vector<double>> seconds = connection_->request<std::vector<double>>(
        limited, MessageKind::kCallMeasure, std::move(message));
    if (!seconds) return failed(seconds.error());
    return seconds;
  }

 private:
  Work work() const { return connection_->host()->work("running @" + function_); }
  Status failed(const Status& status) const {
    return connection_->host()->reproduce(status, function_, inputs_);
  }

  Connection connection_;
  uint64_t id_;
  std::string function_;
  std::vector<ReproducerInput> inputs_;
  std::vector<BufferRef> outputs_;
};

class IsolatedInstance final : public Instance {
 public:
  explicit IsolatedInstance(Connection connection) : connection_(std::move(connection)) {}

  Result<std::vector<Tensor>> run(std::string_view function,
                                  std::span<const Tensor> inputs) override {
    return connection_->run(function, inputs, {}, false);
  }
  Status run_into(std::string_view function, std::span<const Tensor> inputs,
                  std::span<Tensor> outputs) override {
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!outputs[i].is_writable()) {
        return invalid_argument("output " + std::to_string(i) + " is a read-only tensor");
      }
    }
    return connection_->run(function, inputs, outputs, true).error();
  }

  Result<BufferRef> import(const Tensor& tensor) override {
    std::shared_ptr<SharedBlock> block = SharedBlock::of(tensor.owner());
    uint64_t offset = SharedBlock::kNotInside;
    if (block != nullptr && !block->is_published()) offset = block->offset_of(tensor.bytes());
    if (offset == SharedBlock::kNotInside) {
      TUNDISH_ASSIGN(block, SharedBlock::create(tensor.size_bytes()));
      offset = 0;
      if (tensor.size_bytes() > 0) {
        std::memcpy(block->bytes().data(), tensor.bytes().data(), tensor.size_bytes());
      }
    }
    ImportMessage message;
    message.tensor = {tensor.type(), 0, offset};
    const int fd = block->fd();
    TUNDISH_ASSIGN(BufferMessage buffer, connection_->request<BufferMessage>(
                                             connection_->host()->work("importing a tensor"),
                                             MessageKind::kImport, std::move(message), {&fd, 1}));
    std::optional<Tensor> kept;
    if (tensor.size_bytes() <= kMaxKeptInputBytes) {
      TUNDISH_ASSIGN(
          kept, Tensor::borrow(tensor.type(), block->bytes().subspan(offset, tensor.size_bytes()),
                               block));
    }
    return std::make_shared<IsolatedBuffer>(connection_, std::move(buffer), std::move(kept));
  }

  Result<std::unique_ptr<Call>> prepare(std::string_view function,
                                        std::span<const BufferRef> inputs) override {
    TUNDISH_ASSIGN(const FunctionSignature* const signature,
                   connection_->host()->load.signature.find(function));
    PrepareMessage message;
    message.function = signature->name;
    std::vector<BufferRef> kept;
    TUNDISH_ASSIGN(message.inputs, here(inputs, kept));
    TUNDISH_ASSIGN(
        const uint64_t id,
        connection_->request<uint64_t>(connection_->host()->work("preparing @" + signature->name),
                                       MessageKind::kPrepare, std::move(message)));
    std::vector<ReproducerInput> inputs_here;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const auto* const ours = dynamic_cast<const IsolatedBuffer*>(inputs[i].get());
      inputs_here.push_back(ours ? ours->for_reproducer()
                                 : ReproducerInput{inputs[i]->type(), std::nullopt});
    }
    return std::make_unique<IsolatedCall>(connection_, id, signature->name, std::move(inputs_here));
  }

  Result<Submission> submit(std::string_view function, std::span<const BufferRef> inputs,
                            std::span<const EventRef> wait) override {
    SubmitMessage message;
    message.function = function;
    std::vector<BufferRef> kept;
    TUNDISH_ASSIGN(message.inputs, here(inputs, kept));
    for (const EventRef& event : wait) {
      const auto* const ours = dynamic_cast<const IsolatedEvent*>(event.get());
      if (ours != nullptr && ours->host() == connection_->host().get()) {
        message.wait.push_back(ours->id());
      } else {
        TUNDISH_TRY(event->wait());  // another child or backend: nobody there can signal us
      }
    }
    TUNDISH_ASSIGN(SubmitReply reply,
                   connection_->request<SubmitReply>(
                       connection_->host()->work("submitting @" + std::string(function)),
                       MessageKind::kSubmit, std::move(message)));
    Submission submission;
    for (BufferMessage& buffer : reply.outputs) {
      submission.outputs.push_back(make_buffer(connection_, std::move(buffer)));
    }
    submission.done = std::make_shared<IsolatedEvent>(connection_, reply.event);
    return submission;
  }

 private:
  // The numbers of the buffers in this instance's child; a buffer from elsewhere is copied there
  // and held in `kept`.
  Result<std::vector<uint64_t>> here(std::span<const BufferRef> buffers,
                                     std::vector<BufferRef>& kept) {
    std::vector<uint64_t> ids;
    for (const BufferRef& buffer : buffers) {
      if (buffer == nullptr) return invalid_argument("an input buffer is null");
      const auto* ours = dynamic_cast<const IsolatedBuffer*>(buffer.get());
      if (ours == nullptr || ours->host() != connection_->host().get()) {
        TUNDISH_ASSIGN(const Tensor tensor, buffer->to_host());
        TUNDISH_ASSIGN(kept.emplace_back(), import(tensor));
        ours = static_cast<const IsolatedBuffer*>(kept.back().get());
      }
      ids.push_back(ours->id());
    }
    return ids;
  }

  Connection connection_;
};

class IsolatedExecutable final : public Executable {
 public:
  explicit IsolatedExecutable(IsolatedLoad load)
      : host_(std::make_shared<LoadedHost>(std::move(load))) {}

  const Signature& signature() const override { return host_->load.signature; }
  std::span<const std::string> devices() const override { return host_->load.devices; }
  std::string target() const override { return host_->load.target; }
  Result<std::unique_ptr<Instance>> create_instance() override {
    TUNDISH_ASSIGN(MessageChannel::Pair ends, MessageChannel::create_pair());
    const int fd = ends.peer.get();
    const Exchange made = host_->load.host->control(
        host_->work("creating an instance"), MessageKind::kCreateInstance, nullptr, {&fd, 1});
    if (!made.reply) return made.reply.error();
    return std::make_unique<IsolatedInstance>(
        std::make_shared<InstanceConnection>(host_, std::move(ends.channel)));
  }

 private:
  std::shared_ptr<LoadedHost> host_;
};

}  // namespace

std::shared_ptr<Executable> make_isolated_executable(IsolatedLoad load) {
  return std::make_shared<IsolatedExecutable>(std::move(load));
}

}  // namespace tundish
