#include "tundish/module/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>

#include "base/file.h"
#include "base/sha256.h"

namespace tundish {
namespace {

constexpr std::string_view kBytecodeMagic = "ML\xefR";

// The dialects that a program may be written in, as far as Tundish cares to tell them apart.
constexpr auto kKnownDialects = std::to_array<std::string_view>({
    "arith", "chlo",      "flow",   "func",  "linalg", "math",  "mhlo", "scf",
    "sdy",   "stablehlo", "tensor", "torch", "tosa",   "util",  "vhlo",
});

Status located(const std::string& name, int line, int column, const std::string& message) {
  Diagnostic diagnostic{Severity::kError, name, line, column, message};
  return invalid_argument(name + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " +
                          message)
      .with_diagnostics({std::move(diagnostic)})
      .with_stage(Stage::kParse);
}

std::string printable(unsigned char byte) {
  constexpr char kHex[] = "0123456789abcdef";
  return std::string("0x") + kHex[byte >> 4] + kHex[byte & 15];
}

// One pass over MLIR text that follows strings and comments and counts brackets.
class NestingScan {
 public:
  NestingScan(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Status run() {
    bool has_words = false;
    int depth = 0;
    for (size_t i = 0; i < text_.size(); ++i) {
      const auto c = static_cast<unsigned char>(text_[i]);
      switch (c) {
        case '\n':
          ++line_;
          line_start_ = i + 1;
          break;
        case '"':
          i = end_of_string(i);
          break;
        case '/':
          if (text_.substr(i, 2) == "//") i = std::min(text_.find('\n', i), text_.size()) - 1;
          break;
        case '(': case '[': case '{': case '<':
          if (++depth > Source::kMaxNesting) return too_deep(i);
          break;
        case '>':
          if (i > 0 && text_[i - 1] == '-') break;  // an arrow
          [[fallthrough]];
        case ')': case ']': case '}':
          if (depth > 0) --depth;
          break;
        default:
          if (c < 0x20 && !std::isspace(c)) return binary_junk(i, c);
          has_words |= std::isalpha(c) != 0;
      }
    }
    if (!has_words) return located(name_, 1, 1, "found no operation; expected an MLIR module");
    return {};
  }

 private:
  // The closing quote of the string that opens at `begin`, or the end of its line.
  size_t end_of_string(size_t begin) const {
    for (size_t i = begin + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '"') {
        return i;
      } else if (text_[i] == '\n') {
        return i - 1;
      }
    }
    return text_.size();
  }

  int column(size_t at) const { return static_cast<int>(at - line_start_) + 1; }

  Status too_deep(size_t at) const {
    return located(name_, line_, column(at),
                   "brackets are nested more than " + std::to_string(Source::kMaxNesting) +
                       " deep here; no StableHLO program needs that: is the file damaged?");
  }

  Status binary_junk(size_t at, unsigned char byte) const {
    return located(name_, line_, column(at),
                   "found the byte " + printable(byte) +
                       "; expected MLIR text, or MLIR bytecode that begins with the bytes 4d 4c ef "
                       "52 (\"MLïR\")");
  }

  std::string_view text_;
  const std::string& name_;
  int line_ = 1;
  size_t line_start_ = 0;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

// Whether `bytes` mention `dialect` as the word before a dot (text) or as a whole string (bytecode).
bool mentions(std::string_view bytes, std::string_view dialect, bool is_text) {
  for (size_t at = bytes.find(dialect); at != std::string_view::npos;
       at = bytes.find(dialect, at + 1)) {
    const char before = at > 0 ? bytes[at - 1] : ' ';
    const size_t end = at + dialect.size();
    const char after = end < bytes.size() ? bytes[end] : '\0';
    if (is_word(before) || before == '.') continue;
    if (after == '.' || (!is_text && after == '\0')) return true;
  }
  return false;
}

}  // namespace

struct Source::Cached {
  std::once_flag digest_once;
  std::string digest;
};

Source::Source(std::shared_ptr<const void> owner, std::string_view bytes, std::string name)
    : owner_(std::move(owner)),
      bytes_(bytes),
      name_(std::move(name)),
      cached_(std::make_shared<Cached>()) {}

Result<Source> Source::from_file(const std::string& path) {
  TUNDISH_ASSIGN(auto file, MappedFile::open(path));
  const std::string_view bytes = file->text();
  return Source(std::move(file), bytes, path);
}

Source Source::from_string(std::string bytes, std::string name) {
  auto owned = std::make_shared<const std::string>(std::move(bytes));
  const std::string_view view = *owned;
  return Source(std::move(owned), view, std::move(name));
}

Source::Form Source::form() const {
  return bytes_.starts_with(kBytecodeMagic) ? Form::kBytecode : Form::kText;
}

const std::string& Source::digest() const {
  std::call_once(cached_->digest_once, [&] { cached_->digest = sha256(bytes_).to_hex(); });
  return cached_->digest;
}

std::vector<std::string> Source::dialects() const {
  // Dialect names stand early in both forms; constants, which may be huge, follow.
  const std::string_view head = bytes_.substr(0, size_t{4} << 20);
  std::vector<std::string> found;
  for (std::string_view dialect : kKnownDialects) {
    if (mentions(head, dialect, form() == Form::kText)) found.emplace_back(dialect);
  }
  return found;
}

Status Source::check() const {
  if (bytes_.empty()) {
    return located(name_, 1, 1, "the file is empty; expected an MLIR module");
  }
  if (form() == Form::kBytecode) return {};
  return NestingScan(bytes_, name_).run();
}

}  // namespace tundish
