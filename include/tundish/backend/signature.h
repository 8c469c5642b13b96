// Signature: what a program's functions take and give, as the user's program says it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tundish/base/status.h"
#include "tundish/tensor/shape.h"

namespace tundish {

// One input or result. Dimensions may be dynamic.
struct Argument {
  std::string name;  // empty where the program gives none
  TensorType type;

  bool operator==(const Argument&) const = default;
};

struct FunctionSignature {
  std::string name;
  std::vector<Argument> inputs;
  std::vector<Argument> results;

  // "main(4xf32, ?x8xi32) -> (4xf32)".
  std::string to_string() const;
  bool operator==(const FunctionSignature&) const = default;
};

struct Signature {
  std::vector<FunctionSignature> functions;  // public ones, in the program's order

  // The function called `name`; an empty name means the only function, or `main` among several.
  // kNotFound lists the functions there are.
  Result<const FunctionSignature*> find(std::string_view name) const;
  bool operator==(const Signature&) const = default;
};

}  // namespace tundish
