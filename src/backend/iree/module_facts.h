// What the profile rules and `inspect` need to know about a program, read from MLIR.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "mlir/mlir_library.h"
#include "tundish/backend/signature.h"

namespace tundish::iree {

struct ModuleFacts {
  Signature signature;                       // public functions
  std::map<std::string, int64_t> op_counts;  // by full name, without func.* and module ops
  int64_t constant_bytes = 0;                // of dense constants of one KiB or more
  bool has_dynamic_shapes = false;

  // Products: dot, dot_general (and linalg.matmul).
  int64_t dot_count = 0;
  double dot_flops = 0;              // static ones, together
  int64_t constant_weight_dots = 0;  // with one side that is a constant
  int64_t vector_dots = 0;           // matrix times vector: one side has a single row
  int64_t largest_dot_side = 0;      // the largest of M, N, K anywhere
  int64_t bf16_dots = 0;             // with bf16 operands

  // Convolutions.
  int64_t convolution_count = 0;
  double convolution_flops = 0;
  int64_t channels_last_convolutions = 0;   // [b, 0, 1, f]
  int64_t channels_first_convolutions = 0;  // [b, f, 0, 1]
  int64_t depthwise_convolutions = 0;       // feature_group_count > 1
  int64_t constant_weight_convolutions = 0;

  // Reductions and element-wise work.
  int64_t reduction_count = 0;
  int64_t largest_tensor_elements = 0;

  bool is_tiny() const { return largest_tensor_elements <= 4096 && constant_bytes <= 1 << 20; }
};

// Reads the facts of a parsed StableHLO (or linalg) module.
ModuleFacts read_facts(const MlirLibrary& mlir, MlirOperation module);

}  // namespace tundish::iree
