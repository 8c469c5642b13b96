#include "cache/cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

ActionKey key_of(const std::string& text) { return content_digest(text); }

Entry entry_of(const std::string& output, const nlohmann::json& metadata = nullptr) {
  Entry entry;
  entry.outputs["executable"] = Blob::from_string(output);
  entry.metadata = metadata;
  return entry;
}

std::string text_of(const Result<std::optional<Entry>>& found) {
  if (!found) return found.error().to_string();
  return *found ? std::string((*found)->outputs.at("executable").text()) : "(miss)";
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

void flip_bit(const std::string& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const char c = static_cast<char>(file.get());
  file.seekp(at);
  file.put(static_cast<char>(c ^ 4));
}

void age(const std::string& path, int seconds) {
  const timespec times[] = {{time(nullptr) - seconds, 0}, {time(nullptr) - seconds, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

class CacheTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = *TemporaryFolder::create(); }
  std::string root() const { return folder_.file("cache"); }
  Cache open(uint64_t max_bytes = uint64_t{1} << 30) const {
    return Cache::open({.folder = root(), .max_bytes = max_bytes});
  }
  TemporaryFolder folder_;
};

TEST_F(CacheTest, WhatIsStoredIsFoundByEveryone) {
  const Cache cache = open();
  ASSERT_TRUE(cache.is_enabled()) << cache.status().to_string();
  EXPECT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)");
  Entry entry = entry_of("bytes", {{"compile_seconds", 1.5}});
  entry.outputs["empty"] = Blob::from_string("");
  entry.outputs["again"] = Blob::from_string("bytes");
  ASSERT_TRUE(cache.store(key_of("k"), entry).ok());
  const auto found = open().lookup(key_of("k"));
  EXPECT_EQ(text_of(found), "bytes");
  EXPECT_EQ((*found)->outputs.at("empty").text(), "");
  EXPECT_EQ((*found)->metadata["compile_seconds"], 1.5);
  EXPECT_EQ(cache.stats()->entries, 1u);
  EXPECT_EQ(cache.stats()->blobs, 2u) << "equal outputs are stored once";
  EXPECT_TRUE(fs::exists(root() + "/CACHEDIR.TAG"));
}

TEST_F(CacheTest, AHitOfFourMegabytesIsFast) {
  const Cache cache = open();
  std::string text(4 << 20, 0);
  std::mt19937 random(1);
  for (char& c : text) c = static_cast<char>(random());
  ASSERT_TRUE(cache.store(key_of("k"), entry_of(text)).ok());
  double best = 1e9;
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    ASSERT_TRUE(cache.lookup(key_of("k"))->has_value());
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  const auto start = Clock::now();
  (void)sha256(text);
  const double hash = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("hit of 4 MiB: %.2f ms, of which hashing %.2f ms\n", best * 1e3, hash * 1e3);
  EXPECT_LT(best, 3 * hash + 5e-3);
}

// Every byte of every file counts: a flipped bit is a miss, never another answer.
TEST_F(CacheTest, AFlippedBitIsAMissAndTheEntryIsMadeAgain) {
  const Cache cache = open();
  const Entry entry = entry_of("some bytes of output", {{"note", "kept"}});
  ASSERT_TRUE(cache.store(key_of("k"), entry).ok());
  for (const char* kind : {"/ac", "/cas"}) {
    const auto size = static_cast<std::streamoff>(fs::file_size(files_in(root() + kind).at(0)));
    for (std::streamoff at = 0; at < size; ++at) {
      flip_bit(files_in(root() + kind).at(0), at);
      ASSERT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)") << kind << " byte " << at;
      const auto made = cache.get_or_produce(key_of("k"), [&] { return entry; });
      ASSERT_TRUE(made.has_value() && !made->is_hit && made->warning.ok());
      ASSERT_EQ(text_of(cache.lookup(key_of("k"))), "some bytes of output");
    }
  }
}

TEST_F(CacheTest, TruncatedEmptyAndMissingFilesAreMisses) {
  const Cache cache = open();
  for (const char* kind : {"/ac", "/cas"}) {
    for (const uintmax_t size : {0, 5}) {
      ASSERT_TRUE(cache.store(key_of("k"), entry_of("output")).ok());
      fs::resize_file(files_in(root() + kind).at(0), size);
      EXPECT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)");
      EXPECT_TRUE(files_in(root() + kind).empty()) << "removed";
    }
    ASSERT_TRUE(cache.store(key_of("k"), entry_of("output")).ok());
    fs::remove(files_in(root() + kind).at(0));
    EXPECT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)");
  }
}

TEST_F(CacheTest, VerifyFindsAndRemovesDamage) {
  const Cache cache = open();
  for (const char* name : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(cache.store(key_of(name), entry_of(std::string("output of ") + name)).ok());
  }
  EXPECT_TRUE(cache.verify()->is_sound());
  flip_bit(root() + "/cas/" + sha256("output of a").to_hex().substr(0, 2) + "/" +
               sha256("output of a").to_hex(),
           3);
  const std::string record = key_of("b").digest.to_hex();
  flip_bit(root() + "/ac/" + record.substr(0, 2) + "/" + record, 100);
  const auto report = cache.verify();
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_EQ(report->checked_blobs, 4u);
  EXPECT_EQ(report->checked_entries, 4u);
  EXPECT_EQ(report->damaged_blobs, 1u);
  EXPECT_EQ(report->dangling_entries, 1u);
  EXPECT_EQ(report->damaged_entries, 1u);
  EXPECT_TRUE(cache.verify()->is_sound());
  EXPECT_EQ(text_of(cache.lookup(key_of("c"))), "output of c");
}

TEST_F(CacheTest, TheLeastRecentlyUsedGoFirst) {
  const Cache cache = open();
  const auto record = [&](const std::string& name) {
    const std::string hex = key_of(name).digest.to_hex();
    return root() + "/ac/" + hex.substr(0, 2) + "/" + hex;
  };
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(cache.store(key_of(name), entry_of(name + std::string(100'000, 'x'))).ok());
  }
  age(record("a"), 5000);
  age(record("b"), 4000);
  age(record("c"), 3000);
  ASSERT_TRUE(cache.lookup(key_of("a"))->has_value());  // used again
  const auto report = cache.collect(250'000);
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_EQ(report->removed_entries, 1u);
  EXPECT_EQ(report->removed_blobs, 1u);
  EXPECT_LE(report->remaining_bytes, 250'000u);
  EXPECT_EQ(text_of(cache.lookup(key_of("b"))), "(miss)");
  EXPECT_TRUE(cache.lookup(key_of("a"))->has_value());
  EXPECT_TRUE(cache.lookup(key_of("c"))->has_value());
}

TEST_F(CacheTest, SharedAndYoungContentIsSpared) {
  const Cache cache = open();
  ASSERT_TRUE(cache.store(key_of("a"), entry_of(std::string(10'000, 's'))).ok());
  ASSERT_TRUE(cache.store(key_of("b"), entry_of(std::string(10'000, 's'))).ok());
  const std::string a = key_of("a").digest.to_hex();
  age(root() + "/ac/" + a.substr(0, 2) + "/" + a, 5000);
  const uint64_t bytes = cache.stats()->bytes;
  EXPECT_EQ(cache.collect(bytes - 1)->removed_entries, 1u);
  EXPECT_TRUE(cache.lookup(key_of("b"))->has_value());

  const std::string b = key_of("b").digest.to_hex();
  fs::remove(root() + "/ac/" + b.substr(0, 2) + "/" + b);
  EXPECT_EQ(cache.collect(1 << 30)->removed_blobs, 0u) << "its record may be on the way";
  age(files_in(root() + "/cas").at(0), 5000);
  EXPECT_EQ(cache.collect(1 << 30)->removed_blobs, 1u);
}

TEST_F(CacheTest, ItStaysWithinItsSizeByItself) {
  const Cache cache = open(1'000'000);
  for (int i = 0; i < 100; ++i) {
    const std::string name = std::to_string(i);
    ASSERT_TRUE(cache.store(key_of(name), entry_of(name + std::string(50'000, 'x'))).ok());
    ASSERT_LE(cache.stats()->bytes, 1'060'000u);
  }
  EXPECT_GE(cache.stats()->entries, 10u);
  EXPECT_TRUE(cache.lookup(key_of("99"))->has_value());
}

TEST_F(CacheTest, EvictionDoesNotDisturbWhoReads) {
  const Cache cache = open();
  ASSERT_TRUE(cache.store(key_of("k"), entry_of(std::string(100'000, 'y'))).ok());
  const auto held = cache.lookup(key_of("k"));
  EXPECT_EQ(cache.collect(0)->remaining_bytes, 0u);
  EXPECT_EQ(text_of(held), std::string(100'000, 'y'));
  EXPECT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)");
}

TEST_F(CacheTest, ClearRemovesOnlyWhatIsOurs) {
  const Cache cache = open();
  ASSERT_TRUE(cache.store(key_of("k"), entry_of("x")).ok());
  std::ofstream(root() + "/thesis.txt") << "precious";
  std::ofstream(root() + "/cas/photo.jpg") << "precious";
  ASSERT_TRUE(cache.clear().ok());
  EXPECT_EQ(cache.stats()->bytes, 0u);
  EXPECT_TRUE(fs::exists(root() + "/thesis.txt"));
  EXPECT_TRUE(fs::exists(root() + "/cas/photo.jpg"));
  ASSERT_TRUE(cache.store(key_of("k"), entry_of("x")).ok());
}

TEST_F(CacheTest, AFailureIsReturnedAndNotStored) {
  const Cache cache = open();
  const auto failed = cache.get_or_produce(
      key_of("k"), []() -> Result<Entry> { return aborted("the compiler crashed"); });
  EXPECT_EQ(failed.error().message(), "the compiler crashed");
  const auto thrown = cache.get_or_produce(
      key_of("k"), []() -> Result<Entry> { throw std::runtime_error("boom"); });
  EXPECT_EQ(thrown.error().code(), Code::kInternal);
  EXPECT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)");
  EXPECT_FALSE(cache.get_or_produce(key_of("k"), [] { return entry_of("x"); })->is_hit);
  EXPECT_TRUE(cache.get_or_produce(key_of("k"), [] { return entry_of("y"); })->is_hit);
  EXPECT_TRUE(files_in(root() + "/locks").empty());
}

TEST_F(CacheTest, EqualRequestsOfThreadsAreDoneOnce) {
  const Cache cache = open();
  std::atomic<int> produced = 0, hits = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        const auto outcome = cache.get_or_produce(key_of("k"), [&] {
          ++produced;
          std::this_thread::sleep_for(100ms);
          return entry_of("made once");
        });
        ASSERT_TRUE(outcome.has_value());
        EXPECT_EQ(outcome->entry.outputs.at("executable").text(), "made once");
        hits += outcome->is_hit;
      });
    }
  }
  EXPECT_EQ(produced, 1);
  EXPECT_EQ(hits, 15);
}

TEST_F(CacheTest, WhoIsCancelledWaitsNoLongerAndHarmsNobody) {
  const Cache cache = open();
  std::atomic<bool> go = false;
  std::jthread slow([&] {
    const auto outcome = cache.get_or_produce(key_of("k"), [&] {
      while (!go) std::this_thread::sleep_for(1ms);
      return entry_of("late");
    });
    EXPECT_TRUE(outcome.has_value());
  });
  std::this_thread::sleep_for(20ms);
  const auto never = []() -> Result<Entry> { return internal_error("must not be called"); };
  EXPECT_EQ(cache.get_or_produce(key_of("k"), never, [] { return true; }).error().code(),
            Code::kCancelled);
  go = true;
}

// Children do what they are told with the cache; their exit code is the verdict.
template <typename Body>
pid_t in_child(Body body) {
  const pid_t pid = fork();
  if (pid == 0) _exit(body());
  return pid;
}

int exit_code(pid_t pid) {
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST_F(CacheTest, EqualRequestsOfProcessesAreDoneOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(in_child([&] {
      const Cache cache = open();
      const auto outcome = cache.get_or_produce(key_of("k"), [] {
        std::this_thread::sleep_for(200ms);
        return entry_of("made once");
      });
      if (!outcome || outcome->entry.outputs.at("executable").text() != "made once") return 2;
      return outcome->is_hit ? 0 : 1;
    }));
  }
  int producers = 0;
  for (const pid_t child : children) {
    const int code = exit_code(child);
    EXPECT_LE(code, 1);
    producers += code;
  }
  EXPECT_EQ(producers, 1);
  EXPECT_TRUE(files_in(root() + "/locks").empty());
}

TEST_F(CacheTest, AnotherTakesOverFromAKilledProducer) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t producer = in_child([&] {
    (void)open().get_or_produce(key_of("k"), [&]() -> Result<Entry> {
      (void)!write(ends[1], "x", 1);
      for (;;) pause();
    });
    return 0;
  });
  char started;
  ASSERT_EQ(read(ends[0], &started, 1), 1);
  std::jthread killer([producer] {
    std::this_thread::sleep_for(100ms);
    kill(producer, SIGKILL);
  });
  const auto start = Clock::now();
  const auto outcome = open().get_or_produce(key_of("k"), [] { return entry_of("mine"); });
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_GE(Clock::now() - start, 90ms) << "did not wait";
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->is_hit);
  EXPECT_EQ(exit_code(producer), 1000 + SIGKILL);
}

TEST_F(CacheTest, PatienceWithAHungProducerEnds) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t producer = in_child([&] {
    (void)open().get_or_produce(key_of("k"), [&]() -> Result<Entry> {
      (void)!write(ends[1], "x", 1);
      for (;;) pause();
    });
    return 0;
  });
  char started;
  ASSERT_EQ(read(ends[0], &started, 1), 1);
  const Cache impatient = Cache::open({.folder = root(), .max_wait_seconds = 0.1});
  const auto outcome = impatient.get_or_produce(key_of("k"), [] { return entry_of("mine"); });
  EXPECT_TRUE(outcome.has_value());
  kill(producer, SIGKILL);
  exit_code(producer);
}

// Processes store, look up, damage, evict and clear one small cache for a while: whatever a lookup
// gives must be right.
TEST_F(CacheTest, ManyProcessesShareOneCacheHarmlessly) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::vector<pid_t> children;
  for (unsigned c = 0; c < 6; ++c) {
    children.push_back(in_child([&, c] {
      std::mt19937 random(seed + c);
      const Cache cache = open(300'000);
      const auto end = Clock::now() + 2s;
      while (Clock::now() < end) {
        const std::string name = std::to_string(random() % 20);
        const std::string output = name + std::string(20'000 + 1000 * (random() % 2), 'x');
        switch (random() % 20) {
          case 0:
            if (!cache.collect(100'000).has_value()) return 3;
            break;
          case 1:
            if (!cache.clear().ok()) return 4;
            break;
          case 2:
            (void)cache.verify();
            break;
          default: {
            const auto outcome =
                cache.get_or_produce(key_of(name), [&] { return entry_of(output); });
            if (!outcome) return 5;
            const auto text = outcome->entry.outputs.at("executable").text();
            if (!text.starts_with(name + "x") || text.size() < 20'000) return 6;
          }
        }
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(exit_code(child), 0);
  EXPECT_TRUE(open().verify()->is_sound());
}

TEST_F(CacheTest, AReadOnlyFolderIsReadAndSaysSo) {
  ASSERT_TRUE(open().store(key_of("k"), entry_of("old")).ok());
  fs::permissions(folder_.path(), fs::perms(0755));
  for (const auto& entry : fs::recursive_directory_iterator(root())) {
    fs::permissions(entry.path(), entry.is_directory() ? fs::perms(0555) : fs::perms(0444));
  }
  fs::permissions(root(), fs::perms(0555));
  EXPECT_EQ(exit_code(in_child([&] {
              if (geteuid() == 0 && setuid(65534) != 0) return 9;
              const Cache cache = open();
              if (!cache.is_enabled()) return 1;
              const auto hit = cache.get_or_produce(key_of("k"), [] { return entry_of("new"); });
              if (!hit || !hit->is_hit || !hit->warning.ok()) return 2;
              const auto made = cache.get_or_produce(key_of("n"), [] { return entry_of("new"); });
              if (!made || made->is_hit) return 3;
              if (made->warning.code() != Code::kPermissionDenied) return 4;
              if (cache.clear().ok()) return 5;
              return 0;
            })),
            0);
  EXPECT_EQ(text_of(open().lookup(key_of("k"))), "old");
}

TEST_F(CacheTest, WithoutAPlaceTheWorkIsDoneAllTheSame) {
  const Cache unusable[] = {Cache::open({.folder = "/proc/nowhere"}),
                            Cache::open({.folder = "/dev/null/cache"}), Cache::disabled()};
  for (const Cache& cache : unusable) {
    EXPECT_FALSE(cache.is_enabled());
    const auto outcome = cache.get_or_produce(key_of("k"), [] { return entry_of("done"); });
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->entry.outputs.at("executable").text(), "done");
    EXPECT_FALSE(outcome->warning.ok());
    EXPECT_EQ(text_of(cache.lookup(key_of("k"))), "(miss)");
    EXPECT_FALSE(cache.stats().has_value());
  }
}

TEST_F(CacheTest, AFullDiskCostsOnlyTheEntry) {
  EXPECT_EQ(exit_code(in_child([&] {
              // A small disk of its own where that is allowed, else a limit on file sizes.
              const bool has_disk =
                  unshare(CLONE_NEWNS) == 0 && mkdir(root().c_str(), 0700) == 0 &&
                  mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                  mount("tundish", root().c_str(), "tmpfs", 0, "size=1m") == 0;
              if (!has_disk) {
                std::signal(SIGXFSZ, SIG_IGN);
                const rlimit limit{500'000, 500'000};
                if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 9;
              }
              const Cache cache = open();
              if (!cache.store(key_of("small"), entry_of("small")).ok()) return 1;
              const auto made = cache.get_or_produce(
                  key_of("big"), [] { return entry_of(std::string(4 << 20, 'b')); });
              if (!made || made->entry.outputs.at("executable").text().size() != 4 << 20) return 2;
              if (made->warning.code() != Code::kResourceExhausted) return 3;
              if (text_of(cache.lookup(key_of("big"))) != "(miss)") return 4;
              if (text_of(cache.lookup(key_of("small"))) != "small") return 5;
              if (files_in(root() + "/cas").size() != 1) return 6;  // nothing half-written
              return cache.verify()->is_sound() ? 0 : 7;
            })),
            0);
}

TEST_F(CacheTest, TheFolderFollowsTheEnvironment) {
  const auto with = [](const char* own, const char* xdg, const char* home) {
    for (const auto& [name, value] : {std::pair{"TUNDISH_CACHE_DIR", own},
                                      std::pair{"XDG_CACHE_HOME", xdg}, std::pair{"HOME", home}}) {
      value ? setenv(name, value, 1) : unsetenv(name);
    }
    return default_cache_folder();
  };
  EXPECT_EQ(exit_code(in_child([&] {
              if (with("/own", "/xdg", "/home/me") != "/own") return 1;
              if (with(nullptr, "/xdg", "/home/me") != "/xdg/tundish/cache") return 2;
              if (with("", "", "/home/me") != "/home/me/.cache/tundish/cache") return 3;
              if (!with(nullptr, nullptr, nullptr).empty()) return 4;
              return Cache::open({}).is_enabled() ? 5 : 0;
            })),
            0);
}

}  // namespace
}  // namespace tundish
