#include "tundish/tensor/shape.h"

#include <gtest/gtest.h>

#include <vector>

namespace tundish {
namespace {

TEST(ShapeTest, PrintsAndParsesBack) {
  for (const char* text : {"", "0", "4", "4x?", "?x?x1", "1x2x3x4x5x6x7x8x9"}) {
    Result<Shape> shape = Shape::parse(text);
    ASSERT_TRUE(shape.has_value()) << text << ": " << shape.error().to_string();
    EXPECT_EQ(shape->to_string(), text);
  }
}

TEST(ShapeTest, CopiesKeepDimensionsBeyondTheInlineRank) {
  Shape shape{1, 2, 3, 4, 5, 6, 7, 8};
  Shape copy = shape;
  shape = Shape{9};
  EXPECT_EQ(copy, (Shape{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(shape, Shape{9});
  shape = copy;
  EXPECT_EQ(shape, copy);
}

TEST(ShapeTest, MovedFromShapeIsAScalar) {
  Shape shape{1, 2, 3, 4, 5, 6, 7, 8};
  Shape moved = std::move(shape);
  EXPECT_EQ(moved.rank(), 8);
  EXPECT_EQ(shape, Shape{});  // NOLINT: what a move leaves is part of the contract
}

TEST(ShapeTest, RejectsMalformedText) {
  for (const char* text : {"x", "4x", "x4", "4xx4", "-1", "+1", " 4", "4 ", "??", "0x10x",
                           "9223372036854775808", "4,4"}) {
    EXPECT_FALSE(Shape::parse(text).has_value()) << text;
  }
}

TEST(ShapeTest, BoundsTheRank) {
  std::vector<int64_t> dims(kMaxRank + 1, 1);
  EXPECT_FALSE(Shape::make(dims).has_value());
  dims.pop_back();
  ASSERT_TRUE(Shape::make(dims).has_value());
  std::string text = Shape::make(dims)->to_string();
  EXPECT_TRUE(Shape::parse(text).has_value());
  EXPECT_FALSE(Shape::parse(text + "x1").has_value());
}

TEST(ShapeTest, CountsElementsWithoutOverflow) {
  EXPECT_EQ(*Shape{}.element_count(), 1);
  EXPECT_EQ(*(Shape{3, 4}).element_count(), 12);
  const int64_t large = int64_t{1} << 40;
  EXPECT_EQ((Shape{large, large}).element_count().error().code(), Code::kOutOfRange);
  EXPECT_EQ(*(Shape{large, large, 0}).element_count(), 0);
  EXPECT_EQ((Shape{2, kDynamic}).element_count().error().code(), Code::kInvalidArgument);
}

TEST(TensorTypeTest, ParsesBothFormsAndPrintsThem) {
  for (const char* text :
       {"f32", "4x?xf32", "2xcomplex<f32>", "complex<f64>", "0xi1", "3x1xf8E4M3B11FNUZ"}) {
    Result<TensorType> type = TensorType::parse(text);
    ASSERT_TRUE(type.has_value()) << type.error().to_string();
    EXPECT_EQ(type->to_string(), text);
    EXPECT_EQ(type->to_mlir(), "tensor<" + std::string(text) + ">");
    EXPECT_EQ(*TensorType::parse(type->to_mlir()), *type);
  }
}

TEST(TensorTypeTest, RejectsMalformedText) {
  for (const char* text : {"", "4", "4x", "xf32", "4xxf32", "tensor<4xf32", "tensor<>", "4xf33",
                           "4 x f32", "-4xf32", "*xf32", "tensor<4xf32>>"}) {
    EXPECT_FALSE(TensorType::parse(text).has_value()) << text;
  }
}

TEST(TensorTypeTest, DynamicDimensionsAcceptAnySize) {
  const TensorType dynamic = *TensorType::parse("4x?xf32");
  EXPECT_TRUE(dynamic.accepts(*TensorType::parse("4x9xf32")));
  EXPECT_TRUE(dynamic.accepts(dynamic));
  EXPECT_FALSE(dynamic.accepts(*TensorType::parse("5x9xf32")));
  EXPECT_FALSE(dynamic.accepts(*TensorType::parse("4x9xf16")));
  EXPECT_FALSE(dynamic.accepts(*TensorType::parse("4xf32")));
  EXPECT_FALSE(TensorType::parse("4x9xf32")->accepts(dynamic));
}

TEST(TensorTypeTest, ByteCountIsChecked) {
  EXPECT_EQ(*TensorType::parse("3xcomplex<f64>")->size_bytes(), 48u);
  EXPECT_EQ(*TensorType::parse("3xi4")->size_bytes(), 3u);
  EXPECT_EQ(TensorType::parse("4611686018427387904xf64")->size_bytes().error().code(),
            Code::kOutOfRange);
}

}  // namespace
}  // namespace tundish
