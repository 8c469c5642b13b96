#include "tundish/tensor/literal.h"

#include <array>
#include <charconv>
#include <cstring>
#include <string>

#include "base/file.h"
#include "tundish/tensor/generate.h"
#include "tundish/tensor/npy.h"
#include "tundish/tensor/number.h"

namespace tundish {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string quote(std::string_view text) {
  constexpr size_t kShown = 60;
  std::string quoted = "'" + std::string(text.substr(0, kShown));
  return quoted + (text.size() > kShown ? "...'" : "'");
}

// Watches the brackets of a literal: balanced, not deeper than the rank, and groups of one depth
// equally long. What they enclose must be rows of the shape.
class Brackets {
 public:
  explicit Brackets(const Shape& shape) : shape_(shape) {}

  Status open(int64_t elements_before) {
    if (depth_ == std::max(shape_.rank(), 1)) {
      return invalid_argument("brackets are nested deeper than the shape " + shape_.to_string() +
                              " has dimensions");
    }
    starts_[static_cast<size_t>(depth_++)] = elements_before;
    return {};
  }

  Status close(int64_t elements_before) {
    if (depth_ == 0) return invalid_argument("']' without '['");
    const size_t level = static_cast<size_t>(--depth_);
    const int64_t size = elements_before - starts_[level];
    if (groups_[level]++ == 0) {
      sizes_[level] = size;
    } else if (sizes_[level] != size) {
      return invalid_argument("bracketed rows have different lengths: " +
                              std::to_string(sizes_[level]) + " and " + std::to_string(size));
    }
    deepest_ = std::max(deepest_, depth_ + 1);
    return {};
  }

  Status finish() const {
    if (depth_ != 0) return invalid_argument("'[' without ']'");
    if (deepest_ == 0 || shape_.rank() == 0) return {};
    const size_t level = static_cast<size_t>(deepest_ - 1);
    const int64_t row = shape_[shape_.rank() - 1];
    if (groups_[level] > 1 && sizes_[level] != row) {
      return invalid_argument("bracketed rows hold " + std::to_string(sizes_[level]) +
                              " elements; expected " + std::to_string(row));
    }
    return {};
  }

 private:
  const Shape& shape_;
  int depth_ = 0;
  int deepest_ = 0;
  std::array<int64_t, kMaxRank> starts_{}, sizes_{}, groups_{};
};

// Takes values off the front of a text.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  // A bracket, a value, or empty at the end. A value in parentheses may hold a comma.
  std::string_view next() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == ',')) ++at_;
    if (at_ == text_.size()) return {};
    const size_t start = at_;
    const char first = text_[at_++];
    if (first == '[' || first == ']') return text_.substr(start, 1);
    if (first == '(') {
      const size_t end = text_.find(')', at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
      return text_.substr(start, at_ - start);
    }
    while (at_ < text_.size() && !is_end(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  static bool is_end(char c) { return is_space(c) || c == ',' || c == '[' || c == ']'; }

  std::string_view text_;
  size_t at_ = 0;
};

void fill_with_first(Tensor& tensor) {
  std::span<std::byte> bytes = tensor.mutable_bytes();
  const size_t size = storage_bytes(tensor.element_type());
  // Doubling copies: each writes as much again as is there.
  for (size_t done = size; done < bytes.size();) {
    const size_t step = std::min(done, bytes.size() - done);
    std::memcpy(bytes.data() + done, bytes.data(), step);
    done += step;
  }
}

Result<Tensor> parse_values(const TensorType& type, std::string_view text) {
  TUNDISH_ASSIGN(Tensor tensor, Tensor::allocate(type));
  const int64_t count = tensor.element_count();
  const size_t size = storage_bytes(type.element_type);
  std::byte* const data = tensor.mutable_bytes().data();
  Brackets brackets(type.shape);
  Tokens tokens(text);
  int64_t found = 0;
  bool seen_bracket = false;
  for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "[" || token == "]") {
      seen_bracket = true;
      TUNDISH_TRY(token == "[" ? brackets.open(found) : brackets.close(found));
      continue;
    }
    if (found < count) {
      Status parsed =
          parse_number(type.element_type, token, data + static_cast<size_t>(found) * size);
      if (!parsed.ok()) return parsed.with_context("element " + std::to_string(found));
    }
    ++found;
  }
  if (found == 0 && !seen_bracket) return Tensor::zeros(type);
  if (found == 1 && count > 1) {
    fill_with_first(tensor);
    return tensor;
  }
  if (found != count) {
    return invalid_argument("found " + std::to_string(found) + " values; " + type.to_string() +
                            " has " + std::to_string(count) + " elements" +
                            (count > 1 ? " (one value fills them all)" : ""));
  }
  if (count > 0) TUNDISH_TRY(brackets.finish());
  return tensor;
}

Result<Tensor> read_raw(const TensorType& type, const std::string& path) {
  TUNDISH_ASSIGN(size_t expected, type.size_bytes());
  TUNDISH_ASSIGN(std::shared_ptr<const MappedFile> file, MappedFile::open(path));
  if (file->bytes().size() != expected) {
    return invalid_argument(path + ": has " + std::to_string(file->bytes().size()) +
                            " bytes; expected " + std::to_string(expected) + " for " +
                            type.to_string());
  }
  return Tensor::copy_of(type, file->bytes());
}

Result<Tensor> read_file(const std::optional<TensorType>& type, const std::string& path) {
  if (path.empty()) return invalid_argument("'@' without a file name");
  TUNDISH_ASSIGN(bool npy, is_npy(path));
  if (npy) return read_npy(path, type);
  if (!type) {
    return invalid_argument(path +
                            ": not an .npy file; name the type of the raw elements, as in "
                            "4x8xf32=@" +
                            path);
  }
  if (!type->is_static()) {
    return invalid_argument(path + ": raw elements need a type without dynamic dimensions, not " +
                            type->to_string());
  }
  return read_raw(*type, path);
}

// "random", "random:SEED" and "iota" for `type`; nullopt if `text` is something else.
std::optional<Result<Tensor>> generate(std::string_view text, const std::optional<TensorType>& type,
                                       const LiteralOptions& options) {
  uint64_t seed = options.seed;
  const bool has_seed = text.starts_with("random:");
  if (text != "iota" && text != "random" && !has_seed) return std::nullopt;
  if (has_seed) {
    const std::string_view digits = text.substr(7);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return Result<Tensor>(
          invalid_argument("seed " + quote(digits) + " is not a whole number from 0 to 2^64 - 1"));
    }
  }
  const std::string word(text);
  if (!type) {
    return Result<Tensor>(
        invalid_argument("'" + word + "' needs a type here, as in 4x8xf32=" + word));
  }
  if (!type->is_static()) {
    return Result<Tensor>(
        invalid_argument("'" + word + "' cannot choose the dynamic dimensions of " +
                         type->to_string() + "; name them, as in 4x8xf32=" + word));
  }
  return text == "iota" ? iota_tensor(*type) : random_tensor(*type, seed);
}

Result<Tensor> parse(std::string_view text, const LiteralOptions& options) {
  if (text.empty()) return invalid_argument("empty literal; expected something like 4x8xf32=0.5");
  std::optional<TensorType> type = options.expected;
  std::string_view value = text;
  const bool typed =
      text.front() != '@' && text != "random" && text != "iota" && !text.starts_with("random:");
  if (typed) {
    const size_t equals = text.find('=');
    TUNDISH_ASSIGN(type, TensorType::parse(trim(text.substr(0, equals))));
    value = equals == std::string_view::npos ? "" : trim(text.substr(equals + 1));
    if (options.expected && !options.expected->accepts(*type)) {
      return invalid_argument("found " + type->to_string() + "; expected " +
                              options.expected->to_string());
    }
  }
  if (value.starts_with('@')) {
    if (!options.allow_files) return invalid_argument("files are not allowed here");
    return read_file(type, std::string(value.substr(1)));
  }
  if (std::optional<Result<Tensor>> generated = generate(value, type, options)) {
    return *std::move(generated);
  }
  if (!type->is_static()) {
    return invalid_argument("a literal needs a static shape, not " + type->to_string());
  }
  return parse_values(*type, value);
}

}  // namespace

Result<Tensor> parse_literal(std::string_view text, const LiteralOptions& options) {
  const std::string_view trimmed = trim(text);
  Result<Tensor> tensor = parse(trimmed, options);
  if (!tensor) return tensor.error().with_context(quote(trimmed));
  return tensor;
}

}  // namespace tundish
