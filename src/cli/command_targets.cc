// tundish targets: what this build compiles for, and what this machine runs.
#include <cstdio>

#include "cli/context.h"
#include "tundish/backend/target.h"

namespace tundish::cli {
namespace {

struct Row {
  const TargetInfo* info;
  std::string name;         // "cuda:sm_80"
  std::string compiled_by;  // the backends that can, separated by commas; empty: none
  bool runs_here = false;
  std::string note;  // or why it cannot be compiled for
};

// Which family the programs of a device belong to.
bool is_device_of(const DeviceInfo& device, Family family) {
  const std::string driver = device.name.substr(0, device.name.find(':'));
  switch (family) {
    case Family::kCpu:
      return driver.starts_with("local-");
    case Family::kCuda:
      return driver == "cuda";
    case Family::kRocm:
      return driver == "hip" || driver == "rocm";
    case Family::kVulkan:
      return driver == "vulkan";
    case Family::kMetal:
      return driver == "metal";
    default:
      return false;
  }
}

// A device of the family is there, and for CPUs this one executes the code. Whether a GPU is new
// enough for a name is the driver's question, so that is not answered here.
bool can_run(const Target& target, const std::vector<DeviceInfo>& devices) {
  for (const DeviceInfo& device : devices) {
    if (is_device_of(device, target.family)) return check_runs_on_host(target).ok();
  }
  return false;
}

Result<Row> make_row(const TargetInfo& info, const Registry& registry,
                     const std::vector<DeviceInfo>& devices) {
  Row row{&info, family_name(info.family), "", false, ""};
  if (*info.name != '\0') row.name += std::string(":") + info.name;
  TUNDISH_ASSIGN(const Target target, parse_target(row.name));
  std::string reasons;
  for (const std::string& name : registry.names()) {
    TUNDISH_ASSIGN(const auto backend, registry.find(name));
    if (const Status status = backend->supports(target); !status.ok()) {
      reasons += (reasons.empty() ? "" : "; ") + status.message();
      continue;
    }
    row.compiled_by += (row.compiled_by.empty() ? "" : ",") + name;
    row.note = backend->target_note(target);
  }
  if (row.compiled_by.empty()) {
    row.note = reasons.empty() ? "this build has no compiler" : reasons;
  } else {
    row.runs_here = can_run(target, devices);
  }
  return row;
}

void print_text(const std::vector<Row>& rows, const std::string& host,
                const std::vector<DeviceInfo>& devices) {
  std::printf("`cpu` is this machine: %s\n\n", host.c_str());
  std::printf("%-24s %-9s %-5s %s\n", "TARGET", "COMPILES", "RUNS", "WHAT");
  for (const Row& row : rows) {
    std::printf("%-24s %-9s %-5s %s\n", row.name.c_str(),
                row.compiled_by.empty() ? "no" : row.compiled_by.c_str(),
                row.runs_here ? "here" : "-", row.info->description);
    if (!row.note.empty()) std::printf("%-40s %s\n", "", row.note.c_str());
  }
  std::printf("\nDevices of this machine\n");
  if (devices.empty()) std::printf("  none; `tundish doctor` says why\n");
  for (const DeviceInfo& device : devices) {
    std::printf("  %-14s %s\n", device.name.c_str(), device.description.c_str());
  }
}

Status list_targets(Context& context) {
  TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
  const std::vector<DeviceInfo> devices = toolkit->devices();
  const Result<Target> host = resolve_host();
  const std::string host_text = host.has_value() ? host->to_string() : host.error().message();
  std::vector<Row> rows;
  for (const TargetInfo& info : known_targets()) {
    TUNDISH_ASSIGN(Row row, make_row(info, toolkit->registry(), devices));
    rows.push_back(std::move(row));
  }
  nlohmann::json document = {{"host", host_text},
                             {"targets", nlohmann::json::array()},
                             {"devices", nlohmann::json::array()}};
  for (const Row& row : rows) {
    nlohmann::json entry = {{"target", row.name},
                            {"architecture", architecture_name(row.info->architecture)},
                            {"description", row.info->description},
                            {"can_compile", !row.compiled_by.empty()},
                            {"backend", row.compiled_by},
                            {"runs_here", row.runs_here}};
    if (!row.note.empty()) entry[row.compiled_by.empty() ? "reason" : "note"] = row.note;
    document["targets"].push_back(std::move(entry));
  }
  for (const DeviceInfo& device : devices) {
    document["devices"].push_back({{"name", device.name}, {"description", device.description}});
  }
  context.print(document, [&] { print_text(rows, host_text, devices); });
  return {};
}

}  // namespace

void add_targets_command(CLI::App& app, Context& context) {
  add_command(app, context, "targets", "List what can be compiled for, and what runs here",
              "tundish targets --json", [&context] { return list_targets(context); });
}

}  // namespace tundish::cli
