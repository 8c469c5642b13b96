// Tensors as text, in the forms that IREE's and NumPy's users know.
//
// Both are pure functions of the tensor: no locale, no global state.
#pragma once

#include <cstdint>
#include <string>

#include "tundish/tensor/tensor.h"

namespace tundish {

struct IreePrintOptions {
  // Elements beyond are left out: "..." ends the row where printing stopped.
  int64_t max_elements = 1024;
  // As many digits as it takes to read the same bits back with parse_literal, instead of six.
  bool exact = false;
};

// "2x3xf32=[1 2 3][4 5 6]", as iree-run-module prints a buffer view: floats as "%G", i1 and
// complex as their bytes in hexadecimal. Types that IREE does not have print as their nearest kin:
// integers in decimal, floats as "%G".
std::string format_iree(const Tensor& tensor, const IreePrintOptions& options = {});
// The part before '=': "2x3xf32", with IREE's names "cf64" and "cf128" for the complex types.
std::string format_iree_type(const TensorType& type);

struct NumpyPrintOptions {
  int precision = 8;         // decimals at most
  int64_t threshold = 1000;  // above so many elements only the edges are shown
  int edge_items = 3;        // at each end of a summarised dimension
  int line_width = 75;
};

// As numpy.array2string: "[[1. 2.]\n [3. 4.]]". bf16 and the smaller floats print as NumPy would
// print a float of that precision.
std::string format_numpy(const Tensor& tensor, const NumpyPrintOptions& options = {});

}  // namespace tundish
