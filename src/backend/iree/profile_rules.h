// The profile rules: facts of the module → compiler flags, in one readable table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "backend/iree/module_facts.h"
#include "tundish/backend/backend.h"
#include "tundish/backend/options.h"
#include "tundish/backend/target.h"

namespace tundish::iree {

// What a rule's condition may ask.
struct RuleInput {
  const ModuleFacts& facts;
  const Target& target;
  const CompileOptions& options;
};

struct Rule {
  const char* flag;  // a flag, or a preprocessing pass on util.func
  bool (*applies)(const RuleInput&);
  const char* condition;  // the condition in words, for docs
  const char* reason;     // why it pays, in a sentence
};

// The table, in the order in which flags are given.
std::span<const Rule> profile_rules();

// The rules that apply.
std::vector<AppliedRule> apply_rules(const RuleInput& input);

// The others, each with its condition as the reason.
std::vector<AppliedRule> skipped_rules(const RuleInput& input);

// Changes whenever the table does: part of every cache key.
std::string rules_revision();

}  // namespace tundish::iree
