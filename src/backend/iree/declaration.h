// Reads the declaration that IREE leaves in an executable's reflection, e.g.
//   "async func @main(%input0: tensor<4xi32> {iree.abi.encoding = tensor<4xui32>}) -> (…)".
#pragma once

#include <string_view>

#include "tundish/backend/signature.h"

namespace tundish::iree {

// The signature that `declaration` states for the function `name`. Where an encoding is given, it
// is the user's own type. kUnimplemented for parameters that are no tensors.
Result<FunctionSignature> parse_declaration(std::string_view declaration, std::string_view name);

}  // namespace tundish::iree
