// Whether a result is near enough to what was stored.
#pragma once

#include <string>

#include "tundish/tensor/tensor.h"

namespace tundish::testing {

// "" when types are equal and |actual - expected| <= atol + rtol |expected| for every element (NaN
// equals NaN); else what differs: the first such element, and how many there are.
std::string difference(const Tensor& actual, const Tensor& expected, double rtol, double atol);

}  // namespace tundish::testing
