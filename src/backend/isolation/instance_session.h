// InstanceSession: one instance in the child, and the thread that serves its channel.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "backend/isolation/host_objects.h"
#include "backend/isolation/messages.h"
#include "backend/isolation/reply.h"
#include "base/message_channel.h"

namespace tundish {

class InstanceSession {
 public:
  InstanceSession(MessageChannel channel, std::shared_ptr<Executable> executable,
                  std::unique_ptr<Instance> instance, std::shared_ptr<HostObjects> objects);
  ~InstanceSession();

  // Serves requests until the parent closes the channel.
  void run();

 private:
  // A mapping that tensors keep alive.
  using Block = std::shared_ptr<const MemoryMapping>;
  // Where the results of one request go.
  struct Results {
    ResultsReply reply;
    std::vector<MemoryFile> files;
    Block block;
    std::vector<Tensor> tensors;  // over the block, in order
  };

  Result<Reply> handle(MessageKind kind, const nlohmann::json& body,
                       std::vector<FileDescriptor>& files);
  Result<Reply> run_function(const RunMessage& message, std::vector<FileDescriptor>& files);
  Result<Reply> run_static(const RunMessage& message, const FunctionSignature& function,
                           std::span<const Tensor> inputs);
  Result<Reply> run_dynamic(const RunMessage& message, std::span<const Tensor> inputs);
  Result<Reply> import(const ImportMessage& message, std::vector<FileDescriptor>& files);
  Result<Reply> prepare(const PrepareMessage& message);
  Result<Reply> call_run(const CallMessage& message);
  Result<Reply> call_measure(const MeasureMessage& message);
  Result<Reply> submit(const SubmitMessage& message);
  Result<Reply> query_event(const EventQueryMessage& message);
  Result<Reply> fetch(const FetchMessage& message);

  // Decodes a request and frees what the parent released.
  template <typename T>
  Result<T> open(const nlohmann::json& body);
  Result<Call*> find_call(uint64_t id);
  // Memory for tensors of these static types: the small block, or a new file.
  Result<Results> make_results(std::span<const TensorType> types);
  // The reply with results that have been filled. Only now does the parent hear of a new small
  // block: a request that failed before must leave both ends with the same one.
  Reply deliver(Results results);
  std::vector<BufferMessage> keep(std::span<const BufferRef> buffers);

  MessageChannel channel_;
  // Declared before what they keep alive: destroyed after it.
  std::shared_ptr<Executable> executable_;
  std::unique_ptr<Instance> instance_;
  std::shared_ptr<HostObjects> objects_;
  std::vector<uint64_t> owned_;  // numbers of this session's objects, sorted by age
  std::map<uint64_t, std::unique_ptr<Call>> calls_;
  Block staging_;
  Block small_results_;
};

}  // namespace tundish
