// The shortest decimal text of a float of any format, for printing.
#pragma once

#include <charconv>
#include <string>

#include "tundish/tensor/element_type.h"

namespace tundish {

// The fewest digits that round to `value` in the float type `type` (which holds it exactly), laid
// out in `layout`. "inf", "nan" with a sign if it is set.
std::string shortest(ElementType type, double value, std::chars_format layout);

// As printf's %g, %f, %e with `precision`, whatever the locale.
std::string with_precision(double value, std::chars_format layout, int precision);

}  // namespace tundish
