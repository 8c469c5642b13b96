#include "tundish/tensor/literal.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "tundish/tensor/npy.h"
#include "tundish/tensor/number.h"
#include "tundish/tensor/print.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

std::string exact(const Tensor& tensor) { return format_iree(tensor, {.exact = true}); }

// The literal read and printed again, or the error.
std::string read(const std::string& text, const LiteralOptions& options = {}) {
  Result<Tensor> tensor = parse_literal(text, options);
  return tensor ? exact(*tensor) : tensor.error().to_string();
}

uint32_t bits_of(ElementType type, const std::string& text) {
  uint32_t bits = 0;
  EXPECT_TRUE(parse_number(type, text, reinterpret_cast<std::byte*>(&bits)).ok()) << text;
  return bits;
}

TEST(LiteralTest, ReadsValuesInAnyLayout) {
  const std::string expected = "2x3xi32=[1 2 3][4 5 6]";
  for (const char* text : {"2x3xi32=1 2 3 4 5 6", "2x3xi32=1,2,3,4,5,6", "2x3xi32=[1,2,3],[4,5,6]",
                           "2x3xi32=[[1 2 3][4 5 6]]", " 2x3xi32 = [ 1 2 3\n4 5 6 ] ",
                           "tensor<2x3xi32>=1 2 3 4 5 6", "2x3xsi32=[1 2 3][4 5 6]"}) {
    EXPECT_EQ(read(text), expected) << text;
  }
  EXPECT_EQ(read("10xf32=[0,1,2,3,4,5,6,7,8,9]"), "10xf32=0 1 2 3 4 5 6 7 8 9");
}

TEST(LiteralTest, OneValueFillsAllElementsAndNoneIsZero) {
  EXPECT_EQ(read("5xf32=0.5"), "5xf32=0.5 0.5 0.5 0.5 0.5");
  EXPECT_EQ(read("2x2xf64=[7]"), "2x2xf64=[7 7][7 7]");
  EXPECT_EQ(read("3xi8="), "3xi8=0 0 0");
  EXPECT_EQ(read("3xi8"), "3xi8=0 0 0");
  EXPECT_EQ(read("0xi8="), "0xi8=");
}

TEST(LiteralTest, ReadsScalarsAndSpecialValues) {
  EXPECT_EQ(read("f32=1"), "f32=1");
  EXPECT_EQ(read("6xf32=inf -Infinity nan -0 0x1.8p3 +2"), "6xf32=inf -inf nan -0 12 2");
  EXPECT_EQ(read("4xi1=1 0 true FALSE"), "4xi1=01 00 01 00");
  EXPECT_EQ(read("3xi8=0xFF -0x80 0x7f"), "3xi8=-1 -128 127");
  EXPECT_EQ(read("2xui64=18446744073709551615 0"), "2xui64=18446744073709551615 0");
}

TEST(LiteralTest, ReadsComplexForms) {
  const std::string expected =
      "3xcf64=" + std::string("0000803F00000040 ") + "0000803F00000040 0000803F00000040";
  EXPECT_EQ(read("3xcomplex<f32>=1+2j (1,2) 0000803F00000040"), expected);
  EXPECT_EQ(read("3xcf64=(1+2j) (1, 2) 1e0+2E+0i"), expected);
  EXPECT_EQ(read("2xcomplex<f64>=2j -1.5"),
            "2xcf128=00000000000000000000000000000040 000000000000F8BF0000000000000000");
  EXPECT_NE(read("1xcf64=1+2k").find("INVALID"), std::string::npos);
}

TEST(LiteralTest, RejectsMalformedText) {
  for (const char* text : {"",
                           "=",
                           "4",
                           "4xf32=1 2",
                           "4xf32=1 2 3 4 5",
                           "4xf32=a",
                           "4xf32=1 2 3 4x",
                           "4xi32=1.5",
                           "4xi8=300",
                           "4xi8=-129",
                           "2xui8=-1 1",
                           "2xi1=2 1",
                           "4xq32=1",
                           "?xf32=1",
                           "-4xf32=1",
                           "2x3xi32=[1 2][3 4][5 6]",
                           "2x3xi32=[1 2 3][4 5 6",
                           "2x3xi32=1 2 3] 4 5 6",
                           "2x3xi32=[1 2 3][4 5][6]",
                           "2xf32=[[[1]] 2]",
                           "f32=",
                           "f32=1 2",
                           "2xf32=1e 2",
                           "2xf32=0x 2",
                           "2xf32=1.2.3 4",
                           "2xf32=-- 4",
                           "@",
                           "4xf32=@",
                           "random",
                           "iota",
                           "random:x",
                           "4xf32=random:-1",
                           "99999999999999xf32=1",
                           "2xf32=1e--5 1",
                           "2xi32=+ 1",
                           "2xi32=-+1 1"}) {
    Result<Tensor> tensor = parse_literal(text);
    if (std::string(text) == "f32=") continue;  // zeros
    EXPECT_FALSE(tensor.has_value()) << text;
  }
}

TEST(LiteralTest, DeepNestingIsAnError) {
  EXPECT_NE(read("4xf32=" + std::string(200000, '[')).find("nested deeper"), std::string::npos);
}

TEST(LiteralTest, ErrorsSayWhereAndWhat) {
  const std::string error = read("4xi8=1 2 300 4");
  EXPECT_NE(error.find("element 2: '300' does not fit i8: -128 to 127"), std::string::npos)
      << error;
  const std::string count = read("10xf32=[0,1,2]");
  EXPECT_NE(count.find("found 3 values; 10xf32 has 10 elements"), std::string::npos) << count;
}

TEST(LiteralTest, TypesMustFitWhatIsExpected) {
  LiteralOptions options{.expected = *TensorType::parse("4x?xf32")};
  EXPECT_EQ(read("4x1xf32=1", options), "4x1xf32=[1][1][1][1]");
  EXPECT_NE(read("5x1xf32=1", options).find("found 5x1xf32; expected 4x?xf32"), std::string::npos);
  EXPECT_NE(read("4x1xf64=1", options).find("INVALID"), std::string::npos);
  EXPECT_NE(read("random", options).find("dynamic"), std::string::npos);
  EXPECT_NE(read("iota", options).find("name them, as in 4x8xf32=iota"), std::string::npos);
  EXPECT_EQ(read("4x2xf32=iota", options), "4x2xf32=[0 1][2 3][4 5][6 7]");
}

// These numbers are a promise: a seed means the same for ever.
TEST(LiteralTest, RandomIsTheSameForEver) {
  LiteralOptions options{.expected = *TensorType::parse("4xf32")};
  EXPECT_EQ(read("random:7", options), "4xf32=-0.22034061 -0.9664235 0.8015213 0.16586053");
  EXPECT_EQ(read("4xf32=random:7"), read("random:7", options));
  options.seed = 7;
  EXPECT_EQ(read("random", options), read("random:7", options));
  EXPECT_NE(read("random:8", options), read("random:7", options));
  EXPECT_EQ(read("8xi32=random:1"), "8xi32=1 3 7 -1 -1 4 6 0");
  EXPECT_EQ(read("8xui8=random:1"), "8xui8=9 11 15 7 7 12 14 8");
  EXPECT_EQ(read("8xi1=random:1"), "8xi1=01 01 01 00 00 01 01 01");
}

TEST(LiteralTest, RandomStaysInItsRange) {
  for (const ElementTypeInfo& info : all_element_types()) {
    const std::string name(info.name);
    Result<Tensor> tensor = parse_literal("1000x" + name + "=random:3");
    ASSERT_TRUE(tensor.has_value()) << tensor.error().to_string();
    double low = 100, high = -100;
    for (int i = 0; i < 1000; ++i) {
      const double value = load_double(info.type, tensor->bytes().data() + i * info.storage_bytes);
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (info.type == ElementType::kF8E8M0FNU) {
      EXPECT_EQ(low, 1.0 / 16) << name;
      EXPECT_EQ(high, 8) << name;
    } else if (is_integer(info.type) || info.type == ElementType::kI1) {
      EXPECT_EQ(low, std::max<double>(static_cast<double>(integer_min(info.type)), -8)) << name;
      const double top = is_signed_integer(info.type) ? 7 : 15;
      EXPECT_EQ(high, std::min<double>(static_cast<double>(integer_max(info.type)), top)) << name;
    } else {
      EXPECT_GE(low, -1) << name;
      EXPECT_LT(low, -0.9) << name;
      EXPECT_LT(high, 1) << name;
    }
  }
}

TEST(LiteralTest, ReadsFiles) {
  Result<TemporaryFolder> folder = TemporaryFolder::create();
  ASSERT_TRUE(folder.has_value());
  const std::string npy = folder->path() + "/a.npy";
  const std::string raw = folder->path() + "/a.bin";
  const Tensor tensor = *parse_literal("2x2xf32=1 2 3 4");
  ASSERT_TRUE(write_npy(npy, tensor).ok());
  ASSERT_TRUE(write_file_atomically(raw, tensor.bytes()).ok());
  EXPECT_EQ(read("@" + npy), exact(tensor));
  EXPECT_EQ(read("2x2xf32=@" + npy), exact(tensor));
  EXPECT_EQ(read("2x2xf32=@" + raw), exact(tensor));
  EXPECT_NE(read("2x2xf64=@" + npy).find("expected 2x2xf64"), std::string::npos);
  EXPECT_NE(read("2x3xf32=@" + raw).find("expected 24"), std::string::npos);
  EXPECT_NE(read("@" + raw).find("name the type"), std::string::npos);
  EXPECT_NE(read("@" + folder->path()).find("INVALID"), std::string::npos);
  EXPECT_NE(read("@" + folder->path() + "/none").find("NOT_FOUND"), std::string::npos);
  EXPECT_NE(read("@" + npy, {.allow_files = false}).find("not allowed"), std::string::npos);
}

TEST(NumberTest, DecimalsAreRoundedOnce) {
  // A tie between two f16 values, and the same with a tail that no double can tell from it.
  const std::string tie = "1.00048828125";
  const std::string zeros(40, '0');
  EXPECT_EQ(bits_of(ElementType::kF16, tie), 0x3C00u);
  EXPECT_EQ(bits_of(ElementType::kF16, tie + zeros + "1"), 0x3C01u);
  EXPECT_EQ(bits_of(ElementType::kF16, "1.000488281249999999999999999999999999"), 0x3C00u);
  EXPECT_EQ(bits_of(ElementType::kF16, "1.00146484375"), 0x3C02u);
  EXPECT_EQ(bits_of(ElementType::kF16, "1.001464843749999999999999999999999999"), 0x3C01u);
  EXPECT_EQ(bits_of(ElementType::kF16, "-1.00048828125" + zeros + "1e0"), 0xBC01u);
  EXPECT_EQ(bits_of(ElementType::kF16, "0x1.002p0"), 0x3C00u);
  EXPECT_EQ(bits_of(ElementType::kF16, "0x1.002" + zeros + "1p0"), 0x3C01u);
}

TEST(NumberTest, ExtremeExponentsOverflowOrVanish) {
  EXPECT_EQ(bits_of(ElementType::kF16, "1e400"), 0x7C00u);
  EXPECT_EQ(bits_of(ElementType::kF16, "-1e-400"), 0x8000u);
  EXPECT_EQ(bits_of(ElementType::kBf16, "1e999999999999999999999"), 0x7F80u);
  EXPECT_EQ(bits_of(ElementType::kF32, "1e-999999999999999999999"), 0u);
  EXPECT_EQ(bits_of(ElementType::kF32, "1e39"), 0x7F800000u);
  EXPECT_EQ(bits_of(ElementType::kF8E4M3FN, "1000"), 0x7Fu);
  EXPECT_EQ(bits_of(ElementType::kF8E8M0FNU, "1e-400"), 0u);
  EXPECT_EQ(bits_of(ElementType::kF32, "0x1p9999"), 0x7F800000u);
}

TEST(NumberTest, HexFloatsAgreeWithTheCLibrary) {
  for (const char* text :
       {"0x1p-1074", "0x1.8p-1074", "0x.8p-1074", "0x1.fffffffffffff8p1023",
        "0x1.fffffffffffff7p1023", "0x1.0000000000000801p5", "0x1.00000000000008p5",
        "0x123456789abcdef012345.6p-9", "0x0.0p5", "0x1.fffffffffffffp-1023"}) {
    double found = 0;
    ASSERT_TRUE(parse_number(ElementType::kF64, text, reinterpret_cast<std::byte*>(&found)).ok());
    EXPECT_EQ(found, std::strtod(text, nullptr)) << text;
  }
}

TEST(NumberTest, ShortestTextReadsBackForEveryPatternOfSmallFormats) {
  for (const ElementTypeInfo& info : all_element_types()) {
    if (info.bit_width > 16 || !is_float(info.type)) continue;
    for (uint32_t code = 0; code < uint32_t{1} << info.bit_width; ++code) {
      const std::byte* element = reinterpret_cast<const std::byte*>(&code);
      if (std::isnan(load_double(info.type, element))) continue;
      const std::string text = format_number(info.type, element);
      ASSERT_EQ(bits_of(info.type, text), code) << info.name << " " << text;
    }
  }
}

TEST(NumberTest, ShortestTextReadsBackForRandomF32AndF64) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 50000; ++i) {
    const uint64_t bits = random();
    const std::byte* element = reinterpret_cast<const std::byte*>(&bits);
    for (ElementType type : {ElementType::kF32, ElementType::kF64}) {
      if (std::isnan(load_double(type, element))) continue;
      uint64_t back = 0;
      const std::string text = format_number(type, element);
      ASSERT_TRUE(parse_number(type, text, reinterpret_cast<std::byte*>(&back)).ok()) << text;
      ASSERT_EQ(back, type == ElementType::kF32 ? bits & 0xFFFFFFFF : bits) << text;
    }
  }
}

}  // namespace
}  // namespace tundish
