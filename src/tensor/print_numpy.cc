// numpy.array2string's layout: every element of an array gets one format, found by looking at all
// elements that will be shown; rows are filled to the line width; large arrays show their edges.
#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "tensor/shortest.h"
#include "tundish/tensor/number.h"
#include "tundish/tensor/print.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

using ElementFormat = std::function<std::string(const std::byte*)>;

std::string pad_left(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// A number split at its decimal point: "12", "5", and in scientific form "+03".
struct Digits {
  std::string whole;
  std::string fraction;  // without trailing zeros
  std::string exponent;
};

// The shortest digits, cut to `precision` decimals by rounding the exact value.
Digits digits_of(ElementType type, double value, bool scientific, int precision) {
  const auto layout = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  auto split = [](const std::string& text) {
    Digits digits;
    const size_t e = text.find('e');
    const std::string number = text.substr(0, e);
    if (e != std::string::npos) digits.exponent = text.substr(e + 1);
    const size_t point = number.find('.');
    digits.whole = number.substr(0, point);
    if (point != std::string::npos) digits.fraction = number.substr(point + 1);
    return digits;
  };
  Digits digits = split(shortest(type, value, layout));
  if (digits.fraction.size() > static_cast<size_t>(precision)) {
    digits = split(with_precision(value, layout, precision));
  }
  while (!digits.fraction.empty() && digits.fraction.back() == '0') digits.fraction.pop_back();
  return digits;
}

// How one array of floats prints.
class FloatFormatter {
 public:
  // `type` says how many digits tell neighbours apart.
  FloatFormatter(ElementType type, const std::vector<double>& values, bool always_sign,
                 int precision)
      : type_(type), always_sign_(always_sign), precision_(precision) {
    scientific_ = needs_scientific(values);
    bool any_finite = false, any_other = false, any_negative_infinity = false;
    for (double value : values) {
      if (!std::isfinite(value)) {
        any_other = true;
        any_negative_infinity |= std::isinf(value) && value < 0;
        continue;
      }
      any_finite = true;
      const Digits digits = digits_of(type_, value, scientific_, precision_);
      left_ = std::max(left_, digits.whole.size() + (needs_plus(value) ? 1 : 0));
      fraction_ = std::max(fraction_, digits.fraction.size());
      exponent_ = std::max(exponent_, digits.exponent.size());
    }
    right_ = scientific_ && any_finite ? fraction_ + 1 + exponent_ : fraction_;
    if (any_other) {
      // "nan" and "inf" may reach over the point and the decimals.
      const size_t offset = right_ + 1;
      const size_t widest = 3 + (always_sign_ || any_negative_infinity ? 1 : 0);
      if (widest > offset) left_ = std::max(left_, widest - offset);
    }
  }

  std::string format(double value) const {
    if (!std::isfinite(value)) {
      std::string text = std::isnan(value) ? "nan" : "inf";
      if (std::isinf(value) && value < 0) {
        text = "-" + text;
      } else if (always_sign_) {
        text = "+" + text;
      }
      return pad_left(text, left_ + 1 + right_);
    }
    Digits digits = digits_of(type_, value, scientific_, precision_);
    if (needs_plus(value)) digits.whole = "+" + digits.whole;
    std::string text = pad_left(digits.whole, left_) + "." + digits.fraction;
    const size_t missing = fraction_ - digits.fraction.size();
    if (!scientific_) return text + std::string(missing, ' ');
    // "+3" of three digits is "+003".
    std::string exponent = digits.exponent.substr(1);
    exponent.insert(0, exponent_ - 1 - exponent.size(), '0');
    return text + std::string(missing, '0') + "e" + digits.exponent[0] + exponent;
  }

 private:
  bool needs_plus(double value) const { return always_sign_ && !std::signbit(value); }

  bool needs_scientific(const std::vector<double>& values) const {
    double largest = 0, smallest = 0;
    for (double value : values) {
      const double magnitude = std::fabs(value);
      if (!std::isfinite(value) || magnitude == 0) continue;
      largest = std::max(largest, magnitude);
      smallest = smallest == 0 ? magnitude : std::min(smallest, magnitude);
    }
    if (largest == 0) return false;
    return largest >= 1e8 || below_small(smallest) || ratio(largest, smallest) > 1000;
  }

  // NumPy compares in the array's own precision: 0.0001 and the quotient are rounded to it.
  bool below_small(double smallest) const { return smallest < rounded(0.0001); }
  double ratio(double largest, double smallest) const { return rounded(largest / smallest); }
  double rounded(double value) const {
    std::byte element[16];
    store_double(type_, value, element);
    return load_double(type_, element);
  }

  ElementType type_;
  bool always_sign_;
  int precision_;
  bool scientific_ = false;
  size_t left_ = 0;      // before the point
  size_t fraction_ = 0;  // decimals
  size_t exponent_ = 0;  // with its sign, after the 'e'
  size_t right_ = 0;     // everything after the point
};

// Addresses the elements that will be shown.
class Array {
 public:
  Array(const Tensor& tensor, const NumpyPrintOptions& options)
      : tensor_(tensor),
        edge_items_(std::max(options.edge_items, 1)),
        summarised_(tensor.element_count() > options.threshold) {
    const int rank = tensor.shape().rank();
    strides_.resize(static_cast<size_t>(rank));
    int64_t stride = static_cast<int64_t>(storage_bytes(tensor.element_type()));
    for (int i = rank - 1; i >= 0; --i) {
      strides_[static_cast<size_t>(i)] = stride;
      stride *= tensor.shape()[i];
    }
  }

  int rank() const { return tensor_.shape().rank(); }
  bool is_cut(int dimension) const {
    return summarised_ && tensor_.shape()[dimension] > 2 * edge_items_;
  }
  // The indices of `dimension` that are shown, in order; the cut is after `edge_items`.
  std::vector<int64_t> shown(int dimension) const {
    std::vector<int64_t> indices;
    const int64_t size = tensor_.shape()[dimension];
    for (int64_t i = 0; i < size; ++i) {
      if (is_cut(dimension) && i == edge_items_) i = size - edge_items_;
      indices.push_back(i);
    }
    return indices;
  }
  int edge_items() const { return edge_items_; }
  const std::byte* data() const { return tensor_.bytes().data(); }
  int64_t stride(int dimension) const { return strides_[static_cast<size_t>(dimension)]; }

  void for_each_shown(const std::byte* at, int dimension,
                      const std::function<void(const std::byte*)>& visit) const {
    if (dimension == rank()) return visit(at);
    for (int64_t i : shown(dimension))
      for_each_shown(at + i * stride(dimension), dimension + 1, visit);
  }

 private:
  const Tensor& tensor_;
  int edge_items_;
  bool summarised_;
  std::vector<int64_t> strides_;
};

ElementFormat float_format(const Array& array, ElementType type, int precision) {
  std::vector<double> values;
  array.for_each_shown(array.data(), 0,
                       [&](const std::byte* at) { values.push_back(load_double(type, at)); });
  FloatFormatter formatter(type, values, false, precision);
  return [=](const std::byte* at) { return formatter.format(load_double(type, at)); };
}

ElementFormat complex_format(const Array& array, ElementType type, int precision) {
  std::vector<double> real, imaginary;
  array.for_each_shown(array.data(), 0, [&](const std::byte* at) {
    real.push_back(load_complex(type, at).real());
    imaginary.push_back(load_complex(type, at).imag());
  });
  const ElementType part = complex_part(type);
  FloatFormatter real_format(part, real, false, precision);
  FloatFormatter imaginary_format(part, imaginary, true, precision);
  return [=](const std::byte* at) {
    const std::complex<double> value = load_complex(type, at);
    std::string text = imaginary_format.format(value.imag());
    text.insert(text.find_last_not_of(' ') + 1, "j");
    return real_format.format(value.real()) + text;
  };
}

ElementFormat integer_format(const Array& array, ElementType type) {
  size_t width = 0;
  array.for_each_shown(array.data(), 0, [&](const std::byte* at) {
    width = std::max(width, format_number(type, at).size());
  });
  return [=](const std::byte* at) { return pad_left(format_number(type, at), width); };
}

ElementFormat format_of(const Array& array, ElementType type, int precision) {
  switch (element_type_info(type).kind) {
    case ElementKind::kBool:
      return [scalar = array.rank() == 0](const std::byte* at) -> std::string {
        if (load_int64(ElementType::kI1, at) == 0) return "False";
        return scalar ? "True" : " True";
      };
    case ElementKind::kFloat:
      return float_format(array, type, precision);
    case ElementKind::kComplex:
      return complex_format(array, type, precision);
    case ElementKind::kSigned:
    case ElementKind::kUnsigned:
      break;
  }
  return integer_format(array, type);
}

class NumpyFormatter {
 public:
  NumpyFormatter(const Array& array, ElementFormat format) : array_(array), format_(format) {}

  // One dimension with its brackets. `indent` stands before each line after the first.
  std::string format(const std::byte* at, int dimension, const std::string& indent, int width) {
    if (dimension == array_.rank()) return format_(at);
    const std::string inside = dimension == array_.rank() - 1
                                   ? format_row(at, dimension, indent, width)
                                   : format_rows(at, dimension, indent, width);
    return "[" + inside + "]";
  }

 private:
  std::string format_row(const std::byte* at, int dimension, const std::string& indent, int width) {
    std::string text, line = indent;
    auto extend = [&](const std::string& word) {
      const bool fits = static_cast<int64_t>(line.size() + word.size()) < width;
      if (!fits && line.size() > indent.size()) {
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
        line = indent;
      }
      line += word;
    };
    const std::vector<int64_t> shown = array_.shown(dimension);
    for (size_t i = 0; i < shown.size(); ++i) {
      if (array_.is_cut(dimension) && i == static_cast<size_t>(array_.edge_items())) {
        extend("...");
        line += ' ';
      }
      extend(format_(at + shown[i] * array_.stride(dimension)));
      if (i + 1 < shown.size()) line += ' ';
    }
    return (text + line).substr(indent.size());
  }

  std::string format_rows(const std::byte* at, int dimension, const std::string& indent,
                          int width) {
    // One empty line more for each dimension further out.
    const std::string separator(static_cast<size_t>(array_.rank() - dimension - 1), '\n');
    std::string text;
    const std::vector<int64_t> shown = array_.shown(dimension);
    for (size_t i = 0; i < shown.size(); ++i) {
      if (array_.is_cut(dimension) && i == static_cast<size_t>(array_.edge_items())) {
        text += indent + "..." + separator;
      }
      text += indent + format(at + shown[i] * array_.stride(dimension), dimension + 1, indent + ' ',
                              width - 1);
      if (i + 1 < shown.size()) text += separator;
    }
    return text.substr(indent.size());
  }

  const Array& array_;
  ElementFormat format_;
};

}  // namespace

std::string format_numpy(const Tensor& tensor, const NumpyPrintOptions& options) {
  if (tensor.element_count() == 0) return "[]";
  const Array array(tensor, options);
  NumpyFormatter formatter(array, format_of(array, tensor.element_type(), options.precision));
  return formatter.format(array.data(), 0, " ", options.line_width);
}

}  // namespace tundish
