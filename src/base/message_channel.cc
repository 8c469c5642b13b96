#include "base/message_channel.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>

#include "base/shared_memory.h"

namespace tundish {
namespace {

// The first byte of each packet says where its JSON is.
constexpr char kInline = 'i';        // the rest of the packet
constexpr char kSharedMemory = 's';  // the first attached descriptor, a published MemoryFile

// The kernel's clock ticks limit socket timeouts to milliseconds anyway; a year is no limit.
constexpr double kMaxTimeoutSeconds = 3e7;

using Clock = std::chrono::steady_clock;

// Counts down over repeated system calls.
class Deadline {
 public:
  explicit Deadline(double seconds)
      : is_set_(seconds > 0 && seconds < kMaxTimeoutSeconds),
        end_(is_set_ ? Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(seconds))
                     : Clock::time_point()) {}
  // 0 without a deadline, which is also what the socket option means by 0; negative when over.
  int64_t remaining_us() const {
    if (!is_set_) return 0;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(end_ - Clock::now()).count();
    return left > 0 ? left : -1;
  }

 private:
  bool is_set_;
  Clock::time_point end_;
};

Status peer_is_gone() { return aborted("the process at the other end of the channel is gone"); }

Status map_error(int error, const char* what) {
  switch (error) {
    case EPIPE:
    case ECONNRESET:
    case ENOTCONN:
      return peer_is_gone();
    case EAGAIN:
      return deadline_exceeded(std::string(what) + ": the other process did not answer in time");
    default:
      return errno_status(error, what);
  }
}

std::vector<FileDescriptor> take_files(msghdr& packet) {
  std::vector<FileDescriptor> files;
  for (cmsghdr* c = CMSG_FIRSTHDR(&packet); c; c = CMSG_NXTHDR(&packet, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
      files.push_back(FileDescriptor::adopt(fd));
    }
  }
  return files;
}

Result<Message> parse(std::string_view text, std::vector<FileDescriptor> files) {
  Message message;
  message.header = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (message.header.is_discarded()) return data_loss("received a message that is not JSON");
  message.files = std::move(files);
  return message;
}

Result<Message> parse_shared(std::vector<FileDescriptor> files) {
  if (files.empty()) return data_loss("received a long message without its memory");
  TUNDISH_ASSIGN(MemoryFile memory, MemoryFile::adopt(std::move(files.front())));
  files.erase(files.begin());
  // Unpublished memory could change while it is parsed.
  if (memory.size() > MessageChannel::kMaxHeaderBytes || !memory.is_published()) {
    return data_loss("received a message of " + std::to_string(memory.size()) +
                     " bytes; over the limit or not sealed");
  }
  TUNDISH_ASSIGN(MemoryMapping mapping, memory.map(MemoryMapping::Access::kRead));
  const auto bytes = mapping.bytes();
  return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, std::move(files));
}

Result<MemoryFile> to_memory(std::string_view text) {
  TUNDISH_ASSIGN(MemoryFile memory, MemoryFile::create("tundish-message", text.size()));
  {
    TUNDISH_ASSIGN(MemoryMapping mapping, memory.map(MemoryMapping::Access::kReadWrite));
    std::memcpy(mapping.bytes().data(), text.data(), text.size());
  }
  TUNDISH_TRY(memory.publish());
  return memory;
}

}  // namespace

Result<MessageChannel::Pair> MessageChannel::create_pair() {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    return errno_status(errno, "create a channel");
  }
  return Pair{MessageChannel(FileDescriptor::adopt(sockets[0])), FileDescriptor::adopt(sockets[1])};
}

Result<MessageChannel> MessageChannel::adopt(FileDescriptor socket) {
  int type = 0;
  socklen_t size = sizeof type;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
    return invalid_argument("descriptor " + std::to_string(socket.get()) +
                            " is not the end of a message channel");
  }
  return MessageChannel(std::move(socket));
}

Status MessageChannel::set_timeout(int option, int64_t& current_us, int64_t wanted_us) {
  if (wanted_us == current_us) return {};
  const timeval value{static_cast<time_t>(wanted_us / 1'000'000),
                      static_cast<suseconds_t>(wanted_us % 1'000'000)};
  if (setsockopt(socket_.get(), SOL_SOCKET, option, &value, sizeof value) != 0) {
    return errno_status(errno, "set the timeout of a channel");
  }
  current_us = wanted_us;
  return {};
}

Status MessageChannel::send(const nlohmann::json& header, std::span<const int> files,
                            double timeout_seconds) {
  const std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() > kMaxHeaderBytes || files.size() > kMaxFiles) {
    return invalid_argument("a message of " + std::to_string(text.size()) + " bytes and " +
                            std::to_string(files.size()) + " files is over the limit of " +
                            std::to_string(kMaxHeaderBytes) + " bytes and " +
                            std::to_string(kMaxFiles) + " files");
  }
  if (text.size() <= kMaxInlineBytes) return send_packet(kInline, text, files, timeout_seconds);
  TUNDISH_ASSIGN(const MemoryFile memory, to_memory(text));
  std::vector<int> with_memory = {memory.fd()};
  with_memory.insert(with_memory.end(), files.begin(), files.end());
  return send_packet(kSharedMemory, {}, with_memory, timeout_seconds);
}

Status MessageChannel::send_packet(char kind, std::string_view text, std::span<const int> files,
                                   double timeout_seconds) {
  iovec parts[2] = {{&kind, 1}, {const_cast<char*>(text.data()), text.size()}};
  msghdr packet{};
  packet.msg_iov = parts;
  packet.msg_iovlen = 2;
  alignas(cmsghdr) char control[CMSG_SPACE((kMaxFiles + 1) * sizeof(int))];
  if (!files.empty()) {
    packet.msg_control = control;
    packet.msg_controllen = CMSG_SPACE(files.size_bytes());
    std::memset(control, 0, packet.msg_controllen);
    cmsghdr* c = CMSG_FIRSTHDR(&packet);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(files.size_bytes());
    std::memcpy(CMSG_DATA(c), files.data(), files.size_bytes());
  }
  const Deadline deadline(timeout_seconds);
  // The first call uses the timeout as given, so that equal timeouts set the socket once.
  int64_t remaining_us = deadline.remaining_us() == 0 ? 0 : std::llround(timeout_seconds * 1e6);
  for (;;) {
    if (remaining_us < 0) return map_error(EAGAIN, "send a message");
    TUNDISH_TRY(set_timeout(SO_SNDTIMEO, send_timeout_us_, remaining_us));
    if (sendmsg(socket_.get(), &packet, MSG_NOSIGNAL) >= 0) return {};
    if (errno != EINTR) return map_error(errno, "send a message");
    remaining_us = deadline.remaining_us();
  }
}

Result<Message> MessageChannel::receive(double timeout_seconds) {
  buffer_.resize(1 + kMaxInlineBytes);
  alignas(cmsghdr) char control[CMSG_SPACE((kMaxFiles + 1) * sizeof(int))];
  iovec part = {buffer_.data(), buffer_.size()};
  msghdr packet{};
  const Deadline deadline(timeout_seconds);
  int64_t remaining_us = deadline.remaining_us() == 0 ? 0 : std::llround(timeout_seconds * 1e6);
  ssize_t count;
  for (;;) {
    if (remaining_us < 0) return map_error(EAGAIN, "receive a message");
    TUNDISH_TRY(set_timeout(SO_RCVTIMEO, receive_timeout_us_, remaining_us));
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    packet.msg_control = control;
    packet.msg_controllen = sizeof control;
    count = recvmsg(socket_.get(), &packet, MSG_CMSG_CLOEXEC);
    if (count >= 0) break;
    if (errno != EINTR) return map_error(errno, "receive a message");
    remaining_us = deadline.remaining_us();
  }
  std::vector<FileDescriptor> files = take_files(packet);  // first, so that none leaks below
  if (count == 0) return peer_is_gone();
  if (packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
    return data_loss("received a message that is over the limits or whose files were lost");
  }
  const std::string_view text(buffer_.data() + 1, static_cast<size_t>(count) - 1);
  if (buffer_[0] == kInline) return parse(text, std::move(files));
  if (buffer_[0] == kSharedMemory) return parse_shared(std::move(files));
  return data_loss("received a packet that is no message");
}

}  // namespace tundish
