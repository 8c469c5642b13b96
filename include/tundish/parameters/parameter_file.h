// ParameterFile: the named constants of a .safetensors or .irpa file, mapped, listed and checked.
//
//   TUNDISH_ASSIGN(auto file, ParameterFile::open("model.safetensors"));
//   for (const Parameter& parameter : file->parameters()) use(parameter.key, parameter.bytes);
//
// Every offset and size of the headers is checked against the file before anything is listed. The
// bytes stay in the mapped file: nothing is copied, and all users share one mapping. The file must
// not be truncated while it is open. Immutable, so threads may share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tundish/base/digest.h"
#include "tundish/base/status.h"
#include "tundish/tensor/tensor.h"

namespace tundish {

struct Parameter {
  std::string key;
  // Known in .safetensors for the types that Tundish has; .irpa stores bytes only. Files written
  // by write_irpa carry it.
  std::optional<TensorType> type;
  uint64_t offset = 0;  // of the bytes in the file; 0 for a splat
  uint64_t size_bytes = 0;
  // The content, inside the mapping. Empty for a splat.
  std::span<const std::byte> bytes;
  // .irpa can say "size_bytes of this pattern" without storing them: 1, 2, 4, 8 or 16 bytes, else
  // empty.
  std::vector<std::byte> splat;
};

enum class ParameterFormat { kSafetensors, kIrpa };

class ParameterFile : public std::enable_shared_from_this<ParameterFile> {
 public:
  // Tells the format by the content. kInvalidArgument: neither format, malformed, or two
  // parameters of one name. kDataLoss: the file is shorter than its header says. kUnimplemented:
  // a newer version, or entries in other files. All messages name the file.
  static Result<std::shared_ptr<const ParameterFile>> open(const std::string& path);
  // The same from memory; `owner` keeps `contents` alive (null: the caller does).
  static Result<std::shared_ptr<const ParameterFile>> parse(std::span<const std::byte> contents,
                                                            std::string name,
                                                            std::shared_ptr<const void> owner);

  const std::string& name() const { return name_; }
  ParameterFormat format() const { return format_; }
  // .safetensors: by place in the file. .irpa: in the order of the entries.
  const std::vector<Parameter>& parameters() const { return parameters_; }
  // Null when there is none of that name.
  const Parameter* find(std::string_view key) const;
  // The "__metadata__" strings of .safetensors.
  const std::vector<std::pair<std::string, std::string>>& metadata() const { return metadata_; }

  // The parameter as a Tensor in the mapping, which it keeps alive; as `type`, or as the
  // parameter's own when that is null. Copied where the file's alignment demands it, expanded
  // when a splat. kNotFound; kInvalidArgument when the type or size differs.
  Result<Tensor> tensor(std::string_view key, const std::optional<TensorType>& type = {}) const;
  // SHA-256 of the parameter's bytes (of a splat: as if written out). Computed at each call.
  Digest digest(const Parameter& parameter) const;

 private:
  ParameterFile() = default;

  std::string name_;
  ParameterFormat format_ = ParameterFormat::kSafetensors;
  std::vector<Parameter> parameters_;
  std::vector<size_t> by_key_;  // indices into parameters_, sorted by key
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::shared_ptr<const void> owner_;
};

// One parameter to write.
struct NamedTensor {
  std::string key;
  Tensor tensor;
};

// Both write atomically and align every parameter for its type. kInvalidArgument for two equal
// keys, and for element types the format has no name for.
//
// The widest elements come first. No names: i2, i4, ui2, ui4, f4, f6, complex<f64>, the rarer f8.
Status write_safetensors(const std::string& path, std::span<const NamedTensor> parameters);
// In the given order, each at a multiple of 64 bytes. Any type; it is kept in the entry's metadata,
// which other readers ignore.
Status write_irpa(const std::string& path, std::span<const NamedTensor> parameters);

}  // namespace tundish
