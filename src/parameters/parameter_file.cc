#include "tundish/parameters/parameter_file.h"

#include <algorithm>
#include <numeric>

#include "base/file.h"
#include "base/sha256.h"
#include "parameters/formats.h"

namespace tundish {
namespace {

Result<std::vector<size_t>> sort_by_key(const std::vector<Parameter>& parameters) {
  std::vector<size_t> order(parameters.size());
  std::iota(order.begin(), order.end(), size_t{0});
  auto key = [&](size_t i) -> const std::string& { return parameters[i].key; };
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return key(a) < key(b); });
  for (size_t i = 1; i < order.size(); ++i) {
    if (key(order[i]) == key(order[i - 1])) {
      return invalid_argument("two parameters are named '" + key(order[i]) + "'");
    }
  }
  return order;
}

}  // namespace

Result<std::shared_ptr<const ParameterFile>> ParameterFile::open(const std::string& path) {
  TUNDISH_ASSIGN(std::shared_ptr<const MappedFile> file, MappedFile::open(path));
  return parse(file->bytes(), path, file);
}

Result<std::shared_ptr<const ParameterFile>> ParameterFile::parse(
    std::span<const std::byte> contents, std::string name, std::shared_ptr<const void> owner) {
  const bool irpa = is_irpa(contents);
  Result<ParameterList> list = irpa ? read_irpa(contents) : read_safetensors(contents);
  if (!list) return list.error().with_context(name);
  Result<std::vector<size_t>> order = sort_by_key(list->parameters);
  if (!order) return order.error().with_context(name);
  std::shared_ptr<ParameterFile> file(new ParameterFile);
  file->name_ = std::move(name);
  file->format_ = irpa ? ParameterFormat::kIrpa : ParameterFormat::kSafetensors;
  file->parameters_ = std::move(list->parameters);
  file->metadata_ = std::move(list->metadata);
  file->by_key_ = *std::move(order);
  file->owner_ = std::move(owner);
  return std::shared_ptr<const ParameterFile>(std::move(file));
}

const Parameter* ParameterFile::find(std::string_view key) const {
  const auto found =
      std::lower_bound(by_key_.begin(), by_key_.end(), key,
                       [&](size_t i, std::string_view k) { return parameters_[i].key < k; });
  if (found == by_key_.end() || parameters_[*found].key != key) return nullptr;
  return &parameters_[*found];
}

Result<Tensor> ParameterFile::tensor(std::string_view key,
                                     const std::optional<TensorType>& type) const {
  const Parameter* parameter = find(key);
  const std::string where = name_ + ": parameter '" + std::string(key) + "'";
  if (parameter == nullptr) return not_found(where + " is not in the file");
  if (!type && !parameter->type) {
    return invalid_argument(where + " has no type in the file; name one");
  }
  const TensorType wanted = type ? *type : *parameter->type;
  if (parameter->type && *parameter->type != wanted) {
    return invalid_argument(where + " is " + parameter->type->to_string() + "; expected " +
                            wanted.to_string());
  }
  TUNDISH_ASSIGN(const size_t size, wanted.size_bytes());
  if (size != parameter->size_bytes) {
    return invalid_argument(where + " has " + std::to_string(parameter->size_bytes) +
                            " bytes; expected " + std::to_string(size) + " for " +
                            wanted.to_string());
  }
  if (!parameter->splat.empty()) {
    TUNDISH_ASSIGN(Tensor tensor, Tensor::allocate(wanted));
    std::span<std::byte> bytes = tensor.mutable_bytes();
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = parameter->splat[i % parameter->splat.size()];
    }
    return tensor;
  }
  // The file itself keeps the mapping, and callers may drop the file before the tensor.
  Result<Tensor> borrowed = Tensor::borrow(wanted, parameter->bytes, shared_from_this());
  return borrowed ? borrowed : Tensor::copy_of(wanted, parameter->bytes);
}

Digest ParameterFile::digest(const Parameter& parameter) const {
  if (parameter.splat.empty()) return sha256(parameter.bytes);
  std::vector<std::byte> block(64 * 1024);
  for (size_t i = 0; i < block.size(); ++i) block[i] = parameter.splat[i % parameter.splat.size()];
  Sha256 hash;
  for (uint64_t left = parameter.size_bytes; left > 0;) {
    const size_t step = static_cast<size_t>(std::min<uint64_t>(left, block.size()));
    hash.update(std::span(block).first(step));
    left -= step;
  }
  return hash.finish();
}

}  // namespace tundish
