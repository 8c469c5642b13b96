// Any text read as an input literal: a tensor that prints and reads back equal, or an error.
#include <cstdlib>
#include <cstring>

#include "tundish/tensor/literal.h"
#include "tundish/tensor/print.h"
#include "tundish/tensor/quantized_type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tundish;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (Result<QuantizedType> type = QuantizedType::parse(text)) {
    if (QuantizedType::parse(type->to_string()).value_or(QuantizedType{}) != *type) std::abort();
  }
  // A large splat is a legitimate request, but it would only measure memset here.
  const Result<TensorType> type = TensorType::parse(text.substr(0, text.find('=')));
  if (type && type->size_bytes().value_or(0) > 1 << 20) return 0;
  LiteralOptions options;
  options.allow_files = false;
  Result<Tensor> tensor = parse_literal(text, options);
  options.expected = TensorType{ElementType::kF16, {4, kDynamic}};
  (void)parse_literal(text, options);
  if (!tensor) return 0;
  (void)format_numpy(*tensor);
  if (tensor->element_count() == 0) return 0;  // many empty rows print as "..."
  const IreePrintOptions exact{.max_elements = 1 << 20, .exact = true};
  const std::string printed = format_iree(*tensor, exact);
  Result<Tensor> back = parse_literal(printed);
  if (!back || back->type() != tensor->type() || format_iree(*back, exact) != printed) std::abort();
  return 0;
}
