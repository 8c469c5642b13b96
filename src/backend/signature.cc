#include "tundish/backend/signature.h"

namespace tundish {
namespace {

std::string join(const std::vector<Argument>& arguments) {
  std::string text;
  for (const Argument& argument : arguments) {
    if (!text.empty()) text += ", ";
    text += argument.type.to_string();
  }
  return text;
}

}  // namespace

std::string FunctionSignature::to_string() const {
  return name + '(' + join(inputs) + ") -> (" + join(results) + ')';
}

Result<const FunctionSignature*> Signature::find(std::string_view name) const {
  if (name.empty() && functions.size() == 1) return &functions.front();
  const std::string_view wanted = name.empty() ? "main" : name;
  std::string known;
  for (const FunctionSignature& function : functions) {
    if (function.name == wanted) return &function;
    known += (known.empty() ? "" : ", ") + function.name;
  }
  if (functions.empty()) {
    return not_found("the program has no public function to run: expected at least one");
  }
  if (name.empty()) {
    return not_found("the program has several functions and none is called main; choose one of: " +
                     known);
  }
  return not_found("no function is called " + std::string(name) + "; there are: " + known);
}

}  // namespace tundish
