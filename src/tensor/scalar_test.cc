#include "tundish/tensor/scalar.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

namespace tundish {
namespace {

std::byte* bytes_of(auto& value) { return reinterpret_cast<std::byte*>(&value); }
double nan() { return std::numeric_limits<double>::quiet_NaN(); }

// Every bit pattern of every type of up to 16 bits survives widening and narrowing.
TEST(ScalarTest, RoundTripsEveryBitPattern) {
  for (const ElementTypeInfo& info : all_element_types()) {
    if (info.bit_width > 16) continue;
    for (uint32_t code = 0; code < uint32_t{1} << info.bit_width; ++code) {
      uint32_t stored = 0;
      if (is_float(info.type)) {
        stored = code;
      } else {
        store_uint64(info.type, code, bytes_of(stored));
      }
      const double value = load_double(info.type, bytes_of(stored));
      uint32_t back = 0;
      store_double(info.type, value, bytes_of(back));
      if (std::isnan(value)) {
        EXPECT_TRUE(std::isnan(load_double(info.type, bytes_of(back)))) << info.name << " " << code;
      } else {
        ASSERT_EQ(back, stored) << info.name << " " << code << " is " << value;
      }
    }
  }
}

TEST(ScalarTest, AgreesWithMlDtypes) {
  std::ifstream file(TUNDISH_TENSOR_GOLDEN_DIR "/float_tables.txt");
  ASSERT_TRUE(file.is_open());
  int compared = 0;
  auto parse_double = [](const std::string& text) {
    return text == "nan" ? nan() : std::bit_cast<double>(std::stoull(text, nullptr, 16));
  };
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name, direction, pair;
    words >> name >> direction;
    const FloatFormat& format = element_type_info(*parse_element_type(name)).format;
    while (words >> pair) {
      const std::string left = pair.substr(0, pair.find(':'));
      const std::string right = pair.substr(pair.find(':') + 1);
      ++compared;
      if (direction == "decode") {
        const uint32_t code = static_cast<uint32_t>(std::stoul(left, nullptr, 16));
        const double expected = parse_double(right);
        const double found = decode_float(format, code);
        EXPECT_TRUE(std::bit_cast<uint64_t>(found) == std::bit_cast<uint64_t>(expected) ||
                    (std::isnan(found) && std::isnan(expected)))
            << name << " decodes " << left << " to " << found << ", not " << expected;
      } else {
        const double value = parse_double(left);
        EXPECT_EQ(encode_float(format, value), std::stoul(right, nullptr, 16))
            << name << " of " << value << " (" << left << ")";
      }
    }
  }
  EXPECT_GT(compared, 10000);
}

TEST(ScalarTest, NarrowingDoesNotRoundTwice) {
  // Halfway between two f16 values plus less than an f32 step: through f32 it would become a tie
  // and go down to even.
  const double value = 1.0 + 0x1p-11 + 0x1p-40;
  uint16_t half = 0;
  store_double(ElementType::kF16, value, bytes_of(half));
  EXPECT_EQ(half, 0x3C01);
  // The same from a 64-bit integer that a double would round to the tie: bf16 has 8 bits.
  const uint64_t integer = (uint64_t{1} << 62) + (uint64_t{1} << 54) + 1;
  uint16_t brain = 0;
  store_uint64(ElementType::kBf16, integer, bytes_of(brain));
  EXPECT_EQ(load_double(ElementType::kBf16, bytes_of(brain)), 0x1p62 + 0x1p55);
  store_int64(ElementType::kBf16, -static_cast<int64_t>(integer), bytes_of(brain));
  EXPECT_EQ(load_double(ElementType::kBf16, bytes_of(brain)), -0x1p62 - 0x1p55);
}

TEST(ScalarTest, GenericEncoderAgreesWithTheHardwareOnF32) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const FloatFormat& format = element_type_info(ElementType::kF32).format;
  for (int i = 0; i < 200000; ++i) {
    // Exponents around f32's range, so that subnormals and overflow occur.
    const uint64_t exponent = 1023 - 160 + random() % 320;
    const double value =
        std::bit_cast<double>(random() >> 12 | exponent << 52 | (random() & 1) << 63);
    const float expected = static_cast<float>(value);
    ASSERT_EQ(encode_float(format, value), std::bit_cast<uint32_t>(expected)) << value;
  }
}

TEST(ScalarTest, IntegersSaturateFromFloatAndWrapFromInteger) {
  int8_t byte = 0;
  store_double(ElementType::kI8, 300.7, bytes_of(byte));
  EXPECT_EQ(byte, 127);
  store_double(ElementType::kI8, -300.7, bytes_of(byte));
  EXPECT_EQ(byte, -128);
  store_double(ElementType::kI8, -3.9, bytes_of(byte));
  EXPECT_EQ(byte, -3);
  store_double(ElementType::kI8, nan(), bytes_of(byte));
  EXPECT_EQ(byte, 0);
  store_int64(ElementType::kI8, 300, bytes_of(byte));
  EXPECT_EQ(byte, 44);
  store_int64(ElementType::kI4, 9, bytes_of(byte));
  EXPECT_EQ(byte, -7);
  EXPECT_EQ(load_int64(ElementType::kI4, bytes_of(byte)), -7);
  store_int64(ElementType::kUi2, 7, bytes_of(byte));
  EXPECT_EQ(byte, 3);
}

TEST(ScalarTest, SixtyFourBitIntegersAreExact) {
  const int64_t min = std::numeric_limits<int64_t>::min();
  int64_t stored = 0;
  store_int64(ElementType::kI64, min + 1, bytes_of(stored));
  EXPECT_EQ(load_int64(ElementType::kI64, bytes_of(stored)), min + 1);
  EXPECT_EQ(load_uint64(ElementType::kI64, bytes_of(stored)), 0u);
  store_uint64(ElementType::kUi64, ~uint64_t{0} - 1, bytes_of(stored));
  EXPECT_EQ(load_uint64(ElementType::kUi64, bytes_of(stored)), ~uint64_t{0} - 1);
  EXPECT_EQ(load_int64(ElementType::kUi64, bytes_of(stored)), std::numeric_limits<int64_t>::max());
}

TEST(ScalarTest, RangesOfIntegerTypes) {
  EXPECT_EQ(integer_min(ElementType::kI4), -8);
  EXPECT_EQ(integer_max(ElementType::kI4), 7u);
  EXPECT_EQ(integer_max(ElementType::kUi2), 3u);
  EXPECT_EQ(integer_max(ElementType::kI1), 1u);
  EXPECT_EQ(integer_min(ElementType::kI64), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(integer_max(ElementType::kUi64), ~uint64_t{0});
}

TEST(ScalarTest, ComplexKeepsBothParts) {
  std::complex<float> stored;
  store_complex(ElementType::kComplexF32, {1.5, -2.5}, bytes_of(stored));
  EXPECT_EQ(stored, std::complex<float>(1.5f, -2.5f));
  EXPECT_EQ(load_complex(ElementType::kComplexF32, bytes_of(stored)),
            std::complex<double>(1.5, -2.5));
  EXPECT_EQ(load_double(ElementType::kComplexF32, bytes_of(stored)), 1.5);
  store_int64(ElementType::kComplexF32, -3, bytes_of(stored));
  EXPECT_EQ(stored, std::complex<float>(-3.0f, 0.0f));
}

}  // namespace
}  // namespace tundish
