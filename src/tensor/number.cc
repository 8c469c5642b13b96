#include "tundish/tensor/number.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "tensor/shortest.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

std::string quote(std::string_view text) {
  constexpr size_t kShown = 40;
  std::string quoted = "'" + std::string(text.substr(0, kShown));
  return quoted + (text.size() > kShown ? "...'" : "'");
}

Status malformed(ElementType type, std::string_view text) {
  return invalid_argument(quote(text) + " is not a value of type " +
                          std::string(element_type_name(type)));
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

bool take_prefix(std::string_view& text, std::string_view lower) {
  if (text.size() < lower.size() || !equals_ignoring_case(text.substr(0, lower.size()), lower)) {
    return false;
  }
  text.remove_prefix(lower.size());
  return true;
}

bool take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// ---- Integers

Status parse_integer(const ElementTypeInfo& info, std::string_view text, std::byte* element) {
  std::string_view digits = text;
  const bool negative = take_sign(digits);
  const bool hex = take_prefix(digits, "0x");
  uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, hex ? 16 : 10);
  const bool whole = end == digits.data() + digits.size();
  if (!whole || (error != std::errc() && error != std::errc::result_out_of_range)) {
    return malformed(info.type, text);
  }
  const int64_t min = integer_min(info.type);
  const uint64_t max =
      hex && !negative ? ~uint64_t{0} >> (64 - info.bit_width) : integer_max(info.type);
  const uint64_t limit = negative ? 0 - static_cast<uint64_t>(min) : max;
  if (error == std::errc::result_out_of_range || magnitude > limit) {
    return out_of_range(quote(text) + " does not fit " + std::string(info.name) + ": " +
                        std::to_string(min) + " to " + std::to_string(integer_max(info.type)));
  }
  store_uint64(info.type, negative ? 0 - magnitude : magnitude, element);
  return {};
}

Status parse_bool(std::string_view text, std::byte* element) {
  const bool is_true = text == "1" || text == "01" || equals_ignoring_case(text, "true");
  const bool is_false = text == "0" || text == "00" || equals_ignoring_case(text, "false");
  if (!is_true && !is_false) {
    return invalid_argument(quote(text) + " is not a value of type i1; expected 0, 1, true, false");
  }
  *element = std::byte{is_true};
  return {};
}

// ---- Floats

// A decimal number as 0.DIGITS · 10^exponent; no zeros at either end of the digits.
struct Decimal {
  std::string digits;
  int64_t exponent = 0;
};

// `text` is digits with at most one '.', then an optional exponent; nullopt if it is not.
std::optional<Decimal> split_decimal(std::string_view text) {
  Decimal decimal;
  bool seen_point = false, seen_digit = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !seen_point) {
      seen_point = true;
    } else if (c >= '0' && c <= '9') {
      seen_digit = true;
      if (c != '0' || !decimal.digits.empty()) {
        decimal.digits += c;
        decimal.exponent += !seen_point;
      } else if (seen_point) {
        --decimal.exponent;
      }
    } else {
      break;
    }
  }
  if (!seen_digit) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    std::string_view tail = text.substr(i + 1);
    const bool negative = take_sign(tail);
    int64_t power = 0;
    const auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), power);
    if (tail.empty() || tail[0] == '-' || end != tail.data() + tail.size()) return std::nullopt;
    // Beyond this every text that fits in memory overflows or vanishes.
    constexpr int64_t kBeyond = int64_t{1} << 60;
    if (error != std::errc()) power = kBeyond;
    power = std::min(power, kBeyond);
    decimal.exponent += negative ? -power : power;
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0') decimal.digits.pop_back();
  return decimal;
}

// The sign of a - b for positive numbers.
int compare(const Decimal& a, const Decimal& b) {
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -1 : 1;
  return a.digits.compare(b.digits);
}

Decimal exact_decimal(double value) {
  char buffer[1200];  // the longest double has 767 significant digits
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific, 1100);
  return *split_decimal(std::string_view(buffer, static_cast<size_t>(end - buffer)));
}

template <typename T>
T parse_native(std::string_view text, const Decimal& decimal, std::chars_format format) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (error == std::errc::result_out_of_range) {
    return decimal.exponent > 0 ? std::numeric_limits<T>::infinity() : T{0};
  }
  return value;
}

// Rounds decimal digits to a format narrower than double. The nearest double decides, unless it
// lies exactly between two values of the format: then its own error decides.
uint32_t round_decimal(const FloatFormat& format, bool negative, std::string_view text,
                       const Decimal& decimal) {
  const double nearest = parse_native<double>(text, decimal, std::chars_format::general);
  if (nearest == 0 || std::isinf(nearest)) {
    const bool vanished = nearest == 0 && !decimal.digits.empty();
    if (vanished) return encode_float(format, negative, 1, -100000);
    return encode_float(format, negative ? -nearest : nearest);
  }
  int exponent = 0;
  // Three bits more than a double has, so that "a little more" and "a little less" can be told.
  const double fraction = std::frexp(nearest, &exponent);
  const uint64_t significand = static_cast<uint64_t>(std::ldexp(fraction, 56));
  const int64_t scale = exponent - 56;
  const uint32_t below = encode_float(format, negative, significand - 1, scale);
  const uint32_t above = encode_float(format, negative, significand + 1, scale);
  if (below == above) return below;
  const int order = compare(decimal, exact_decimal(nearest));
  if (order == 0) return encode_float(format, negative, significand, scale);
  return order < 0 ? below : above;
}

// "1.8p3" after "0x": the significand is exact but for a sticky last bit.
struct HexFloat {
  uint64_t significand = 0;
  int64_t exponent = 0;
};

std::optional<HexFloat> split_hex(std::string_view text) {
  HexFloat value;
  bool seen_point = false, seen_digit = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) break;
    seen_digit = true;
    if (value.significand >> 59 == 0) {
      value.significand = value.significand << 4 | static_cast<uint64_t>(digit);
      value.exponent -= seen_point ? 4 : 0;
    } else {
      value.significand |= digit != 0;
      value.exponent += seen_point ? 0 : 4;
    }
  }
  if (!seen_digit) return std::nullopt;
  if (i == text.size()) return value;
  if (text[i] != 'p' && text[i] != 'P') return std::nullopt;
  std::string_view tail = text.substr(i + 1);
  const bool negative = take_sign(tail);
  int32_t power = 0;
  const auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), power);
  if (tail.empty() || tail[0] == '-' || end != tail.data() + tail.size()) return std::nullopt;
  if (error != std::errc()) power = 1 << 30;
  value.exponent += negative ? -int64_t{power} : int64_t{power};
  return value;
}

// significand · 2^exponent as a double, rounded once.
double hex_to_double(const HexFloat& value) {
  if (value.significand == 0) return 0;
  const int64_t top = value.exponent + 63 - std::countl_zero(value.significand);
  if (top > 1023) return std::numeric_limits<double>::infinity();
  // Drop by hand what does not fit, keeping a sticky bit, so that the cast or ldexp is exact.
  const int64_t lowest = std::max<int64_t>(top - 52, -1074);
  const int64_t drop = std::max<int64_t>(lowest - value.exponent, 0);
  if (drop > 64) return 0;
  const uint64_t quotient = drop == 64 ? 0 : value.significand >> drop;
  uint64_t rest = drop == 0 ? 0 : value.significand << (64 - drop);
  const uint64_t half = uint64_t{1} << 63;
  const bool up = rest > half || (rest == half && (quotient & 1) != 0);
  return std::ldexp(static_cast<double>(quotient + up), static_cast<int>(value.exponent + drop));
}

void store_special(ElementType type, double value, bool negative, std::byte* element) {
  store_double(type, std::copysign(value, negative ? -1.0 : 1.0), element);
}

Status parse_hex_float(const ElementTypeInfo& info, bool negative, std::string_view digits,
                       std::string_view text, std::byte* element) {
  const std::optional<HexFloat> hex = split_hex(digits);
  if (!hex) return malformed(info.type, text);
  if (info.bit_width == 64) {
    const double value = hex_to_double(*hex);
    store_double(info.type, negative ? -value : value, element);
    return {};
  }
  const uint32_t bits = encode_float(info.format, negative, hex->significand, hex->exponent);
  std::memcpy(element, &bits, static_cast<size_t>(info.storage_bytes));
  return {};
}

Status parse_float(const ElementTypeInfo& info, std::string_view text, std::byte* element) {
  std::string_view digits = text;
  const bool negative = take_sign(digits);
  if (equals_ignoring_case(digits, "inf") || equals_ignoring_case(digits, "infinity")) {
    store_special(info.type, std::numeric_limits<double>::infinity(), negative, element);
    return {};
  }
  if (equals_ignoring_case(digits, "nan")) {
    store_special(info.type, std::numeric_limits<double>::quiet_NaN(), negative, element);
    return {};
  }
  if (take_prefix(digits, "0x")) return parse_hex_float(info, negative, digits, text, element);
  const std::optional<Decimal> decimal = split_decimal(digits);
  if (!decimal) return malformed(info.type, text);
  const auto general = std::chars_format::general;
  if (info.type == ElementType::kF64) {
    store_special(info.type, parse_native<double>(digits, *decimal, general), negative, element);
  } else if (info.type == ElementType::kF32) {
    store_special(info.type, parse_native<float>(digits, *decimal, general), negative, element);
  } else {
    const uint32_t bits = round_decimal(info.format, negative, digits, *decimal);
    std::memcpy(element, &bits, static_cast<size_t>(info.storage_bytes));
  }
  return {};
}

// ---- Complex

bool parse_hex_bytes(std::string_view text, size_t size, std::byte* element) {
  if (text.size() != 2 * size) return false;
  for (char c : text) {
    if (hex_digit(c) < 0) return false;
  }
  for (size_t i = 0; i < size; ++i) {
    element[i] = static_cast<std::byte>(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
  }
  return true;
}

// Where the imaginary part of "1e-3+2j" starts: the last sign that no exponent owns.
size_t find_imaginary(std::string_view text) {
  for (size_t i = text.size(); i-- > 1;) {
    if (text[i] != '+' && text[i] != '-') continue;
    const char before = text[i - 1];
    if (before != 'e' && before != 'E' && before != 'p' && before != 'P') return i;
  }
  return 0;
}

Status parse_complex(ElementType type, std::string_view text, std::byte* element) {
  const size_t size = storage_bytes(type);
  const ElementTypeInfo& part = element_type_info(complex_part(type));
  if (parse_hex_bytes(text, size, element)) return {};
  std::string_view inner = text;
  if (inner.size() >= 2 && inner.front() == '(' && inner.back() == ')') {
    inner.remove_prefix(1);
    inner.remove_suffix(1);
  }
  std::string_view real = inner, imaginary = "0";
  if (const size_t comma = inner.find(','); comma != std::string_view::npos) {
    real = inner.substr(0, comma);
    imaginary = inner.substr(comma + 1);
    while (!imaginary.empty() && imaginary.front() == ' ') imaginary.remove_prefix(1);
  } else if (!inner.empty() && (inner.back() == 'j' || inner.back() == 'i')) {
    inner.remove_suffix(1);
    const size_t split = find_imaginary(inner);
    real = split > 0 ? inner.substr(0, split) : "0";
    imaginary = inner.substr(split);
  }
  const bool parsed = parse_float(part, real, element).ok() &&
                      parse_float(part, imaginary, element + part.storage_bytes).ok();
  return parsed ? Status() : malformed(type, text);
}

}  // namespace

Status parse_number(ElementType type, std::string_view text, std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  switch (info.kind) {
    case ElementKind::kBool:
      return parse_bool(text, element);
    case ElementKind::kSigned:
    case ElementKind::kUnsigned:
      return parse_integer(info, text, element);
    case ElementKind::kComplex:
      return parse_complex(type, text, element);
    case ElementKind::kFloat:
      break;
  }
  return parse_float(info, text, element);
}

std::string format_number(ElementType type, const std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  switch (info.kind) {
    case ElementKind::kBool:
      return load_int64(type, element) != 0 ? "true" : "false";
    case ElementKind::kSigned:
      return std::to_string(load_int64(type, element));
    case ElementKind::kUnsigned:
      return std::to_string(load_uint64(type, element));
    case ElementKind::kComplex: {
      const ElementType part = complex_part(type);
      const std::string real = format_number(part, element);
      const std::string imaginary = format_number(part, element + storage_bytes(part));
      return real + (imaginary[0] == '-' ? "" : "+") + imaginary + "j";
    }
    case ElementKind::kFloat:
      break;
  }
  return shortest(type, load_double(type, element), std::chars_format::general);
}

}  // namespace tundish
