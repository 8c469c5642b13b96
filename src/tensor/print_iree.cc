#include <algorithm>
#include <cmath>

#include "tensor/shortest.h"
#include "tundish/tensor/number.h"
#include "tundish/tensor/print.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

std::string hex_bytes(const std::byte* bytes, size_t size) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += kDigits[static_cast<uint8_t>(bytes[i]) >> 4];
    text += kDigits[static_cast<uint8_t>(bytes[i]) & 15];
  }
  return text;
}

std::string to_upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string format_float(ElementType type, const std::byte* element) {
  const double value = load_double(type, element);
  if (std::isnan(value)) return std::signbit(value) ? "-NAN" : "NAN";
  return to_upper(with_precision(value, std::chars_format::general, 6));
}

class IreeFormatter {
 public:
  IreeFormatter(const Tensor& tensor, const IreePrintOptions& options)
      : tensor_(tensor),
        options_(options),
        element_bytes_(storage_bytes(tensor.element_type())),
        next_(tensor.bytes().data()),
        remaining_(std::max<int64_t>(options.max_elements, 0)) {}

  std::string format() {
    text_ = format_iree_type(tensor_.type()) + "=";
    if (tensor_.shape().rank() == 0) {
      format_row(1);
    } else {
      format_dimension(0);
    }
    return std::move(text_);
  }

 private:
  // Rows of all but the outermost dimension stand in brackets.
  void format_dimension(int dimension) {
    const int64_t size = tensor_.shape()[dimension];
    if (dimension == tensor_.shape().rank() - 1) return format_row(size);
    for (int64_t i = 0; i < size; ++i) {
      // Rows without elements cost no memory, so a shape may have any number of them.
      if (tensor_.element_count() == 0 && ++empty_rows_ > kMaxEmptyRows) {
        text_ += "...";
        return;
      }
      text_ += '[';
      format_dimension(dimension + 1);
      text_ += ']';
    }
  }

  void format_row(int64_t size) {
    const int64_t shown = std::min(size, remaining_);
    for (int64_t i = 0; i < shown; ++i) {
      if (i > 0) text_ += ' ';
      format_element(next_ + static_cast<size_t>(i) * element_bytes_);
    }
    if (shown < size) text_ += "...";
    remaining_ -= shown;
    next_ += static_cast<size_t>(size) * element_bytes_;
  }

  void format_element(const std::byte* element) {
    const ElementType type = tensor_.element_type();
    if (type == ElementType::kI1 || is_complex(type)) {
      text_ += hex_bytes(element, element_bytes_);
    } else if (is_float(type) && !options_.exact) {
      text_ += format_float(type, element);
    } else {
      text_ += format_number(type, element);
    }
  }

  static constexpr int64_t kMaxEmptyRows = 1024;

  const Tensor& tensor_;
  const IreePrintOptions& options_;
  const size_t element_bytes_;
  const std::byte* next_;
  int64_t remaining_;
  int64_t empty_rows_ = 0;
  std::string text_;
};

}  // namespace

std::string format_iree_type(const TensorType& type) {
  std::string text = type.shape.to_string();
  if (!text.empty()) text += 'x';
  if (type.element_type == ElementType::kComplexF32) return text + "cf64";
  if (type.element_type == ElementType::kComplexF64) return text + "cf128";
  return text += element_type_name(type.element_type);
}

std::string format_iree(const Tensor& tensor, const IreePrintOptions& options) {
  return IreeFormatter(tensor, options).format();
}

}  // namespace tundish
