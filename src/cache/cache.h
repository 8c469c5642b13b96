// Cache: compile once, on this machine, for all processes.
//
//   const Cache cache = Cache::open({});
//   TUNDISH_ASSIGN(CacheOutcome outcome, cache.get_or_produce(key, [&] { return compile(...); }));
//   if (!outcome.warning.ok()) ...   // the cache was of no use; the work was done all the same
//   use(outcome.entry.outputs.at("executable").bytes());
//
// The cache may be shared by any number of processes, threads and compiler versions (versions are
// part of the key). It never makes work fail: read-only, full, unreadable or damaged, it only helps
// less, and says so in a warning.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cache/action.h"
#include "cache/entry.h"
#include "cache/store.h"
#include "tundish/base/status.h"

namespace tundish {

struct CacheOptions {
  std::string folder;                       // empty: default_cache_folder()
  uint64_t max_bytes = uint64_t{20} << 30;  // the least recently used entries go first
  // How long to wait for another process that produces the same key, before doing the work here.
  double max_wait_seconds = 3600;
};

// $TUNDISH_CACHE_DIR, else $XDG_CACHE_HOME/tundish/cache, else ~/.cache/tundish/cache; "" when
// there is no home either.
std::string default_cache_folder();

struct CacheOutcome {
  Entry entry;
  bool is_hit = false;  // from the cache, or from an equal request that ran at the same time
  Status warning;       // why the cache could not be used or written; OK normally
};

// Copies share one cache. Thread-safe.
class Cache {
 public:
  using Producer = std::function<Result<Entry>()>;
  using IsCancelled = std::function<bool()>;

  // Always gives a cache; status() tells when it is of no use.
  static Cache open(CacheOptions options);
  // A cache that never has anything, for --no-cache.
  static Cache disabled();

  // OK, or why nothing can be cached. A read-only folder is OK: it can be read.
  const Status& status() const;
  bool is_enabled() const;
  const std::string& folder() const;

  // The entry, checked against its digests. nullopt: a miss. An error: the entry is there but
  // cannot be read.
  Result<std::optional<Entry>> lookup(const ActionKey& key) const;
  // Adds an entry, and evicts old ones when the cache is over its size.
  Status store(const ActionKey& key, const Entry& entry) const;

  // The entry, from the cache or from `produce`, whose result is stored. Of simultaneous equal
  // requests, in this process and others, one calls its producer; the others wait for the entry.
  // When the producer's process dies another takes over. A failure is returned to all waiting
  // threads of this process and never stored. kCancelled soon after `is_cancelled` says so while
  // waiting; `produce` must watch for that itself. `produce` may not ask for the same key.
  Result<CacheOutcome> get_or_produce(const ActionKey& key, const Producer& produce,
                                      const IsCancelled& is_cancelled = nullptr) const;

  // The digest of an input file; large files that have not changed are not read again.
  Result<ContentDigest> digest_file(const std::string& path) const;

  Result<CacheStats> stats() const;
  Result<CollectReport> collect(uint64_t max_bytes) const;
  Status clear() const;
  Result<VerifyReport> verify() const;

 private:
  struct State;
  explicit Cache(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace tundish
