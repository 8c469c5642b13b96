#include "backend/isolation/reply.h"

#include <algorithm>

namespace tundish {
namespace {

Result<Reply> guarded(const HostHandler& handler, MessageKind kind, const nlohmann::json& body,
                      std::vector<FileDescriptor>& files) {
  try {
    return handler(kind, body, files);
  } catch (const std::bad_alloc&) {
    return resource_exhausted("out of memory");
  } catch (const std::exception& error) {
    return internal_error(std::string("uncaught exception: ") + error.what());
  } catch (...) {
    return internal_error("uncaught exception of an unknown type");
  }
}

Result<Reply> answer(const HostHandler& handler, Message& request) {
  const nlohmann::json& header = request.header;
  if (!header.is_array() || header.size() != 3 || header[0] != kProtocolRevision) {
    return failed_precondition("tundish-host speaks another protocol revision than its parent");
  }
  TUNDISH_ASSIGN(const MessageKind kind, from_wire<MessageKind>(header[1]));
  return guarded(handler, kind, header[2], request.files);
}

}  // namespace

nlohmann::json request_header(MessageKind kind, nlohmann::json body) {
  return nlohmann::json::array({kProtocolRevision, static_cast<int>(kind), std::move(body)});
}

Status serve_one(MessageChannel& channel, const HostHandler& handler) {
  TUNDISH_ASSIGN(Message request, channel.receive());
  Result<Reply> reply = answer(handler, request);
  nlohmann::json body = nlohmann::json::array({to_wire(reply.error()), nullptr});
  std::vector<int> fds;
  if (reply) {
    body[1] = std::move(reply->body);
    for (const MemoryFile& file : reply->files) fds.push_back(file.fd());
  }
  const Status sent = channel.send(request_header(MessageKind::kReply, std::move(body)), fds);
  if (sent.code() != Code::kInvalidArgument) return sent;
  // Over the channel's limits: the parent still gets an answer.
  return channel.send(request_header(
      MessageKind::kReply,
      nlohmann::json::array({to_wire(resource_exhausted(sent.message())), nullptr})));
}

Result<MemoryFile> publish_bytes(const char* name, std::span<const std::byte> bytes) {
  TUNDISH_ASSIGN(MemoryFile file, MemoryFile::create(name, bytes.size()));
  {
    TUNDISH_ASSIGN(MemoryMapping mapping, file.map(MemoryMapping::Access::kReadWrite));
    std::copy(bytes.begin(), bytes.end(), mapping.bytes().begin());
  }
  TUNDISH_TRY(file.publish());
  return file;
}

Result<MemoryMapping> map_attachment(std::vector<FileDescriptor>& files, size_t index,
                                     uint64_t min_bytes, MemoryMapping::Access access) {
  if (index >= files.size() || !files[index]) return data_loss("a message lacks an attachment");
  TUNDISH_ASSIGN(const MemoryFile file, MemoryFile::adopt(std::move(files[index])));
  if (file.size() < min_bytes) {
    return data_loss("an attachment has " + std::to_string(file.size()) + " bytes; expected " +
                     std::to_string(min_bytes));
  }
  return file.map(access);
}

}  // namespace tundish
