#include "tundish/tensor/tensor.h"

#include <gtest/gtest.h>

#include <vector>

namespace tundish {
namespace {

TensorType type_of(const char* text) { return *TensorType::parse(text); }

TEST(TensorTest, AllocatesAlignedZeros) {
  Tensor tensor = *Tensor::zeros(type_of("3x5xf32"));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes().data()) % Tensor::kAlignment, 0u);
  EXPECT_EQ(tensor.element_count(), 15);
  EXPECT_EQ(tensor.size_bytes(), 60u);
  for (float value : tensor.data<float>()) EXPECT_EQ(value, 0.0f);
}

TEST(TensorTest, EmptyAndScalarShapesWork) {
  EXPECT_EQ(Tensor::allocate(type_of("4x0xf32"))->element_count(), 0);
  EXPECT_NE(Tensor::allocate(type_of("0xf32"))->bytes().data(), nullptr);
  EXPECT_EQ(Tensor::allocate(type_of("f64"))->size_bytes(), 8u);
  EXPECT_EQ(Tensor().element_count(), 0);
}

TEST(TensorTest, CopiesShareBytesAndClonesDoNot) {
  Tensor tensor = *Tensor::zeros(type_of("2xi32"));
  Tensor copy = tensor;
  Tensor clone = *tensor.clone();
  tensor.mutable_data<int32_t>()[1] = 7;
  EXPECT_EQ(copy.data<int32_t>()[1], 7);
  EXPECT_EQ(clone.data<int32_t>()[1], 0);
}

TEST(TensorTest, RefusesImpossibleSizes) {
  EXPECT_EQ(Tensor::allocate(type_of("1000000000000000xf32")).error().code(),
            Code::kResourceExhausted);
  EXPECT_EQ(Tensor::allocate(type_of("9223372036854775807xf32")).error().code(), Code::kOutOfRange);
  EXPECT_EQ(Tensor::allocate(type_of("?xf32")).error().code(), Code::kInvalidArgument);
}

TEST(TensorTest, BorrowKeepsTheOwnerAlive) {
  auto owner = std::make_shared<std::vector<float>>(4, 2.0f);
  std::weak_ptr<std::vector<float>> watch = owner;
  {
    std::span<const std::byte> bytes = std::as_bytes(std::span<const float>(*owner));
    Tensor tensor = *Tensor::borrow(type_of("4xf32"), bytes, owner);
    owner.reset();
    EXPECT_FALSE(watch.expired());
    EXPECT_EQ(tensor.data<float>()[3], 2.0f);
    EXPECT_FALSE(tensor.is_writable());
    EXPECT_DEATH(tensor.mutable_bytes(), "read-only");
  }
  EXPECT_TRUE(watch.expired());
}

TEST(TensorTest, BorrowChecksSizeAndAlignment) {
  alignas(8) std::byte bytes[17] = {};
  EXPECT_TRUE(Tensor::borrow(type_of("4xf32"), {bytes, 16}, nullptr).has_value());
  EXPECT_FALSE(Tensor::borrow(type_of("4xf32"), {bytes, 17}, nullptr).has_value());
  EXPECT_FALSE(Tensor::borrow(type_of("4xf32"), {bytes + 1, 16}, nullptr).has_value());
  EXPECT_TRUE(Tensor::borrow(type_of("16xi8"), {bytes + 1, 16}, nullptr).has_value());
}

TEST(TensorTest, ReshapeKeepsTheElements) {
  const std::vector<int8_t> values = {1, 2, 3, 4, 5, 6};
  Tensor tensor = *Tensor::from_values<int8_t>(type_of("6xi8"), values);
  EXPECT_EQ(tensor.reshaped({2, 3})->data<int8_t>()[5], 6);
  EXPECT_FALSE(tensor.reshaped({7}).has_value());
}

TEST(TensorTest, WrongElementSizeIsABug) {
  Tensor tensor = *Tensor::zeros(type_of("2xf32"));
  EXPECT_DEATH((void)tensor.data<double>(), "8-byte");
}

}  // namespace
}  // namespace tundish
