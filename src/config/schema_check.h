// Checks a configuration with the published JSON Schema, which is compiled in.
#pragma once

#include "config/json_reader.h"

#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace tundish::config {

// The text of schema/compile_config.schema.json and schema/result.schema.json.
std::string_view compile_config_schema_text();
std::string_view result_schema_text();

// The same, parsed once.
const nlohmann::ordered_json& compile_config_schema();
const nlohmann::ordered_json& result_schema();

// Every way in which `value` breaks `schema`, by JSON pointer, in document order; each says what
// was found, what the schema expects and the nearest valid word. Empty when the value is valid. A
// key that the schema does not know and a missing one are reported under their own pointers.
std::vector<Problem> check_schema(const nlohmann::ordered_json& value,
                                  const nlohmann::ordered_json& schema);

}  // namespace tundish::config
