#include "tundish/tensor/quantized_type.h"

#include <gtest/gtest.h>

namespace tundish {
namespace {

TEST(QuantizedTypeTest, PrintsAndParsesBack) {
  for (const char* text :
       {"!quant.uniform<i8:f32, 0.1:5>", "!quant.uniform<i8:f32, 1.0>",
        "!quant.uniform<u8:f32, 0.5:128>", "!quant.uniform<i8<-127:127>:f32, 2.0>",
        "!quant.uniform<i4:bf16:1, {0.1:-3, 0.25, 1.0e-30:7}>", "!quant.uniform<i32:f64, 1.5e-05>",
        "!quant.uniform<i8:f32:0, {0.1}>"}) {
    Result<QuantizedType> type = QuantizedType::parse(text);
    ASSERT_TRUE(type.has_value()) << type.error().to_string();
    EXPECT_EQ(type->to_string(), text);
    EXPECT_EQ(*QuantizedType::parse(type->to_string()), *type);
  }
}

TEST(QuantizedTypeTest, ReadsEveryPart) {
  const QuantizedType type = *QuantizedType::parse("!quant.uniform<i8<-100:90>:f16:3, {0.1:5,2}>");
  EXPECT_EQ(type.storage_type, ElementType::kI8);
  EXPECT_EQ(type.expressed_type, ElementType::kF16);
  EXPECT_EQ(type.storage_min, -100);
  EXPECT_EQ(type.storage_max, 90);
  EXPECT_EQ(type.dimension, 3);
  EXPECT_EQ(type.scales, (std::vector<double>{0.1, 2}));
  EXPECT_EQ(type.zero_points, (std::vector<int64_t>{5, 0}));
  EXPECT_EQ(QuantizedType::parse("!quant.uniform<ui8:f32, 9.987200e-01>")->storage_max, 255);
}

TEST(QuantizedTypeTest, RejectsWhatItCannotMean) {
  for (const char* text : {"",
                           "i8",
                           "!quant.uniform<",
                           "!quant.uniform<>",
                           "!quant.uniform<f32:f32, 1.0>",
                           "!quant.uniform<i8:i8, 1.0>",
                           "!quant.uniform<i8:f32, -1.0>",
                           "!quant.uniform<i8:f32, 0.0>",
                           "!quant.uniform<i8:f32, inf>",
                           "!quant.uniform<i8:f32, nan>",
                           "!quant.uniform<i8:f32, 1.0:200>",
                           "!quant.uniform<i8:f32, 1.0",
                           "!quant.uniform<i8:f32, 1.0>>",
                           "!quant.uniform<i8:f32, {1.0}>",
                           "!quant.uniform<i8:f32:0, {}>",
                           "!quant.uniform<i8:f32:0, 1.0>",
                           "!quant.uniform<i8:f32:-1, {1.0}>",
                           "!quant.uniform<i8<5:5>:f32, 1.0>",
                           "!quant.uniform<i8<-200:5>:f32, 1.0>",
                           "!quant.uniform<i64:f32, 1.0>",
                           "!quant.uniform<i8:f32:{0:1, 1:2}, {{1.0}, {2.0}}>",
                           "!quant.uniform<i1:f32, 1.0>"}) {
    EXPECT_FALSE(QuantizedType::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace tundish
