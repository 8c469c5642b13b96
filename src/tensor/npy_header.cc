#include "tensor/npy_header.h"

#include <charconv>
#include <cstring>
#include <string_view>

#include "tundish/tensor/shape.h"

namespace tundish {
namespace {

// NumPy itself refuses headers beyond 10,000 characters; a header within our rank is far shorter.
constexpr size_t kMaxHeaderBytes = 64 * 1024;

// Reads the subset of Python literals that a header is made of.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Status expect(char c) {
    if (take(c)) return {};
    return error(std::string("expected '") + c + "'");
  }

  Status expect_end() {
    skip_spaces();
    return at_ == text_.size() ? Status() : error("expected the end of the header");
  }

  Result<std::string> read_string() {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') return error("expected a string");
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return error("unterminated string");
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  Result<bool> read_bool() {
    skip_spaces();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true},
                                      std::pair<std::string_view, bool>{"False", false}}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return value;
    }
    return error("expected True or False");
  }

  Result<std::vector<int64_t>> read_shape() {
    TUNDISH_TRY(expect('('));
    std::vector<int64_t> shape;
    while (!take(')')) {
      if (shape.size() == kMaxRank) {
        return error("more than " + std::to_string(kMaxRank) + " dimensions");
      }
      skip_spaces();
      int64_t dim = 0;
      const auto [end, code] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), dim);
      if (code != std::errc() || dim < 0) return error("expected a dimension of at least 0");
      at_ = static_cast<size_t>(end - text_.data());
      if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2 wrote 3L
      shape.push_back(dim);
      if (take(',')) continue;
      TUNDISH_TRY(expect(')'));
      break;
    }
    return shape;
  }

  bool next_is(char c) {
    skip_spaces();
    return at_ < text_.size() && text_[at_] == c;
  }

  Status error(const std::string& message) const {
    return invalid_argument("header at character " + std::to_string(at_) + ": " + message);
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

// "<f4", "|b1", "i8".
Status parse_descr(std::string_view descr, NpyHeader& header) {
  const std::string shown(descr.substr(0, 40));
  std::string_view rest = descr;
  if (!rest.empty() && std::strchr("<>|=", rest.front()) != nullptr) {
    header.byte_order = rest.front() == '=' ? '<' : rest.front();
    rest.remove_prefix(1);
  } else {
    header.byte_order = '<';
  }
  if (rest.empty()) return invalid_argument("element type '" + shown + "' is malformed");
  header.kind = rest.front();
  rest.remove_prefix(1);
  const auto [end, code] =
      std::from_chars(rest.data(), rest.data() + rest.size(), header.item_bytes);
  const bool number = code == std::errc() && end == rest.data() + rest.size();
  if (std::strchr("biufcV", header.kind) == nullptr || !number || header.item_bytes < 1 ||
      header.item_bytes > 16) {
    return invalid_argument("element type '" + shown +
                            "' is none that Tundish has; save bool, integers, floats or complex");
  }
  return {};
}

Status parse_dictionary(std::string_view text, NpyHeader& header) {
  HeaderReader reader(text);
  bool has_descr = false, has_order = false, has_shape = false;
  TUNDISH_TRY(reader.expect('{'));
  while (!reader.take('}')) {
    TUNDISH_ASSIGN(const std::string key, reader.read_string());
    TUNDISH_TRY(reader.expect(':'));
    bool* seen = key == "descr"           ? &has_descr
                 : key == "fortran_order" ? &has_order
                 : key == "shape"         ? &has_shape
                                          : nullptr;
    if (seen == nullptr) return reader.error("unknown key '" + key.substr(0, 40) + "'");
    if (*seen) return reader.error("key '" + key + "' twice");
    *seen = true;
    if (seen == &has_descr) {
      if (reader.next_is('[')) return reader.error("structured arrays are not supported");
      TUNDISH_ASSIGN(const std::string descr, reader.read_string());
      TUNDISH_TRY(parse_descr(descr, header));
    } else if (seen == &has_order) {
      TUNDISH_ASSIGN(header.fortran_order, reader.read_bool());
    } else {
      TUNDISH_ASSIGN(header.shape, reader.read_shape());
    }
    if (!reader.take(',')) {
      TUNDISH_TRY(reader.expect('}'));
      break;
    }
  }
  TUNDISH_TRY(reader.expect_end());
  if (!has_descr || !has_order || !has_shape) {
    return invalid_argument("header lacks descr, fortran_order or shape");
  }
  return {};
}

}  // namespace

std::string NpyHeader::descr() const {
  return std::string{byte_order, kind} + std::to_string(item_bytes);
}

Result<NpyHeader> parse_npy_header(std::span<const std::byte> contents) {
  const std::string_view text(reinterpret_cast<const char*>(contents.data()), contents.size());
  if (!text.starts_with(std::string_view(kNpyMagic, kNpyMagicSize))) {
    return invalid_argument("not an .npy file: it does not start with \\x93NUMPY");
  }
  if (text.size() < 12) return invalid_argument("an .npy file cut off within its header");
  const auto byte = [&](size_t i) { return static_cast<size_t>(contents[i]); };
  const size_t version = byte(6);
  if (version < 1 || version > 3) {
    return invalid_argument(".npy version " + std::to_string(version) + "." +
                            std::to_string(byte(7)) + " is not supported; expected 1 to 3");
  }
  // The length: two bytes in version 1, four from version 2 on.
  const size_t start = version == 1 ? 10 : 12;
  size_t length = byte(8) | byte(9) << 8;
  if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
  if (length > kMaxHeaderBytes) {
    return invalid_argument("header of " + std::to_string(length) + " bytes; at most " +
                            std::to_string(kMaxHeaderBytes) + " are allowed");
  }
  if (length > text.size() - start)
    return invalid_argument("an .npy file cut off within its header");
  NpyHeader header;
  TUNDISH_TRY(parse_dictionary(text.substr(start, length), header));
  header.data_offset = start + length;
  return header;
}

}  // namespace tundish
