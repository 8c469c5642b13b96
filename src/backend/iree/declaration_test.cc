#include "backend/iree/declaration.h"

#include <gtest/gtest.h>

#include "backend/iree/element_types.h"

namespace tundish::iree {
namespace {

TEST(DeclarationTest, ReadsTypesAndTheUsersEncodings) {
  auto function = parse_declaration(
      "async func @main(%input0: tensor<4xi32> {iree.abi.encoding = tensor<4xui32>}, %input1: "
      "tensor<?x2xcomplex<f32>>) -> (%output0: tensor<f64>, %output1: tensor<3xi1>)",
      "main");
  ASSERT_TRUE(function.has_value()) << function.error().to_string();
  EXPECT_EQ(function->to_string(), "main(4xui32, ?x2xcomplex<f32>) -> (f64, 3xi1)");
}

TEST(DeclarationTest, ReadsFunctionsWithoutInputsOrResults) {
  EXPECT_EQ(parse_declaration("sync func @f() -> ()", "f")->to_string(), "f() -> ()");
}

TEST(DeclarationTest, RefusesWhatIsNoTensor) {
  EXPECT_EQ(parse_declaration("sync func @f(%x: i32) -> ()", "f").error().code(),
            Code::kUnimplemented);
  EXPECT_FALSE(parse_declaration("nonsense", "f").has_value());
}

TEST(ElementTypesTest, PackingSubByteIntegersRoundTrips) {
  for (ElementType type :
       {ElementType::kI4, ElementType::kUi4, ElementType::kI2, ElementType::kUi2}) {
    const int bits = element_type_info(type).bit_width;
    const int low = is_signed_integer(type) ? -(1 << (bits - 1)) : 0;
    std::vector<std::byte> host;
    for (int i = 0; i < 13; ++i) host.push_back(static_cast<std::byte>(low + i % (1 << bits)));
    std::vector<std::byte> packed((13 * bits + 7) / 8);
    std::vector<std::byte> back(13);
    pack(type, host, packed);
    unpack(type, packed, back);
    EXPECT_EQ(host, back) << element_type_name(type);
  }
}

}  // namespace
}  // namespace tundish::iree
