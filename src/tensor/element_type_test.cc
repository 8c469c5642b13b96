#include "tundish/tensor/element_type.h"

#include <gtest/gtest.h>

namespace tundish {
namespace {

TEST(ElementTypeTest, EveryNameParsesToItsType) {
  for (const ElementTypeInfo& row : all_element_types()) {
    Result<ElementType> parsed = parse_element_type(row.name);
    ASSERT_TRUE(parsed.has_value()) << row.name;
    EXPECT_EQ(*parsed, row.type) << row.name;
  }
}

TEST(ElementTypeTest, FloatFieldsFillTheBitWidth) {
  for (const ElementTypeInfo& row : all_element_types()) {
    if (row.kind != ElementKind::kFloat) continue;
    const int sign = row.format.non_finite == NonFinite::kPowerOfTwo ? 0 : 1;
    EXPECT_EQ(sign + row.format.exponent_bits + row.format.mantissa_bits, row.bit_width)
        << row.name;
  }
}

TEST(ElementTypeTest, StorageIsWholeBytes) {
  for (const ElementTypeInfo& row : all_element_types()) {
    EXPECT_EQ(row.storage_bytes, row.bit_width < 8 ? 1 : row.bit_width / 8) << row.name;
  }
}

TEST(ElementTypeTest, AcceptsIreeSpellings) {
  EXPECT_EQ(*parse_element_type("si32"), ElementType::kI32);
  EXPECT_EQ(*parse_element_type("cf64"), ElementType::kComplexF32);
}

TEST(ElementTypeTest, UnknownNameListsTheKnownOnes) {
  Result<ElementType> parsed = parse_element_type("float32");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code(), Code::kInvalidArgument);
  EXPECT_NE(parsed.error().message().find("'float32'"), std::string::npos);
  EXPECT_NE(parsed.error().message().find("f8E4M3B11FNUZ"), std::string::npos);
}

}  // namespace
}  // namespace tundish
