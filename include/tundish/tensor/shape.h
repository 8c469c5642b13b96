// Shape and TensorType: dimensions, some of them possibly dynamic, and an element type.
//
//   Result<TensorType> type = TensorType::parse("4x?xf32");   // or "tensor<4x?xf32>"
//   type->accepts(TensorType{ElementType::kF32, {4, 7}});     // true
//
// Values: copying is cheap up to six dimensions, and distinct objects may be used from distinct
// threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tundish/base/status.h"
#include "tundish/tensor/element_type.h"

namespace tundish {

// A dimension whose size is known at run time only; printed as "?".
inline constexpr int64_t kDynamic = std::numeric_limits<int64_t>::min();
// A shape with more dimensions is refused.
inline constexpr int kMaxRank = 64;

class Shape {
 public:
  Shape() = default;  // rank 0: a scalar
  // Trusted dimensions; a program's bug (negative, too many) aborts. Check what users wrote with
  // `make`.
  Shape(std::initializer_list<int64_t> dims);
  Shape(const Shape& other);
  Shape(Shape&& other) noexcept;
  Shape& operator=(const Shape& other);
  Shape& operator=(Shape&& other) noexcept;  // leaves `other` with rank 0

  // Each dimension is kDynamic or at least 0, and there are at most kMaxRank: else
  // kInvalidArgument. The element count is not looked at.
  static Result<Shape> make(std::span<const int64_t> dims);
  // "", "4", "4x?x8".
  static Result<Shape> parse(std::string_view text);

  int rank() const { return rank_; }
  int64_t operator[](int index) const { return data()[index]; }
  const int64_t* begin() const { return data(); }
  const int64_t* end() const { return data() + rank_; }
  std::span<const int64_t> dims() const { return {data(), static_cast<size_t>(rank_)}; }

  // No dimension is dynamic.
  bool is_static() const;
  // The product of the dimensions; kInvalidArgument if one is dynamic, kOutOfRange if it exceeds
  // 2^63 - 1.
  Result<int64_t> element_count() const;
  // Same rank, and each dimension equal or dynamic on this side.
  bool accepts(const Shape& actual) const;

  // "4x?x8"; "" for rank 0.
  std::string to_string() const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  static constexpr int kInlineRank = 6;
  void assign(std::span<const int64_t> dims);
  const int64_t* data() const { return heap_ ? heap_.get() : inline_; }

  int rank_ = 0;
  int64_t inline_[kInlineRank] = {};
  std::unique_ptr<int64_t[]> heap_;  // used above kInlineRank
};

struct TensorType {
  ElementType element_type = ElementType::kF32;
  Shape shape;

  // Both forms: "4x?xf32" and "tensor<4x?xf32>". kInvalidArgument says what is wrong.
  static Result<TensorType> parse(std::string_view text);

  std::string to_string() const;  // "4x?xf32", "f32", "2xcomplex<f32>"
  std::string to_mlir() const;    // "tensor<4x?xf32>"

  bool is_static() const { return shape.is_static(); }
  // Bytes in dense host storage; fails as Shape::element_count, and if the bytes exceed 2^63 - 1.
  Result<size_t> size_bytes() const;
  // Equal element types, and the shape accepts `actual`'s.
  bool accepts(const TensorType& actual) const;

  friend bool operator==(const TensorType& a, const TensorType& b) = default;
};

}  // namespace tundish
