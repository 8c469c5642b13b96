// The command line against iree-compile, whole processes: a cache hit, and a miss.
//   bench_compile TUNDISH IREE_COMPILE MODEL...
#include <chrono>
#include <cstdio>

#include "base/subprocess.h"
#include "base/temporary_folder.h"
#include "interleaved.h"

namespace tundish {
namespace {

constexpr int kRounds = 30;

Result<double> timed(const std::string& program, std::vector<std::string> arguments) {
  SubprocessOptions options;
  options.program = program;
  options.arguments = std::move(arguments);
  const auto start = std::chrono::steady_clock::now();
  TUNDISH_ASSIGN(SubprocessResult result, run_subprocess(std::move(options)));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TUNDISH_TRY(result.to_status(program));
  return seconds;
}

Status run(const std::string& tundish, const std::string& iree_compile,
           const std::vector<std::string>& models) {
  TUNDISH_ASSIGN(TemporaryFolder folder, TemporaryFolder::create());
  print_heading();
  for (const std::string& model : models) {
    const auto peer = [&] {
      return timed(iree_compile,
                   {"--iree-hal-target-backends=llvm-cpu", "--iree-llvmcpu-target-cpu=host", model,
                    "-o", folder.file("peer.vmfb")});
    };
    const std::vector<std::string> command = {"compile", model, "--target", "cpu", "-q",
                                              "-o", folder.file("ours.vmfb")};
    TUNDISH_ASSIGN(const Pair hit, interleave(kRounds, peer, [&] { return timed(tundish, command); }));
    print_row(model + ", cache hit", hit);
    std::vector<std::string> cold = command;
    cold.insert(cold.end(), {"--no-cache", "--profile", "latency", "-O", "O2"});
    TUNDISH_ASSIGN(const Pair miss, interleave(kRounds, peer, [&] { return timed(tundish, cold); }));
    print_row(model + ", miss", miss);
  }
  return {};
}

}  // namespace
}  // namespace tundish

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bench_compile TUNDISH IREE_COMPILE MODEL...\n");
    return 2;
  }
  const auto status = tundish::run(argv[1], argv[2], {argv + 3, argv + argc});
  if (status.ok()) return 0;
  std::fprintf(stderr, "bench_compile: %s\n", status.to_string().c_str());
  return 1;
}
