#include "capi/entry.h"
#include "capi/handles.h"

namespace tundish::capi {
namespace {

ArgumentFacts facts_of(const Argument& argument) {
  ArgumentFacts facts{
      argument.name, static_cast<tundish_element_type_t>(argument.type.element_type), {}};
  for (const int64_t dim : argument.type.shape) facts.dims.push_back(dim == kDynamic ? -1 : dim);
  return facts;
}

int32_t write_argument(const std::vector<ArgumentFacts>& arguments, size_t index,
                       tundish_argument_t* out) {
  if (index >= arguments.size()) return 0;
  const ArgumentFacts& facts = arguments[index];
  tundish_argument_t argument{};
  argument.name = facts.name.c_str();
  argument.element_type = facts.element_type;
  argument.rank = static_cast<int32_t>(facts.dims.size());
  argument.dims = facts.dims.data();
  return write_struct(argument, out) ? 1 : 0;
}

const FunctionFacts* find(const tundish_signature_t* signature, size_t function) {
  if (signature == nullptr || function >= signature->functions.size()) return nullptr;
  return &signature->functions[function];
}

}  // namespace
}  // namespace tundish::capi

using namespace tundish::capi;  // NOLINT: only the entry points below

tundish_signature_t::tundish_signature_t(const tundish::Signature& signature) {
  for (const tundish::FunctionSignature& function : signature.functions) {
    FunctionFacts& facts = functions.emplace_back();
    facts.name = function.name;
    for (const tundish::Argument& input : function.inputs) {
      facts.inputs.push_back(facts_of(input));
    }
    for (const tundish::Argument& result : function.results) {
      facts.results.push_back(facts_of(result));
    }
  }
}

size_t tundish_signature_function_count(const tundish_signature_t* signature) {
  return signature != nullptr ? signature->functions.size() : 0;
}

const char* tundish_signature_function_name(const tundish_signature_t* signature, size_t function) {
  const FunctionFacts* facts = find(signature, function);
  return facts != nullptr ? facts->name.c_str() : nullptr;
}

size_t tundish_signature_input_count(const tundish_signature_t* signature, size_t function) {
  const FunctionFacts* facts = find(signature, function);
  return facts != nullptr ? facts->inputs.size() : 0;
}

size_t tundish_signature_result_count(const tundish_signature_t* signature, size_t function) {
  const FunctionFacts* facts = find(signature, function);
  return facts != nullptr ? facts->results.size() : 0;
}

int32_t tundish_signature_input(const tundish_signature_t* signature, size_t function, size_t index,
                                tundish_argument_t* out) {
  const FunctionFacts* facts = find(signature, function);
  return facts != nullptr ? write_argument(facts->inputs, index, out) : 0;
}

int32_t tundish_signature_result(const tundish_signature_t* signature, size_t function,
                                 size_t index, tundish_argument_t* out) {
  const FunctionFacts* facts = find(signature, function);
  return facts != nullptr ? write_argument(facts->results, index, out) : 0;
}
