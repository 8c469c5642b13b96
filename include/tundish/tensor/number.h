// One number as text: for literals on the command line and for element attributes in programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tundish/base/status.h"
#include "tundish/tensor/element_type.h"

namespace tundish {

// Stores the number that `text` spells, rounded once from its decimal digits:
//
//   integers     "-12", "0xFF" (hexadecimal may use all bits: 0xFF is -1 as i8)
//   i1           "0", "1", "00", "01", "true", "false"
//   floats       "1.5", "-1e-3", "0x1.8p3", "inf", "-infinity", "nan"
//   complex      "1.5", "1-2j", "2j", "(1,2)", "(1-2j)", or IREE's form: the element's bytes in
//                hexadecimal, 16 digits for complex<f32> and 32 for complex<f64>
//
// kInvalidArgument if it spells no such number, kOutOfRange if an integer does not fit; a float
// that is too large becomes what its format has for overflow (scalar.h). Thread-safe, independent
// of the locale.
Status parse_number(ElementType type, std::string_view text, std::byte* element);

// The shortest text that `parse_number` turns into the same element ("inf", "nan" for what is not
// finite, "1+2j" for complex, "true" and "false" for i1).
std::string format_number(ElementType type, const std::byte* element);

}  // namespace tundish
