#include "tundish/tensor/shape.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tundish {
namespace {

std::string quote(std::string_view text) {
  constexpr size_t kShown = 80;
  std::string quoted = "'" + std::string(text.substr(0, kShown));
  return quoted + (text.size() > kShown ? "...'" : "'");
}

Result<int64_t> parse_dimension(std::string_view text) {
  if (text == "?") return kDynamic;
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return out_of_range("dimension " + quote(text) + " exceeds 2^63 - 1");
  }
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return invalid_argument("dimension " + quote(text) +
                            " is neither '?' nor a whole number of at least 0");
  }
  return value;
}

}  // namespace

Shape::Shape(std::initializer_list<int64_t> dims) {
  Result<Shape> checked = make({dims.begin(), dims.size()});
  if (!checked) internal::die("Shape: " + checked.error().message());
  *this = *std::move(checked);
}

Shape::Shape(const Shape& other) { assign(other.dims()); }

Shape& Shape::operator=(const Shape& other) {
  if (this != &other) assign(other.dims());
  return *this;
}

Shape::Shape(Shape&& other) noexcept { *this = std::move(other); }

Shape& Shape::operator=(Shape&& other) noexcept {
  if (this == &other) return *this;
  std::copy(std::begin(other.inline_), std::end(other.inline_), inline_);
  heap_ = std::move(other.heap_);
  rank_ = std::exchange(other.rank_, 0);
  return *this;
}

void Shape::assign(std::span<const int64_t> dims) {
  rank_ = static_cast<int>(dims.size());
  heap_.reset(rank_ > kInlineRank ? new int64_t[dims.size()] : nullptr);
  std::copy(dims.begin(), dims.end(), heap_ ? heap_.get() : inline_);
}

Result<Shape> Shape::make(std::span<const int64_t> dims) {
  if (dims.size() > kMaxRank) {
    return invalid_argument("shape has " + std::to_string(dims.size()) + " dimensions; at most " +
                            std::to_string(kMaxRank) + " are allowed");
  }
  for (int64_t dim : dims) {
    if (dim < 0 && dim != kDynamic) {
      return invalid_argument("dimension " + std::to_string(dim) + " is negative");
    }
  }
  Shape shape;
  shape.assign(dims);
  return shape;
}

Result<Shape> Shape::parse(std::string_view text) {
  std::array<int64_t, kMaxRank> dims;
  size_t rank = 0;
  while (!text.empty()) {
    if (rank == kMaxRank) {
      return invalid_argument("shape has more than " + std::to_string(kMaxRank) + " dimensions");
    }
    size_t separator = text.find('x');
    TUNDISH_ASSIGN(dims[rank++], parse_dimension(text.substr(0, separator)));
    if (separator == std::string_view::npos) break;
    text.remove_prefix(separator + 1);
    if (text.empty()) return invalid_argument("shape ends in 'x'; expected one more dimension");
  }
  return make({dims.data(), rank});
}

bool Shape::is_static() const { return std::find(begin(), end(), kDynamic) == end(); }

Result<int64_t> Shape::element_count() const {
  if (!is_static()) {
    return invalid_argument("shape " + to_string() + " has a dynamic dimension; no element count");
  }
  // A zero anywhere makes the product zero, however large the rest is.
  if (std::find(begin(), end(), 0) != end()) return int64_t{0};
  int64_t count = 1;
  for (int64_t dim : dims()) {
    if (__builtin_mul_overflow(count, dim, &count)) {
      return out_of_range("shape " + to_string() + " has more than 2^63 - 1 elements");
    }
  }
  return count;
}

bool Shape::accepts(const Shape& actual) const {
  return std::equal(begin(), end(), actual.begin(), actual.end(),
                    [](int64_t mine, int64_t its) { return mine == kDynamic || mine == its; });
}

std::string Shape::to_string() const {
  std::string text;
  for (int64_t dim : dims()) {
    if (!text.empty()) text += 'x';
    text += dim == kDynamic ? "?" : std::to_string(dim);
  }
  return text;
}

bool operator==(const Shape& a, const Shape& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

Result<TensorType> TensorType::parse(std::string_view text) {
  std::string_view inner = text;
  if (inner.starts_with("tensor<")) {
    if (!inner.ends_with('>')) {
      return invalid_argument("tensor type " + quote(text) + " has no closing '>'");
    }
    inner.remove_prefix(7);
    inner.remove_suffix(1);
  }
  // Dimensions are digits and '?', each followed by 'x'; what remains is the element type, which
  // may hold an 'x' of its own ("complex<f32>").
  size_t type_start = 0;
  for (size_t i = 0; i < inner.size(); ++i) {
    const char c = inner[i];
    if (c == 'x') {
      type_start = i + 1;
    } else if (c != '?' && (c < '0' || c > '9')) {
      break;
    }
  }
  auto with_context = [&](const Status& status) {
    return status.with_context("tensor type " + quote(text));
  };
  std::string_view dims = inner.substr(0, type_start > 0 ? type_start - 1 : 0);
  if (type_start > 0 && dims.empty()) {
    return with_context(invalid_argument("a dimension is missing before 'x'"));
  }
  Result<Shape> shape = Shape::parse(dims);
  if (!shape) return with_context(shape.error());
  Result<ElementType> element_type = parse_element_type(inner.substr(type_start));
  if (!element_type) return with_context(element_type.error());
  return TensorType{*element_type, *std::move(shape)};
}

std::string TensorType::to_string() const {
  std::string text = shape.to_string();
  if (!text.empty()) text += 'x';
  return text += element_type_name(element_type);
}

std::string TensorType::to_mlir() const { return "tensor<" + to_string() + ">"; }

Result<size_t> TensorType::size_bytes() const {
  TUNDISH_ASSIGN(int64_t count, shape.element_count());
  int64_t bytes = 0;
  if (__builtin_mul_overflow(count, static_cast<int64_t>(storage_bytes(element_type)), &bytes)) {
    return out_of_range("tensor " + to_string() + " has more than 2^63 - 1 bytes");
  }
  return static_cast<size_t>(bytes);
}

bool TensorType::accepts(const TensorType& actual) const {
  return element_type == actual.element_type && shape.accepts(actual.shape);
}

}  // namespace tundish
