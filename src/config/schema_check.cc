#include "config/schema_check.h"

#include "base/spelling.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace tundish::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxProblems = 50;

// The verdict is valijson's; what it says about a place is too terse for a user, so the sentences
// below are made from the same schema, found by walking it along the JSON pointer.

std::string found_text(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return "the string " + in_quotes(value.get_ref<const std::string&>());
    case Json::value_t::boolean:
      return value.get<bool>() ? "true" : "false";
    default:
      return "the number " + value.dump();
  }
}

std::string type_text(const std::string& type) {
  if (type == "array") return "a list";
  if (type == "boolean") return "true or false";
  if (type == "null") return "null";
  if (type == "object" || type == "integer") return "an " + type;
  return "a " + type;
}

std::vector<std::string> types_of(const Json& schema) {
  const auto type = schema.find("type");
  if (type == schema.end()) return {};
  if (type->is_string()) return {type->get<std::string>()};
  return type->get<std::vector<std::string>>();
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "array") return value.is_array();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "object") return value.is_object();
  return value.is_string();
}

std::vector<std::string> keys_of(const Json& object, const char* member) {
  std::vector<std::string> keys;
  if (!object.contains(member)) return keys;
  for (const auto& [key, unused] : object[member].items()) keys.push_back(key);
  return keys;
}

void explain_enum(const Json& value, const Json& schema, std::vector<std::string>& sentences) {
  const auto allowed = schema.find("enum");
  if (allowed == schema.end()) return;
  if (std::find(allowed->begin(), allowed->end(), value) != allowed->end()) return;
  std::vector<std::string> words, shown;
  for (const Json& word : *allowed) {
    shown.push_back(word.dump());
    if (word.is_string()) words.push_back(word.get<std::string>());
  }
  std::string text =
      fmt::format("found {}, expected one of {}", found_text(value), fmt::join(shown, ", "));
  if (value.is_string()) text += did_you_mean(value.get_ref<const std::string&>(), words);
  sentences.push_back(std::move(text));
}

// One size against a pair of keywords, such as minItems and maxItems.
void explain_size(const Json& schema, const char* least, const char* most, size_t size,
                  const char* unit, std::vector<std::string>& sentences) {
  if (schema.contains(least) && size < schema[least].get<size_t>()) {
    sentences.push_back(
        fmt::format("found {} {}, expected at least {}", size, unit, schema[least].get<size_t>()));
  }
  if (schema.contains(most) && size > schema[most].get<size_t>()) {
    sentences.push_back(
        fmt::format("found {} {}, expected at most {}", size, unit, schema[most].get<size_t>()));
  }
}

void explain_range(const Json& value, const Json& schema, std::vector<std::string>& sentences) {
  if (!value.is_number()) return;
  if (schema.contains("minimum") && value.get<double>() < schema["minimum"].get<double>()) {
    sentences.push_back(
        fmt::format("found {}, expected at least {}", value.dump(), schema["minimum"].dump()));
  }
  if (schema.contains("maximum") && value.get<double>() > schema["maximum"].get<double>()) {
    sentences.push_back(
        fmt::format("found {}, expected at most {}", value.dump(), schema["maximum"].dump()));
  }
}

// What is wrong with `value` itself, without its members and elements.
std::vector<std::string> explain_value(const Json& value, const Json& schema) {
  const std::vector<std::string> types = types_of(schema);
  const bool type_fits = types.empty() || std::any_of(types.begin(), types.end(), [&](auto& type) {
                           return has_type(value, type);
                         });
  if (!type_fits) {
    std::vector<std::string> names;
    for (const std::string& type : types) names.push_back(type_text(type));
    return {fmt::format("found {}, expected {}", found_text(value), fmt::join(names, " or "))};
  }
  std::vector<std::string> sentences;
  explain_enum(value, schema, sentences);
  explain_range(value, schema, sentences);
  if (value.is_array()) {
    explain_size(schema, "minItems", "maxItems", value.size(), "elements", sentences);
  } else if (value.is_object()) {
    explain_size(schema, "minProperties", "maxProperties", value.size(), "members", sentences);
  } else if (value.is_string()) {
    // Characters, as the schema counts them, not bytes.
    const auto& text = value.get_ref<const std::string&>();
    const auto size =
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    explain_size(schema, "minLength", "maxLength", static_cast<size_t>(size), "characters",
                 sentences);
  }
  return sentences;
}

// Members that the schema does not know, and those that it misses.
void explain_members(const Json& value, const Json& schema, const std::string& pointer,
                     std::vector<Problem>& problems) {
  if (!value.is_object()) return;
  const std::vector<std::string> known = keys_of(schema, "properties");
  if (schema.contains("additionalProperties") && schema["additionalProperties"] == false) {
    for (const auto& [key, unused] : value.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      const std::string hint = did_you_mean(key, known);
      problems.push_back(
          {child_pointer(pointer, key),
           fmt::format(
               "unknown field {}{}", in_quotes(key),
               hint.empty() ? fmt::format("; known are {}", fmt::join(known, ", ")) : hint)});
      if (problems.size() >= kMaxProblems) return;
    }
  }
  if (!schema.contains("required")) return;
  for (const Json& name : schema["required"]) {
    const auto& key = name.get_ref<const std::string&>();
    if (value.contains(key)) continue;
    const std::string what = schema["properties"].contains(key)
                                 ? schema["properties"][key].value("description", "")
                                 : "";
    problems.push_back(
        {child_pointer(pointer, key), fmt::format("required field is missing; expected {}", what)});
  }
}

// One place where validation failed, as keys from the root.
struct Spot {
  const Json* value;
  const Json* schema;
  std::string pointer;
};

// Follows `steps` through value and schema together; nothing when they lead nowhere.
std::optional<Spot> follow(const Json& value, const Json& schema,
                           const std::vector<std::string>& steps) {
  Spot spot{&value, &schema, ""};
  for (const std::string& step : steps) {
    if (spot.value->is_array()) {
      if (!spot.schema->contains("items")) return std::nullopt;
      spot.value = &(*spot.value)[std::stoul(step)];
      spot.schema = &(*spot.schema)["items"];
    } else {
      const Json& parent = *spot.schema;
      if (!spot.value->is_object() || !spot.value->contains(step)) return std::nullopt;
      spot.value = &(*spot.value)[step];
      if (parent.contains("properties") && parent["properties"].contains(step)) {
        spot.schema = &parent["properties"][step];
      } else if (parent.contains("additionalProperties")) {
        spot.schema = &parent["additionalProperties"];
      } else {
        return std::nullopt;
      }
    }
    spot.pointer = child_pointer(spot.pointer, step);
  }
  return spot;
}

// valijson's context: "<root>", "[key]", "[0]".
std::vector<std::string> steps_of(const valijson::ValidationResults::Error& error) {
  std::vector<std::string> steps;
  for (size_t i = 1; i < error.context.size(); ++i) {
    const std::string& part = error.context[i];
    steps.push_back(part.substr(1, part.size() - 2));
  }
  return steps;
}

std::vector<Problem> explain(const Json& value, const Json& schema,
                             const valijson::ValidationResults& results) {
  std::vector<Problem> problems;
  std::set<std::string> seen;
  std::string unexplained;
  for (const valijson::ValidationResults::Error& error : results) {
    const std::optional<Spot> spot = follow(value, schema, steps_of(error));
    if (!spot) {
      unexplained = error.description;
      continue;
    }
    if (!seen.insert(spot->pointer).second) continue;
    explain_members(*spot->value, *spot->schema, spot->pointer, problems);
    for (std::string& sentence : explain_value(*spot->value, *spot->schema)) {
      problems.push_back({spot->pointer, std::move(sentence)});
    }
    if (problems.size() >= kMaxProblems) break;
  }
  if (problems.empty()) problems.push_back({"", "does not fit the schema: " + unexplained});
  return problems;
}

// A schema ready for use. The document must outlive it.
struct Checker {
  explicit Checker(const Json& document) {
    const nlohmann::json plain = document;
    valijson::adapters::NlohmannJsonAdapter adapter(plain);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, schema);
  }
  valijson::Schema schema;
};

const Checker& checker_of(const Json& schema) {
  static const Checker config(compile_config_schema());
  static const Checker result(result_schema());
  return &schema == &compile_config_schema() ? config : result;
}

}  // namespace

const Json& compile_config_schema() {
  static const Json schema = Json::parse(compile_config_schema_text());
  return schema;
}

const Json& result_schema() {
  static const Json schema = Json::parse(result_schema_text());
  return schema;
}

std::vector<Problem> check_schema(const Json& value, const Json& schema) {
  // valijson knows the unordered class only.
  const nlohmann::json plain = value;
  valijson::adapters::NlohmannJsonAdapter adapter(plain);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  // The quick pass first: collecting every error of a hostile document costs memory.
  const Checker& checker = checker_of(schema);
  if (validator.validate(checker.schema, adapter, nullptr)) return {};
  valijson::ValidationResults results;
  validator.validate(checker.schema, adapter, &results);
  return explain(value, schema, results);
}

}  // namespace tundish::config
