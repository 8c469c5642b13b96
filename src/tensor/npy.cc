#include "tundish/tensor/npy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/file.h"
#include "tensor/npy_header.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

// Smaller arrays are copied: a mapping costs more than they do.
constexpr size_t kMinMappedBytes = 256 * 1024;

bool is_bit_pattern(const ElementTypeInfo& info) {
  return info.kind == ElementKind::kFloat && info.type != ElementType::kF16 &&
         info.type != ElementType::kF32 && info.type != ElementType::kF64;
}

// NumPy's kind of the file form of a type; its size is that of host storage.
char numpy_kind(const ElementTypeInfo& info) {
  switch (info.kind) {
    case ElementKind::kBool:
      return 'b';
    case ElementKind::kSigned:
      return 'i';
    case ElementKind::kUnsigned:
      return 'u';
    case ElementKind::kComplex:
      return 'c';
    case ElementKind::kFloat:
      break;
  }
  return is_bit_pattern(info) ? 'u' : 'f';
}

bool is_form_of(const NpyHeader& header, const ElementTypeInfo& info) {
  return header.item_bytes == info.storage_bytes &&
         (header.kind == numpy_kind(info) || (header.kind == 'V' && is_bit_pattern(info)));
}

// The element type that the file's form stands for: the expected one if it has that form.
Result<ElementType> element_type_of(const NpyHeader& header,
                                    const std::optional<TensorType>& expected) {
  if (expected && is_form_of(header, element_type_info(expected->element_type))) {
    return expected->element_type;
  }
  if (header.kind == 'V' && header.item_bytes == 2) return ElementType::kBf16;
  for (const ElementTypeInfo& info : all_element_types()) {
    if (info.bit_width < 8 && info.kind != ElementKind::kBool) continue;
    if (header.kind != 'V' && !is_bit_pattern(info) && is_form_of(header, info)) return info.type;
  }
  return invalid_argument("element type '" + header.descr() + "' is none that Tundish has" +
                          (expected ? "; expected " + expected->to_string() : ""));
}

// Bytes that change places when the byte order does: parts of a complex element on their own.
size_t swapped_unit(ElementType type) { return storage_bytes(complex_part(type)); }

void reverse_units(std::span<std::byte> bytes, size_t unit) {
  for (size_t i = 0; i < bytes.size(); i += unit) {
    std::reverse(bytes.begin() + static_cast<ptrdiff_t>(i),
                 bytes.begin() + static_cast<ptrdiff_t>(i + unit));
  }
}

// Elements in Fortran order (the first index runs fastest) to row-major order.
void transpose(std::span<const std::byte> from, std::span<std::byte> to, const Shape& shape,
               size_t element_bytes) {
  std::array<int64_t, kMaxRank> index{}, stride{};
  const int rank = shape.rank();
  int64_t count = 1;
  for (int i = 0; i < rank; ++i) {
    stride[static_cast<size_t>(i)] = count;
    count *= shape[i];
  }
  size_t source = 0;
  for (size_t target = 0; target < to.size(); target += element_bytes) {
    std::memcpy(&to[target], &from[source * element_bytes], element_bytes);
    for (int i = rank - 1; i >= 0; --i) {
      const size_t k = static_cast<size_t>(i);
      source += static_cast<size_t>(stride[k]);
      if (++index[k] < shape[i]) break;
      source -= static_cast<size_t>(stride[k] * shape[i]);
      index[k] = 0;
    }
  }
}

// Types narrower than their byte must not hold more than they can.
Status check_values(const TensorType& type, std::span<const std::byte> bytes) {
  const ElementTypeInfo& info = element_type_info(type.element_type);
  if (info.bit_width >= 8) return {};
  const bool is_signed = info.kind == ElementKind::kSigned;
  const int limit = 1 << (info.bit_width - (is_signed ? 1 : 0));
  const int min = is_signed ? -limit : 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int value = is_signed ? static_cast<int8_t>(bytes[i]) : static_cast<uint8_t>(bytes[i]);
    if (value < min || value >= limit) {
      return invalid_argument("element " + std::to_string(i) + " is " + std::to_string(value) +
                              "; expected " + std::to_string(min) + " to " +
                              std::to_string(limit - 1) + " for " + std::string(info.name));
    }
  }
  return {};
}

bool can_stay_in_place(const NpyHeader& header, const TensorType& type,
                       std::span<const std::byte> data) {
  const size_t unit = swapped_unit(type.element_type);
  const bool ordered = header.byte_order != '>' || unit == 1;
  const bool row_major = !header.fortran_order || type.shape.rank() < 2;
  return ordered && row_major && reinterpret_cast<uintptr_t>(data.data()) % unit == 0;
}

Result<Tensor> copy_elements(const NpyHeader& header, const TensorType& type,
                             std::span<const std::byte> data) {
  TUNDISH_ASSIGN(Tensor tensor, Tensor::allocate(type));
  std::span<std::byte> bytes = tensor.mutable_bytes();
  if (header.fortran_order && type.shape.rank() > 1) {
    transpose(data, bytes, type.shape, storage_bytes(type.element_type));
  } else {
    std::copy(data.begin(), data.end(), bytes.begin());
  }
  const size_t unit = swapped_unit(type.element_type);
  if (header.byte_order == '>' && unit > 1) reverse_units(bytes, unit);
  return tensor;
}

Result<Tensor> parse(std::span<const std::byte> contents, const std::optional<TensorType>& expected,
                     std::shared_ptr<const void> owner) {
  TUNDISH_ASSIGN(const NpyHeader header, parse_npy_header(contents));
  TensorType type;
  TUNDISH_ASSIGN(type.element_type, element_type_of(header, expected));
  TUNDISH_ASSIGN(type.shape, Shape::make(header.shape));
  if (expected && !expected->accepts(type)) {
    return invalid_argument("found " + type.to_string() + " (" + header.descr() + "); expected " +
                            expected->to_string());
  }
  TUNDISH_ASSIGN(const size_t size, type.size_bytes());
  if (size > contents.size() - header.data_offset) {
    return data_loss("cut off: " + type.to_string() + " takes " + std::to_string(size) +
                     " bytes; found " + std::to_string(contents.size() - header.data_offset));
  }
  const std::span<const std::byte> data = contents.subspan(header.data_offset, size);
  TUNDISH_TRY(check_values(type, data));
  if (owner != nullptr && can_stay_in_place(header, type, data)) {
    return Tensor::borrow(type, data, std::move(owner));
  }
  return copy_elements(header, type, data);
}

std::string python_tuple(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.rank(); ++i) {
    text += (i > 0 ? " " : "") + std::to_string(shape[i]) + ",";
  }
  if (shape.rank() > 1) text.pop_back();
  return text + ")";
}

}  // namespace

Result<Tensor> parse_npy(std::span<const std::byte> contents, std::string_view name,
                         const std::optional<TensorType>& expected,
                         std::shared_ptr<const void> owner) {
  Result<Tensor> tensor = parse(contents, expected, std::move(owner));
  if (!tensor) return tensor.error().with_context(name);
  return tensor;
}

Result<Tensor> read_npy(const std::string& path, const std::optional<TensorType>& expected) {
  TUNDISH_ASSIGN(std::shared_ptr<const MappedFile> file, MappedFile::open(path));
  const bool map = file->bytes().size() >= kMinMappedBytes;
  return parse_npy(file->bytes(), path, expected, map ? file : nullptr);
}

std::string npy_header(const TensorType& type) {
  const ElementTypeInfo& info = element_type_info(type.element_type);
  const std::string descr = std::string{info.storage_bytes == 1 ? '|' : '<', numpy_kind(info)} +
                            std::to_string(info.storage_bytes);
  std::string dictionary = "{'descr': '" + descr +
                           "', 'fortran_order': False, 'shape': " + python_tuple(type.shape) +
                           ", }";
  // Spaces and a line feed fill up to a multiple of 64.
  constexpr size_t kPrefix = kNpyMagicSize + 4;
  const size_t filled = (kPrefix + dictionary.size() + 1 + 63) / 64 * 64;
  dictionary.resize(filled - kPrefix - 1, ' ');
  dictionary += '\n';
  std::string header(kNpyMagic, kNpyMagicSize);
  header += '\x01';
  header += '\x00';
  header += static_cast<char>(dictionary.size() & 0xFF);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

Status write_npy(const std::string& path, const Tensor& tensor) {
  const std::string header = npy_header(tensor.type());
  const std::array<std::span<const std::byte>, 2> pieces = {std::as_bytes(std::span(header)),
                                                            tensor.bytes()};
  return write_file_atomically(path, pieces);
}

Result<bool> is_npy(const std::string& path) {
  TUNDISH_ASSIGN(FileDescriptor file, open_regular_file(path));
  char start[kNpyMagicSize];
  const ssize_t count = ::pread(file.get(), start, sizeof(start), 0);
  if (count < 0) return errno_status(errno, path);
  return count == sizeof(start) && std::memcmp(start, kNpyMagic, kNpyMagicSize) == 0;
}

}  // namespace tundish
