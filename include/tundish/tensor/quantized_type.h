// QuantizedType: integers that stand for scaled real numbers, as in MLIR's quant dialect.
//
//   real = (stored - zero_point) · scale
//
//   !quant.uniform<i8:f32, 0.1:5>                   one scale for the tensor
//   !quant.uniform<i8<-127:127>:f32:1, {0.1, 0.2:3}>  one per index of dimension 1
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tundish/base/status.h"
#include "tundish/tensor/element_type.h"

namespace tundish {

struct QuantizedType {
  ElementType storage_type = ElementType::kI8;     // an integer
  ElementType expressed_type = ElementType::kF32;  // a float
  int64_t storage_min = -128;                      // within the storage type
  int64_t storage_max = 127;                       // more than storage_min
  std::optional<int> dimension;                    // set: per axis
  std::vector<double> scales;                      // finite and positive; one unless per axis
  std::vector<int64_t> zero_points;  // as many as scales, within storage_min ... storage_max

  // Reads both forms. Storage is written i8 or u8 (ui8 is read, too); a zero point of 0 may be
  // left out. kInvalidArgument says what is wrong and where; sub-channel forms are kUnimplemented.
  static Result<QuantizedType> parse(std::string_view text);
  // What `parse` promises about the fields; `parse` has checked it already.
  Status check() const;
  // Reads back as an equal value: scales have as many digits as that takes.
  std::string to_string() const;

  friend bool operator==(const QuantizedType&, const QuantizedType&) = default;
};

}  // namespace tundish
