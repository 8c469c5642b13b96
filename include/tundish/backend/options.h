// What may be said about one compilation, beside the program and the target.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tundish/base/status.h"

namespace tundish {

// What to optimise for.
enum class Profile {
  kAggressive,  // the fastest run; compiling may take its time
  kSize,        // the smallest executable
  kLatency,     // the shortest way from a small input to its result: little set-up work per call
};
const char* profile_name(Profile profile);  // "aggressive", "size", "latency"
// kInvalidArgument names the nearest profile.
Result<Profile> parse_profile(std::string_view text);

// Where a compiler and its executables work.
enum class Isolation {
  kHost,       // in a child process with limits: a crash becomes a Status
  kInProcess,  // in the caller's process: fastest to set up, and the caller's risk
};

// Limits of one isolated piece of work; zero means no limit.
struct Limits {
  std::chrono::milliseconds timeout{0};  // wall clock
  uint64_t memory_bytes = 0;             // of the child and its children, resident
  uint64_t output_bytes = 0;             // of what it may hand back
};

struct CompileOptions {
  Profile profile = Profile::kAggressive;
  // The compilers' own level, 0 to 3.
  int optimization_level = 3;
  // Same bits for the same inputs on every run and thread count: no reassociated reductions.
  bool deterministic = false;
  // The user's own flags, added last; typed per backend.
  std::vector<std::string> iree_flags;
  // An intermediate form to hand back beside the executable: "asm", "llvm", "ptx", "spirv",
  // "stablehlo" or "dispatches"; empty for none. A form that the target does not have is
  // kInvalidArgument.
  std::string emit;
  // Not part of what is compiled, so not part of the cache key.
  Limits limits;
};

}  // namespace tundish
