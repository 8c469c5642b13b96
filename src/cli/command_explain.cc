// tundish explain: how a model would be compiled, and why, before it is.
#include <cstdio>

#include "cli/context.h"
#include "cli/model.h"

namespace tundish::cli {
namespace {

struct Explanation {
  std::string target;  // as asked for
  std::string resolved;
  Status supported;  // why it cannot be compiled for
  std::vector<std::string> target_flags;
  SourceFacts facts;
};

nlohmann::json rules_json(const std::vector<AppliedRule>& rules, const char* why) {
  nlohmann::json list = nlohmann::json::array();
  for (const AppliedRule& rule : rules) list.push_back({{"flag", rule.flag}, {why, rule.reason}});
  return list;
}

nlohmann::json to_document(const Explanation& explanation, const ModelFlags& flags) {
  nlohmann::json document = {{"target", explanation.target},
                             {"resolved_target", explanation.resolved},
                             {"backend", flags.backend},
                             {"profile", flags.profile},
                             {"can_compile", explanation.supported.ok()}};
  if (!explanation.supported.ok()) {
    document["reason"] = explanation.supported.message();
    return document;
  }
  document["target_flags"] = explanation.target_flags;
  document["applied_rules"] = rules_json(explanation.facts.rules, "reason");
  document["skipped_rules"] = rules_json(explanation.facts.skipped_rules, "condition");
  document["user_flags"] = flags.iree_flags;
  document["notes"] = explanation.facts.notes;
  return document;
}

void print_rules(const char* title, const std::vector<AppliedRule>& rules, const char* why) {
  if (rules.empty()) return;
  std::printf("\n%s\n", title);
  for (const AppliedRule& rule : rules) {
    std::printf("  %s\n      %s%s\n", rule.flag.c_str(), why, rule.reason.c_str());
  }
}

void print_text(const Explanation& explanation, const ModelFlags& flags) {
  std::printf("%s for %s\n", flags.path.c_str(), explanation.target.c_str());
  if (explanation.resolved != explanation.target) {
    std::printf("  resolved  %s\n", explanation.resolved.c_str());
  }
  std::printf("  backend   %s\n  profile   %s\n", flags.backend.c_str(), flags.profile.c_str());
  if (!explanation.supported.ok()) {
    std::printf("\nCannot be compiled: %s\n", explanation.supported.message().c_str());
    return;
  }
  for (const std::string& note : explanation.facts.notes) {
    std::printf("  note      %s\n", note.c_str());
  }
  std::printf("\nFlags of the target\n");
  for (const std::string& flag : explanation.target_flags) std::printf("  %s\n", flag.c_str());
  print_rules("Rules that apply to this model", explanation.facts.rules, "because: ");
  print_rules("Rules that do not", explanation.facts.skipped_rules, "applies when: ");
  if (flags.iree_flags.empty()) return;
  std::printf("\nYour flags, last\n");
  for (const std::string& flag : flags.iree_flags) std::printf("  %s\n", flag.c_str());
}

Result<Explanation> explain_target(Toolkit& toolkit, const ModelFlags& flags, const Source& source,
                                   const Target& target) {
  TUNDISH_ASSIGN(const CompileOptions options, compile_options(flags));
  TUNDISH_ASSIGN(const auto backend, toolkit.registry().find(flags.backend));
  Explanation explanation;
  explanation.target = target.to_string();
  TUNDISH_ASSIGN(const Target resolved, resolve(target));
  explanation.resolved = resolved.to_string();
  explanation.supported = backend->supports(resolved);
  if (!explanation.supported.ok()) return explanation;
  CompileOptions without_user_flags = options;
  without_user_flags.iree_flags.clear();
  TUNDISH_ASSIGN(const auto key_flags, backend->key_flags(resolved, without_user_flags));
  // Beside flags the key holds revisions, which are not the reader's concern.
  for (const std::string& flag : key_flags) {
    if (flag.starts_with("--")) explanation.target_flags.push_back(flag);
  }
  TUNDISH_ASSIGN(explanation.facts, toolkit.inspect({source, resolved, options, flags.backend}));
  return explanation;
}

Status explain(Context& context, const ModelFlags& flags) {
  TUNDISH_ASSIGN(const std::vector<Target> targets, parse_targets(flags.target));
  TUNDISH_ASSIGN(const Source source, Source::from_file(flags.path));
  if (is_iree_executable(source.bytes())) {
    return invalid_argument(flags.path +
                            ": found an executable, expected a program; `tundish inspect` tells "
                            "what an executable was compiled for");
  }
  TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
  std::vector<Explanation> explanations;
  for (const Target& target : targets) {
    TUNDISH_ASSIGN(Explanation explanation, explain_target(*toolkit, flags, source, target));
    explanations.push_back(std::move(explanation));
  }
  nlohmann::json document = {{"model", flags.path}, {"targets", nlohmann::json::array()}};
  for (const Explanation& explanation : explanations) {
    document["targets"].push_back(to_document(explanation, flags));
  }
  context.print(document, [&] {
    for (size_t i = 0; i < explanations.size(); ++i) {
      if (i > 0) std::printf("\n");
      print_text(explanations[i], flags);
    }
  });
  return {};
}

}  // namespace

void add_explain_command(CLI::App& app, Context& context) {
  auto flags = std::make_shared<ModelFlags>();
  CLI::App* command =
      add_command(app, context, "explain", "Say how a model would be compiled, and why",
                  "tundish explain model.mlir --target cpu,cuda:sm_90 --profile aggressive",
                  [&context, flags] { return explain(context, *flags); });
  command->add_option("MODEL", flags->path, "a program (.mlir, .mlirbc)")->required();
  flags->target = "cpu";
  command->add_option("--target", flags->target, "one or more targets, separated by commas")
      ->capture_default_str();
  command->add_option("--backend", flags->backend, "what compiles")->capture_default_str();
  command->add_option("--profile", flags->profile, "aggressive, size or latency")
      ->capture_default_str();
  command->add_option("--iree-flag", flags->iree_flags, "a flag for IREE's compiler; may repeat")
      ->expected(1)
      ->take_all();
}

}  // namespace tundish::cli
