// HostObjects: what the child keeps for its parent, by number.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "tundish/backend/executable.h"
#include "tundish/base/status.h"

namespace tundish {

// Buffers and events of all instances of one executable: one instance may use another's. Numbers
// are never used twice. Thread-safe.
class HostObjects {
 public:
  uint64_t add(BufferRef buffer) { return insert(buffers_, std::move(buffer)); }
  uint64_t add(EventRef event) { return insert(events_, std::move(event)); }
  // A number for something kept elsewhere.
  uint64_t new_id() {
    const std::lock_guard lock(mutex_);
    return ++last_id_;
  }
  Result<std::vector<BufferRef>> buffers(std::span<const uint64_t> ids) const {
    return find(buffers_, ids, "buffer");
  }
  Result<std::vector<EventRef>> events(std::span<const uint64_t> ids) const {
    return find(events_, ids, "event");
  }
  void release(std::span<const uint64_t> ids) {
    for (const uint64_t id : ids) {
      BufferRef buffer;  // destroyed outside the lock: freeing device memory may take time
      EventRef event;
      const std::lock_guard lock(mutex_);
      if (auto node = buffers_.extract(id)) buffer = std::move(node.mapped());
      if (auto node = events_.extract(id)) event = std::move(node.mapped());
    }
  }

 private:
  template <typename T>
  uint64_t insert(std::map<uint64_t, T>& map, T object) {
    const std::lock_guard lock(mutex_);
    map.emplace(++last_id_, std::move(object));
    return last_id_;
  }
  template <typename T>
  Result<std::vector<T>> find(const std::map<uint64_t, T>& map, std::span<const uint64_t> ids,
                              const char* what) const {
    const std::lock_guard lock(mutex_);
    std::vector<T> found;
    for (const uint64_t id : ids) {
      const auto entry = map.find(id);
      if (entry == map.end()) {
        return failed_precondition(std::string(what) + " " + std::to_string(id) +
                                   " does not exist (any more)");
      }
      found.push_back(entry->second);
    }
    return found;
  }

  mutable std::mutex mutex_;
  uint64_t last_id_ = 0;
  std::map<uint64_t, BufferRef> buffers_;
  std::map<uint64_t, EventRef> events_;
};

}  // namespace tundish
