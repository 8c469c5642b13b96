// tundish doctor: what is missing on this machine, and the command that mends it.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "backend/isolation/find_host.h"
#include "cache/cache.h"
#include "cli/context.h"

namespace tundish::cli {
namespace {

struct Check {
  enum class State { kGood, kMissing, kBroken };
  std::string name;
  State state;
  std::string what;  // what was found, or what is missing
  std::string mend;  // a command or an instruction; empty where there is nothing to do
};
using State = Check::State;

const char* state_name(State state) {
  switch (state) {
    case State::kGood:
      return "ok";
    case State::kMissing:
      return "missing";
    case State::kBroken:
      return "broken";
  }
  return "";
}

// Broken is what nothing works without; missing is what one may do without.
Check broken(std::string name, const Status& status, std::string mend) {
  return {std::move(name), State::kBroken, status.message(), std::move(mend)};
}

Check check_host_program(const Context& context) {
  if (context.in_process) return {"isolation", State::kGood, "off (--in-process)", ""};
  const auto program = find_host_program();
  if (program.has_value()) return {"isolation", State::kGood, *program, ""};
  return broken("isolation", program.error(),
                "install Tundish again, or set TUNDISH_HOST to the program tundish-host");
}

void check_compilers(const Toolkit& toolkit, std::vector<Check>& checks) {
  const std::vector<std::string> names = toolkit.registry().names();
  if (names.empty()) {
    checks.push_back({"compiler", State::kBroken, "this build has no backend",
                      "configure with -DTUNDISH_ENABLE_IREE=ON and build again"});
  }
  for (const std::string& name : names) {
    const auto version = (*toolkit.registry().find(name))->compiler_version();
    if (version.has_value()) {
      checks.push_back({"compiler " + name, State::kGood, *version, ""});
    } else {
      checks.push_back(broken("compiler " + name, version.error(),
                              "scripts/setup, or set TUNDISH_IREE_COMPILER_LIB to "
                              "libIREECompiler.so"));
    }
  }
}

// The proof of the whole chain: compiler, its linker, the runtime.
Status add_one_and_two(Toolkit& toolkit) {
  constexpr const char* kProgram =
      "func.func public @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {\n"
      "  %sum = stablehlo.add %a, %b : tensor<4xf32>\n  return %sum : tensor<4xf32>\n}\n";
  TUNDISH_ASSIGN(const Target target, parse_target("cpu"));
  TUNDISH_ASSIGN(
      const CompileOutcome outcome,
      toolkit.compile({Source::from_string(kProgram, "doctor.mlir"), target, {}, "iree"}));
  LoadOptions loading;
  loading.devices = {"local-sync"};
  TUNDISH_ASSIGN(const auto executable, toolkit.load(outcome.compiled.executable, loading));
  TUNDISH_ASSIGN(const auto instance, executable->create_instance());
  const float ones[] = {1, 1, 1, 1};
  const float twos[] = {2, 2, 2, 2};
  const TensorType type{ElementType::kF32, {4}};
  TUNDISH_ASSIGN(Tensor a, Tensor::from_values<float>(type, ones));
  TUNDISH_ASSIGN(Tensor b, Tensor::from_values<float>(type, twos));
  const Tensor inputs[] = {std::move(a), std::move(b)};
  TUNDISH_ASSIGN(const std::vector<Tensor> results, instance->run("main", inputs));
  for (const float value : results.at(0).data<float>()) {
    if (value != 3) return internal_error("1 + 2 is not 3 on local-sync");
  }
  return {};
}

Check check_whole_chain(const Context& context) {
  // Without the cache: an old entry would hide a compiler that no longer works.
  const auto toolkit =
      Toolkit::create({.isolation = context.in_process ? Isolation::kInProcess : Isolation::kHost,
                       .use_cache = false});
  const Status status = toolkit.has_value() ? add_one_and_two(**toolkit) : toolkit.error();
  if (status.ok()) return {"compile and run", State::kGood, "a small program gives 1 + 2 = 3", ""};
  return broken("compile and run", status, "mend what is listed above, or run scripts/setup");
}

void check_devices(Toolkit& toolkit, std::vector<Check>& checks) {
  struct Expected {
    const char* driver;
    const char* mend;
  };
  constexpr Expected kExpected[] = {
      {"local-sync", ""},
      {"local-task", ""},
      {"vulkan", "apt-get install mesa-vulkan-drivers (a CPU can do), or your GPU's driver"},
      {"cuda", "install NVIDIA's driver, which brings libcuda.so.1"},
  };
  const std::vector<DeviceInfo> devices = toolkit.devices();
  for (const Expected& expected : kExpected) {
    const std::string driver = expected.driver;
    const auto is_of_driver = [&](const DeviceInfo& device) {
      return device.name == driver || device.name.starts_with(driver + ':');
    };
    if (std::none_of(devices.begin(), devices.end(), is_of_driver)) {
      checks.push_back({"device " + driver, State::kMissing, "no such device here", expected.mend});
    }
  }
  for (const DeviceInfo& device : devices) {
    checks.push_back({"device " + device.name, State::kGood, device.description, ""});
  }
  if (devices.empty()) {
    checks.push_back({"devices", State::kBroken, "nothing here can run an executable",
                      "mend what is listed above"});
  }
}

Check check_cache(const Context& context) {
  if (context.no_cache) return {"cache", State::kGood, "off (--no-cache)", ""};
  const Cache cache = Cache::open({});
  const std::string mend = "set TUNDISH_CACHE_DIR to a folder that you can write to";
  if (!cache.status().ok()) return {"cache", State::kMissing, cache.status().message(), mend};
  if (access(cache.folder().c_str(), W_OK) != 0) {
    return {"cache", State::kMissing, cache.folder() + " is read-only", mend};
  }
  return {"cache", State::kGood, cache.folder(), ""};
}

Check check_host_cpu() {
  const auto host = resolve_host();
  if (host.has_value()) return {"cpu", State::kGood, host->to_string(), ""};
  return {"cpu", State::kMissing, host.error().message(), "name a --target instead of cpu"};
}

void print_text(const std::vector<Check>& checks, bool is_usable) {
  std::printf("tundish %s\n", tundish_version());
  for (const Check& check : checks) {
    std::printf("  %-8s %-18s %s\n", state_name(check.state), check.name.c_str(),
                check.what.c_str());
    if (!check.mend.empty()) std::printf("  %-8s %-18s to mend: %s\n", "", "", check.mend.c_str());
  }
  std::printf("%s\n", is_usable ? "Ready." : "Not ready: see what is broken above.");
}

Status examine(Context& context) {
  TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
  std::vector<Check> checks = {check_host_cpu(), check_host_program(context)};
  check_compilers(*toolkit, checks);
  check_devices(*toolkit, checks);
  checks.push_back(check_cache(context));
  checks.push_back(check_whole_chain(context));
  const bool is_usable = std::none_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.state == State::kBroken;
  });
  nlohmann::json document = {{"tundish_version", tundish_version()},
                             {"ready", is_usable},
                             {"checks", nlohmann::json::array()}};
  for (const Check& check : checks) {
    nlohmann::json entry = {
        {"name", check.name}, {"state", state_name(check.state)}, {"what", check.what}};
    if (!check.mend.empty()) entry["mend"] = check.mend;
    document["checks"].push_back(std::move(entry));
  }
  context.print(document, [&] { print_text(checks, is_usable); });
  if (!is_usable) context.exit_status = code_info(Code::kUnavailable).exit_code;
  return {};
}

}  // namespace

void add_doctor_command(CLI::App& app, Context& context) {
  add_command(app, context, "doctor", "Say what is missing here, and the command that mends it",
              "tundish doctor", [&context] { return examine(context); });
}

}  // namespace tundish::cli
