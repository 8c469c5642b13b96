// MessageChannel: JSON messages with attached file descriptors between two processes.
//
//   TUNDISH_ASSIGN(auto ends, MessageChannel::create_pair());
//   options.passed_fds = {ends.peer.get()};                    // descriptor 3 of the child
//   ...
//   TUNDISH_TRY(ends.channel.send({{"do", "compile"}}, {{source.fd()}}));
//   TUNDISH_ASSIGN(Message answer, ends.channel.receive(60.0));
//
// Messages keep their boundaries (SOCK_SEQPACKET): a short one is one system call on each side, and
// after a timeout the channel is still in step. Long ones travel in shared memory. Tensors and
// programs belong in a MemoryFile, not in the JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "tundish/base/status.h"

namespace tundish {

struct Message {
  nlohmann::json header;
  std::vector<FileDescriptor> files;  // close-on-exec, owned by the receiver
};

// What a peer sends is checked for size and form, never trusted. One thread may send while another
// receives; two senders or two receivers need a lock of their own.
class MessageChannel {
 public:
  static constexpr size_t kMaxInlineBytes = 64 << 10;
  static constexpr uint64_t kMaxHeaderBytes = 64 << 20;
  static constexpr size_t kMaxFiles = 64;

  struct Pair;
  // Two connected ends: a channel for this process, and the descriptor to pass to a child.
  static Result<Pair> create_pair();
  // The end that was passed to this process.
  static Result<MessageChannel> adopt(FileDescriptor socket);

  // Sends one message; `files` are borrowed. A timeout of 0 or less waits without limit.
  // kDeadlineExceeded when the peer does not read, kAborted when it is gone, kInvalidArgument when
  // the message is over a limit.
  Status send(const nlohmann::json& header, std::span<const int> files = {},
              double timeout_seconds = 0);

  // Waits for one message. kDeadlineExceeded after `timeout_seconds` (0 or less: no limit),
  // kAborted when the peer is gone, kDataLoss when what came is no message.
  Result<Message> receive(double timeout_seconds = 0);

  // For poll(): readable when a message waits or the peer is gone.
  int fd() const { return socket_.get(); }

 private:
  explicit MessageChannel(FileDescriptor socket) : socket_(std::move(socket)) {}
  Status send_packet(char kind, std::string_view text, std::span<const int> files,
                     double timeout_seconds);
  Status set_timeout(int option, int64_t& current_us, int64_t wanted_us);

  FileDescriptor socket_;
  std::vector<char> buffer_;
  // What the socket is set to, so that an unchanged timeout costs no system call.
  int64_t send_timeout_us_ = 0;
  int64_t receive_timeout_us_ = 0;
};

struct MessageChannel::Pair {
  MessageChannel channel;
  FileDescriptor peer;
};

}  // namespace tundish
