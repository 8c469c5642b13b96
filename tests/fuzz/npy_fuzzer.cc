// Any bytes read as an .npy file: a tensor that writes and reads back equal, or an error.
#include <cstdlib>
#include <cstring>

#include "tundish/tensor/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tundish;
  const std::span<const std::byte> contents(reinterpret_cast<const std::byte*>(data), size);
  for (ElementType expected : {ElementType::kF32, ElementType::kBf16, ElementType::kI4}) {
    (void)parse_npy(contents, "fuzz", TensorType{expected, {kDynamic, 3}});
  }
  Result<Tensor> tensor = parse_npy(contents, "fuzz");
  if (!tensor) return 0;
  std::string file = npy_header(tensor->type());
  file.append(reinterpret_cast<const char*>(tensor->bytes().data()), tensor->size_bytes());
  Result<Tensor> back = parse_npy(std::as_bytes(std::span(file)), "fuzz", tensor->type());
  if (!back || back->type() != tensor->type()) std::abort();
  if (tensor->size_bytes() > 0 &&
      std::memcmp(back->bytes().data(), tensor->bytes().data(), tensor->size_bytes()) != 0) {
    std::abort();
  }
  return 0;
}
