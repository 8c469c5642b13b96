#include "cache/cache.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "cache/digest_index.h"
#include "cache/key_lock.h"
#include "tundish/base/log.h"

namespace tundish {
namespace {

using Clock = std::chrono::steady_clock;

// Below the limit after a collection, so that not every store collects again.
constexpr double kCollectToFraction = 0.9;

// A request that runs in this process, and those that wait for its result.
struct Flight {
  std::mutex mutex;
  std::condition_variable landed;
  std::optional<Result<CacheOutcome>> result;  // guarded by mutex
};

Status cancelled_while_waiting() {
  return cancelled("cancelled while waiting for an equal request");
}

Result<Entry> call(const Cache::Producer& produce) {
  try {
    return produce();
  } catch (const std::exception& error) {  // the waiting ones must get an answer
    return internal_error(std::string("exception while producing a cache entry: ") + error.what());
  }
}

}  // namespace

struct Cache::State {
  CacheOptions options;
  Store store{""};
  Status status;
  std::mutex mutex;
  std::map<ActionKey, std::shared_ptr<Flight>> flights;  // guarded by mutex

  // The flight for `key`, and whether the caller has to fly it.
  std::pair<std::shared_ptr<Flight>, bool> join(const ActionKey& key);
  void land(const ActionKey& key, Flight& flight, const Result<CacheOutcome>& result);

  Result<CacheOutcome> fly(const ActionKey& key, const Producer& produce,
                           const IsCancelled& is_cancelled);
  Result<CacheOutcome> produce_and_store(const ActionKey& key, const Producer& produce,
                                         Status warning);
  Status add(const ActionKey& key, const Entry& entry);
};

std::string default_cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (std::string folder = variable("TUNDISH_CACHE_DIR"); !folder.empty()) return folder;
  if (std::string folder = variable("XDG_CACHE_HOME"); !folder.empty()) {
    return folder + "/tundish/cache";
  }
  if (std::string home = variable("HOME"); !home.empty()) return home + "/.cache/tundish/cache";
  return "";
}

Cache Cache::open(CacheOptions options) {
  auto state = std::make_shared<State>();
  if (options.folder.empty()) options.folder = default_cache_folder();
  state->options = std::move(options);
  state->store = Store(state->options.folder);
  if (state->options.folder.empty()) {
    state->status = failed_precondition(
        "no place for the cache: set TUNDISH_CACHE_DIR, XDG_CACHE_HOME or HOME");
  } else if (Status status = state->store.prepare();
             !status.ok() && ::access((state->options.folder + "/ac").c_str(), R_OK | X_OK) != 0) {
    state->status = status.with_context("the cache is not used");
  }
  return Cache(std::move(state));
}

Cache Cache::disabled() {
  auto state = std::make_shared<State>();
  state->status = failed_precondition("the cache is switched off");
  return Cache(std::move(state));
}

const Status& Cache::status() const { return state_->status; }
bool Cache::is_enabled() const { return state_->status.ok(); }
const std::string& Cache::folder() const { return state_->options.folder; }

Result<std::optional<Entry>> Cache::lookup(const ActionKey& key) const {
  if (!is_enabled()) return std::optional<Entry>();
  return state_->store.lookup(key);
}

Status Cache::store(const ActionKey& key, const Entry& entry) const {
  TUNDISH_TRY(status());
  return state_->add(key, entry);
}

std::pair<std::shared_ptr<Flight>, bool> Cache::State::join(const ActionKey& key) {
  const std::scoped_lock lock(mutex);
  std::shared_ptr<Flight>& flight = flights[key];
  const bool is_pilot = flight == nullptr;
  if (is_pilot) flight = std::make_shared<Flight>();
  return {flight, is_pilot};
}

void Cache::State::land(const ActionKey& key, Flight& flight, const Result<CacheOutcome>& result) {
  {
    const std::scoped_lock lock(mutex);
    flights.erase(key);
  }
  {
    const std::scoped_lock lock(flight.mutex);
    flight.result = result;
  }
  flight.landed.notify_all();
}

Result<CacheOutcome> Cache::get_or_produce(const ActionKey& key, const Producer& produce,
                                           const IsCancelled& is_cancelled) const {
  if (!is_enabled()) {
    TUNDISH_ASSIGN(Entry entry, produce());
    return CacheOutcome{std::move(entry), false, status()};
  }
  for (;;) {
    const auto [flight, is_pilot] = state_->join(key);
    if (is_pilot) {
      Result<CacheOutcome> result = state_->fly(key, produce, is_cancelled);
      state_->land(key, *flight, result);
      return result;
    }
    std::unique_lock lock(flight->mutex);
    while (!flight->result) {
      if (is_cancelled && is_cancelled()) return cancelled_while_waiting();
      flight->landed.wait_for(lock, std::chrono::milliseconds(20));
    }
    Result<CacheOutcome> result = *flight->result;
    // That the other caller gave up is no reason for this one.
    if (!result && result.error().code() == Code::kCancelled) continue;
    if (result) result->is_hit = true;
    return result;
  }
}

Result<CacheOutcome> Cache::State::fly(const ActionKey& key, const Producer& produce,
                                       const IsCancelled& is_cancelled) {
  const auto start = Clock::now();
  auto pause = std::chrono::microseconds(500);
  for (;;) {
    const auto lock = KeyLock::try_acquire(store.lock_path(key));
    const bool is_producer = lock && *lock;
    // Under the lock: who held it before us may just have finished.
    Result<std::optional<Entry>> found = store.lookup(key);
    if (!found) return produce_and_store(key, produce, found.error());
    if (*found) return CacheOutcome{**std::move(found), true, {}};
    const double waited_seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (is_producer || !lock || waited_seconds >= options.max_wait_seconds) {
      return produce_and_store(key, produce, lock.error());
    }
    // Another process is at work: its entry will appear, or its lock will go.
    if (is_cancelled && is_cancelled()) return cancelled_while_waiting();
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(20'000));
  }
}

Result<CacheOutcome> Cache::State::produce_and_store(const ActionKey& key, const Producer& produce,
                                                     Status warning) {
  TUNDISH_ASSIGN(Entry entry, call(produce));
  if (Status stored = add(key, entry); !stored.ok() && warning.ok()) warning = stored;
  warning = warning.with_context("the cache cannot be used fully");
  if (!warning.ok()) TUNDISH_LOG(kWarning, warning.message());
  return CacheOutcome{std::move(entry), false, std::move(warning)};
}

Status Cache::State::add(const ActionKey& key, const Entry& entry) {
  TUNDISH_ASSIGN(const uint64_t added, store.store(key, entry));
  if (store.add_usage(added) <= options.max_bytes) return {};
  return store
      .collect(static_cast<uint64_t>(kCollectToFraction * static_cast<double>(options.max_bytes)))
      .error();
}

Result<ContentDigest> Cache::digest_file(const std::string& path) const {
  return DigestIndex(is_enabled() ? state_->store.inputs_folder() : "").digest_file(path);
}

Result<CacheStats> Cache::stats() const {
  TUNDISH_TRY(status());
  CacheStats stats = state_->store.stats();
  stats.max_bytes = state_->options.max_bytes;
  return stats;
}

Result<CollectReport> Cache::collect(uint64_t max_bytes) const {
  TUNDISH_TRY(status());
  return state_->store.collect(max_bytes);
}

Status Cache::clear() const {
  TUNDISH_TRY(status());
  return state_->store.clear();
}

Result<VerifyReport> Cache::verify() const {
  TUNDISH_TRY(status());
  return state_->store.verify();
}

}  // namespace tundish
