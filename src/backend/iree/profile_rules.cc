#include "backend/iree/profile_rules.h"

#include "base/sha256.h"

namespace tundish::iree {
namespace {

bool is_cpu(const RuleInput& in) {
  return in.target.family == Family::kCpu || in.target.family == Family::kBare;
}
bool is_aggressive_cpu(const RuleInput& in) {
  return is_cpu(in) && in.options.profile == Profile::kAggressive;
}
// Products whose operands pay to be packed. Without instructions for bf16, packed bf16 products are
// computed an element at a time: 40 times slower.
bool packs_products(const RuleInput& in) {
  return is_aggressive_cpu(in) && in.facts.dot_count > 0 && in.facts.bf16_dots == 0 &&
         !in.facts.has_dynamic_shapes;
}

// Measured on CPUs by bench/profiles; docs/benchmarks.md has the figures.
constexpr Rule kRules[] = {
    {"--iree-opt-level=O3", [](const RuleInput& in) { return in.options.optimization_level >= 3; },
     "optimization level 3", "global optimisation, constant evaluation and wide fusion"},
    {"--iree-opt-level=O2", [](const RuleInput& in) { return in.options.optimization_level == 2; },
     "optimization level 2", "asked for"},
    {"--iree-opt-level=O1", [](const RuleInput& in) { return in.options.optimization_level == 1; },
     "optimization level 1", "asked for"},
    {"--iree-opt-level=O0", [](const RuleInput& in) { return in.options.optimization_level <= 0; },
     "optimization level 0", "asked for"},
    {"--iree-dispatch-creation-data-tiling", [](const RuleInput& in) { return packs_products(in); },
     "aggressive, CPU, products of static shape, none in bf16",
     "products run on operands packed into cache-sized tiles"},
    {"--iree-dispatch-creation-enable-aggressive-fusion=false",
     [](const RuleInput& in) {
       return packs_products(in) && in.facts.dot_count > 1 && in.facts.convolution_count == 0;
     },
     "as above, several products, no convolution",
     "a product fused with what surrounds it cannot be packed, and on AVX2 may not compile"},
};

}  // namespace

std::span<const Rule> profile_rules() { return kRules; }

std::vector<AppliedRule> apply_rules(const RuleInput& input) {
  std::vector<AppliedRule> applied;
  for (const Rule& rule : kRules) {
    if (rule.applies(input)) applied.push_back({rule.flag, rule.reason});
  }
  return applied;
}

std::vector<AppliedRule> skipped_rules(const RuleInput& input) {
  std::vector<AppliedRule> skipped;
  for (const Rule& rule : kRules) {
    if (!rule.applies(input)) skipped.push_back({rule.flag, rule.condition});
  }
  return skipped;
}

std::string rules_revision() {
  // Conditions are code: their words stand for them, so a changed condition changes its words.
  Sha256 hash;
  for (const Rule& rule : kRules) {
    hash.update(rule.flag);
    hash.update(rule.condition);
    hash.update(std::string_view("\0", 1));
  }
  return hash.finish().to_hex().substr(0, 16);
}

}  // namespace tundish::iree
