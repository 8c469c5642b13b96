#include "tundish/tensor/quantized_type.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tensor/shortest.h"
#include "tundish/tensor/number.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

constexpr std::string_view kPrefix = "!quant.uniform<";

// Reads "i8<-127:127>:f32:1, {0.1:5, 0.2}" from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool take(char c) {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Status expect(char c) { return take(c) ? Status() : error(std::string("expected '") + c + "'"); }

  // Everything up to one of MLIR's separators.
  std::string_view word() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    const size_t start = at_;
    at_ = std::min(text_.find_first_of(" ,:<>{}", at_), text_.size());
    return text_.substr(start, at_ - start);
  }

  Result<int64_t> integer() {
    const std::string_view digits = word();
    int64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code != std::errc() || end != digits.data() + digits.size()) {
      return error("expected a whole number");
    }
    return value;
  }

  Result<double> number() {
    double value = 0;
    const Status status =
        parse_number(ElementType::kF64, word(), reinterpret_cast<std::byte*>(&value));
    if (!status.ok()) return error("expected a scale");
    return value;
  }

  bool next_is(char c) {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() && text_[at_] == c;
  }
  bool at_end() const { return at_ == text_.size(); }
  Status error(const std::string& message) const {
    return invalid_argument("quantized type '" + std::string(text_.substr(0, 80)) +
                            "' at character " + std::to_string(at_) + ": " + message);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

Status read_storage(Reader& reader, QuantizedType& type) {
  std::string name(reader.word());
  if (name.starts_with('u') && !name.starts_with("ui")) name.insert(1, "i");
  const Result<ElementType> storage = parse_element_type(name);
  if (!storage || !is_integer(*storage)) return reader.error("expected an integer storage type");
  type.storage_type = *storage;
  type.storage_min = integer_min(*storage);
  // The range of ui64 does not fit; MLIR allows at most 32 bits of storage.
  if (element_type_info(*storage).bit_width > 32) {
    return reader.error("storage has at most 32 bits");
  }
  type.storage_max = static_cast<int64_t>(integer_max(*storage));
  if (!reader.take('<')) return {};
  TUNDISH_ASSIGN(type.storage_min, reader.integer());
  TUNDISH_TRY(reader.expect(':'));
  TUNDISH_ASSIGN(type.storage_max, reader.integer());
  return reader.expect('>');
}

Status read_scale(Reader& reader, QuantizedType& type) {
  TUNDISH_ASSIGN(const double scale, reader.number());
  int64_t zero_point = 0;
  if (reader.take(':')) {
    TUNDISH_ASSIGN(zero_point, reader.integer());
  }
  type.scales.push_back(scale);
  type.zero_points.push_back(zero_point);
  return {};
}

Status read_parameters(Reader& reader, QuantizedType& type) {
  if (!type.dimension) return read_scale(reader, type);
  TUNDISH_TRY(reader.expect('{'));
  do {
    if (reader.next_is('{')) return unimplemented("sub-channel quantization is not supported");
    TUNDISH_TRY(read_scale(reader, type));
  } while (reader.take(','));
  return reader.expect('}');
}

// A scale as MLIR reads floats: with a decimal point.
std::string format_scale(double scale) {
  std::string text = shortest(ElementType::kF64, scale, std::chars_format::general);
  if (text.find('.') != std::string::npos) return text;
  return text.insert(std::min(text.find('e'), text.size()), ".0");
}

}  // namespace

Result<QuantizedType> QuantizedType::parse(std::string_view text) {
  if (!text.starts_with(kPrefix)) {
    return invalid_argument("expected a quantized type, '!quant.uniform<...>'");
  }
  Reader reader(text.substr(kPrefix.size()));
  QuantizedType type;
  TUNDISH_TRY(read_storage(reader, type));
  TUNDISH_TRY(reader.expect(':'));
  const Result<ElementType> expressed = parse_element_type(reader.word());
  if (!expressed) return reader.error("expected a float type");
  type.expressed_type = *expressed;
  if (reader.take(':')) {
    if (reader.next_is('{')) return unimplemented("sub-channel quantization is not supported");
    TUNDISH_ASSIGN(const int64_t dimension, reader.integer());
    if (dimension < 0 || dimension > 63) return reader.error("dimension is not within 0 ... 63");
    type.dimension = static_cast<int>(dimension);
  }
  TUNDISH_TRY(reader.expect(','));
  TUNDISH_TRY(read_parameters(reader, type));
  TUNDISH_TRY(reader.expect('>'));
  if (!reader.at_end()) return reader.error("expected the end");
  const Status status = type.check();
  if (!status.ok()) return reader.error(status.message());
  return type;
}

Status QuantizedType::check() const {
  if (!is_integer(storage_type)) return invalid_argument("storage is not an integer type");
  if (!is_float(expressed_type)) return invalid_argument("the expressed type is not a float type");
  if (storage_min >= storage_max || storage_min < integer_min(storage_type) ||
      (storage_max > 0 && static_cast<uint64_t>(storage_max) > integer_max(storage_type))) {
    return invalid_argument("storage range " + std::to_string(storage_min) + ":" +
                            std::to_string(storage_max) + " is empty or outside " +
                            std::string(element_type_name(storage_type)));
  }
  if (scales.empty() || scales.size() != zero_points.size() || (!dimension && scales.size() != 1)) {
    return invalid_argument("expected one scale and zero point, or one of each per index");
  }
  for (double scale : scales) {
    if (!std::isfinite(scale) || scale <= 0) {
      return invalid_argument("scale " + format_scale(scale) + " is not a positive number");
    }
  }
  for (int64_t zero_point : zero_points) {
    if (zero_point < storage_min || zero_point > storage_max) {
      return invalid_argument("zero point " + std::to_string(zero_point) + " is outside " +
                              std::to_string(storage_min) + ":" + std::to_string(storage_max));
    }
  }
  return {};
}

std::string QuantizedType::to_string() const {
  std::string storage(element_type_name(storage_type));
  if (storage.starts_with("ui")) storage.erase(1, 1);
  std::string text = std::string(kPrefix) + storage;
  if (storage_min != integer_min(storage_type) ||
      static_cast<uint64_t>(storage_max) != integer_max(storage_type)) {
    text += "<" + std::to_string(storage_min) + ":" + std::to_string(storage_max) + ">";
  }
  text += ":" + std::string(element_type_name(expressed_type));
  if (dimension) text += ":" + std::to_string(*dimension);
  text += dimension ? ", {" : ", ";
  for (size_t i = 0; i < scales.size(); ++i) {
    if (i > 0) text += ", ";
    text += format_scale(scales[i]);
    if (zero_points[i] != 0) text += ":" + std::to_string(zero_points[i]);
  }
  return text + (dimension ? "}>" : ">");
}

}  // namespace tundish
