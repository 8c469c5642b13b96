// Reply: what the child answers to one request, and how requests are handed to their handlers.
#pragma once

#include <nlohmann/json.hpp>

#include <exception>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "backend/isolation/messages.h"
#include "base/message_channel.h"
#include "base/shared_memory.h"

namespace tundish {

struct Reply {
  nlohmann::json body;
  std::vector<MemoryFile> files;

  template <typename T>
  static Reply of(const T& value) {
    return Reply{to_wire(value), {}};
  }
};

using HostHandler = std::function<Result<Reply>(MessageKind kind, const nlohmann::json& body,
                                                std::vector<FileDescriptor>& files)>;

// Receives one request, hands it to `handler` and sends the reply. The status says that the parent
// is gone; a request's own failure is part of its reply. An exception becomes kInternal.
Status serve_one(MessageChannel& channel, const HostHandler& handler);

// A memory file with `bytes`, which nobody can change any more.
Result<MemoryFile> publish_bytes(const char* name, std::span<const std::byte> bytes);

// Maps attachment `index`. kDataLoss when there is none or it is shorter than `min_bytes`.
Result<MemoryMapping> map_attachment(std::vector<FileDescriptor>& files, size_t index,
                                     uint64_t min_bytes, MemoryMapping::Access access);

// [revision, kind, body]: the header of a request.
nlohmann::json request_header(MessageKind kind, nlohmann::json body);

}  // namespace tundish
