#include "tundish/tensor/print.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tundish/tensor/generate.h"
#include "tundish/tensor/literal.h"
#include "tundish/tensor/npy.h"

namespace tundish {
namespace {

Tensor tensor_of(const std::string& literal) {
  Result<Tensor> tensor = parse_literal(literal);
  EXPECT_TRUE(tensor.has_value()) << tensor.error().to_string();
  return tensor.value_or(Tensor());
}

std::string iree(const std::string& literal) { return format_iree(tensor_of(literal)); }

TEST(PrintIreeTest, RowsStandInBrackets) {
  EXPECT_EQ(iree("10xf32=90 81 72 63 54 45 36 27 18 9"), "10xf32=90 81 72 63 54 45 36 27 18 9");
  EXPECT_EQ(iree("2x3xf32=1,2,3,4,5,6"), "2x3xf32=[1 2 3][4 5 6]");
  EXPECT_EQ(iree("2x1x2xi32=1,2,3,4"), "2x1x2xi32=[[1 2]][[3 4]]");
  EXPECT_EQ(iree("f32=-1.5"), "f32=-1.5");
  EXPECT_EQ(iree("0xf32="), "0xf32=");
  EXPECT_EQ(iree("2x0xf32="), "2x0xf32=[][]");
}

TEST(PrintIreeTest, FloatsPrintSixDigits) {
  EXPECT_EQ(iree("5xf32=0.1 1234567 1e-7 1e30 100000"), "5xf32=0.1 1.23457E+06 1E-07 1E+30 100000");
  EXPECT_EQ(iree("4xf64=inf -inf nan -0"), "4xf64=INF -INF NAN -0");
  EXPECT_EQ(iree("2xf16=0.1 65504"), "2xf16=0.0999756 65504");
  EXPECT_EQ(iree("2xbf16=0.1 3"), "2xbf16=0.100098 3");
  EXPECT_EQ(iree("2xf8E4M3FN=0.1 448"), "2xf8E4M3FN=0.101562 448");
}

TEST(PrintIreeTest, IntegersPrintInDecimalAndTheRestInHexadecimal) {
  EXPECT_EQ(iree("2xi8=-128 127"), "2xi8=-128 127");
  EXPECT_EQ(iree("2xui64=0 18446744073709551615"), "2xui64=0 18446744073709551615");
  EXPECT_EQ(iree("2xi4=-8 7"), "2xi4=-8 7");
  EXPECT_EQ(iree("3xi1=1 0 true"), "3xi1=01 00 01");
  EXPECT_EQ(iree("1xcomplex<f32>=1+2j"), "1xcf64=0000803F00000040");
}

TEST(PrintIreeTest, StopsAfterTheLargestElementCount) {
  IreePrintOptions options;
  options.max_elements = 4;
  EXPECT_EQ(format_iree(tensor_of("3x3xi32=1 2 3 4 5 6 7 8 9"), options),
            "3x3xi32=[1 2 3][4...][...]");
}

TEST(PrintIreeTest, EndlessEmptyRowsEnd) {
  const TensorType type = *TensorType::parse("9000000000x0xf32");
  EXPECT_LT(format_iree(*Tensor::zeros(type)).size(), 10000u);
}

TEST(PrintIreeTest, ExactTextReadsBackBitForBit) {
  IreePrintOptions options{.max_elements = 1 << 20, .exact = true};
  for (const ElementTypeInfo& info : all_element_types()) {
    for (const Shape& shape :
         {Shape{}, Shape{0}, Shape{7}, Shape{2, 3}, Shape{2, 0, 2}, Shape{3, 1, 2, 2}}) {
      const Tensor tensor = *random_tensor({info.type, shape}, 11);
      const std::string text = format_iree(tensor, options);
      Result<Tensor> back = parse_literal(text);
      ASSERT_TRUE(back.has_value()) << back.error().to_string();
      EXPECT_EQ(back->type(), tensor.type());
      EXPECT_EQ(format_iree(*back, options), text);
      EXPECT_TRUE(std::equal(back->bytes().begin(), back->bytes().end(), tensor.bytes().begin()))
          << text;
    }
  }
}

// numpy_print.txt: literals, each followed by what NumPy prints, each line after a '|'.
TEST(PrintNumpyTest, AgreesWithNumPy) {
  std::ifstream file(TUNDISH_TENSOR_GOLDEN_DIR "/numpy_print.txt");
  ASSERT_TRUE(file.is_open());
  std::string line;
  int cases = 0;
  std::getline(file, line);
  while (file && !line.empty()) {
    const std::string literal = line;
    std::string expected;
    while (std::getline(file, line) && line.starts_with("|")) {
      expected += (expected.empty() ? "" : "\n") + line.substr(1);
    }
    EXPECT_EQ(format_numpy(tensor_of(literal)), expected) << literal;
    ++cases;
  }
  EXPECT_GT(cases, 60);
}

TEST(PrintNumpyTest, HugeTensorsPrintTheirEdgesOnly) {
  const Tensor tensor = *iota_tensor(*TensorType::parse("1000x1000xi32"));
  const std::string text = format_numpy(tensor);
  EXPECT_LT(text.size(), 500u);
  EXPECT_NE(text.find("999999"), std::string::npos);
}

}  // namespace
}  // namespace tundish
