#include "backend/iree/declaration.h"

namespace tundish::iree {
namespace {

constexpr std::string_view kEncoding = "iree.abi.encoding = ";

// Splits "a, b<c, d>, {e, f}" at the commas outside brackets.
std::vector<std::string_view> split_arguments(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<' || c == '{' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == '}' || c == ')' || c == ']') --depth;
    if (c == ',' && depth == 0) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (text.find_first_not_of(' ') != std::string_view::npos) parts.push_back(text.substr(begin));
  return parts;
}

// The text between the bracket at `open` and the one that closes it; npos of `end` where none does.
std::string_view inside(std::string_view text, size_t open, size_t* end) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) {
      *end = i;
      return text.substr(open + 1, i - open - 1);
    }
  }
  *end = std::string_view::npos;
  return {};
}

// The tensor type at the beginning of `text`.
Result<TensorType> leading_type(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return invalid_argument("a type is missing");
  text.remove_prefix(begin);
  int depth = 0;
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '<') ++depth;
    if (text[end] == '>' && --depth == 0) {
      ++end;
      break;
    }
    if (depth == 0 && (text[end] == ' ' || text[end] == ',')) break;
  }
  if (!text.starts_with("tensor<")) {
    return unimplemented("a function that takes or gives " + std::string(text.substr(0, end)) +
                         "; Tundish runs functions of tensors");
  }
  return TensorType::parse(text.substr(0, end));
}

Result<std::vector<Argument>> arguments(std::string_view text) {
  std::vector<Argument> result;
  for (std::string_view part : split_arguments(text)) {
    const size_t encoding = part.find(kEncoding);
    const size_t colon = part.find(": ");
    std::string_view type = colon == std::string_view::npos ? part : part.substr(colon + 2);
    if (encoding != std::string_view::npos) type = part.substr(encoding + kEncoding.size());
    TUNDISH_ASSIGN(TensorType parsed, leading_type(type));
    result.push_back({"", std::move(parsed)});
  }
  return result;
}

}  // namespace

Result<FunctionSignature> parse_declaration(std::string_view declaration, std::string_view name) {
  FunctionSignature function;
  function.name = name;
  const size_t open = declaration.find('(');
  size_t end = std::string_view::npos;
  if (open == std::string_view::npos) {
    return data_loss("the executable's declaration has no parameters: " + std::string(declaration));
  }
  TUNDISH_ASSIGN(function.inputs, arguments(inside(declaration, open, &end)));
  const size_t arrow = end == std::string_view::npos ? end : declaration.find("->", end);
  if (arrow == std::string_view::npos) return function;
  const size_t results = declaration.find('(', arrow);
  if (results == std::string_view::npos) return function;
  TUNDISH_ASSIGN(function.results, arguments(inside(declaration, results, &end)));
  return function;
}

}  // namespace tundish::iree
