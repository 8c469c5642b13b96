// InstanceConnection: the parent's end of one instance's channel, with the memory both ends share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/isolation/isolated_executable.h"
#include "backend/isolation/reproducer.h"
#include "backend/isolation/shared_block.h"

namespace tundish {

// A loaded executable's child. Thread-safe.
struct LoadedHost {
  explicit LoadedHost(IsolatedLoad from) : load(std::move(from)) {}

  Work work(std::string what) const {
    return {std::move(what), Stage::kRun, load.options.limits.timeout, nullptr};
  }

  // Gives a run's failure its reproducer when it was the child's end, the first time.
  Status reproduce(const Status& failure, std::string_view function,
                   const std::vector<ReproducerInput>& inputs);

  IsolatedLoad load;
  std::atomic<bool> is_reproduced = false;
};

class InstanceConnection {
 public:
  InstanceConnection(std::shared_ptr<LoadedHost> host, MessageChannel channel)
      : host_(std::move(host)), channel_(std::move(channel)) {}

  const std::shared_ptr<LoadedHost>& host() const { return host_; }

  // One request whose first member, `released`, is filled in here; T decodes the reply.
  template <typename T, typename Request>
  Result<T> request(const Work& work, MessageKind kind, Request message,
                    std::span<const int> files = {}) {
    const std::lock_guard lock(mutex_);
    TUNDISH_ASSIGN(const HostReply reply, exchange(work, kind, std::move(message), files));
    return decode<T>(work, reply);
  }
  // Runs a function on tensors. With `has_outputs` the results go to `outputs`, one each; otherwise
  // they are returned.
  Result<std::vector<Tensor>> run(std::string_view function, std::span<const Tensor> inputs,
                                  std::span<Tensor> outputs, bool has_outputs);
  // The content of a buffer.
  Result<Tensor> fetch(uint64_t id, const TensorType& expected);
  // The child may free the object when it hears of us next.
  void release(uint64_t id) {
    const std::lock_guard lock(released_mutex_);
    released_.push_back(id);
  }

 private:
  template <typename Request>
  Result<HostReply> exchange(const Work& work, MessageKind kind, Request message,
                             std::span<const int> files) {
    {
      const std::lock_guard lock(released_mutex_);
      message.released.swap(released_);
    }
    return host_->load.host->exchange(channel_, work, kind, to_wire(message), files).reply;
  }
  template <typename T>
  Result<T> decode(const Work& work, const HostReply& reply) {
    Result<T> value = from_wire<T>(reply.body);
    if (!value) return host_->load.host->reject(work, value.error());
    return value;
  }
  // Copies tensors that lie in no shared memory to the staging block.
  Status place_inputs(std::span<const Tensor> inputs, RunMessage& message, std::vector<int>& files);
  Result<std::vector<Tensor>> take_results(const Work& work, HostReply reply,
                                           std::span<const TensorType> expected);
  Result<std::vector<Tensor>> view_results(const ResultsReply& reply,
                                           std::vector<FileDescriptor> files,
                                           std::span<const TensorType> expected);

  std::shared_ptr<LoadedHost> host_;
  std::mutex mutex_;  // one request at a time
  MessageChannel channel_;
  std::shared_ptr<SharedBlock> staging_;
  std::shared_ptr<SharedBlock> small_results_;
  std::mutex released_mutex_;
  std::vector<uint64_t> released_;
};

}  // namespace tundish
