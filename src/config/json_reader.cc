#include "config/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

namespace tundish::config {
namespace {

using Json = nlohmann::ordered_json;

// An input iterator that counts what the lexer has taken, so that the SAX callbacks know where they
// are.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  size_t* count_;
};

Place place_of(std::string_view bytes, size_t offset) {
  const std::string_view before = bytes.substr(0, std::min(offset, bytes.size()));
  const size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(before.size() - line_start) + 1};
}

// "[json.exception.parse_error.101] parse error at line 1, column 2: text" → "text".
std::string bare_message(std::string message) {
  const size_t bracket = message.find("] ");
  if (bracket != std::string::npos) message.erase(0, bracket + 2);
  if (message.starts_with("parse error")) {
    const size_t colon = message.find(": ");
    if (colon != std::string::npos) message.erase(0, colon + 2);
  }
  const std::string shown = in_quotes(message);
  return shown.substr(1, shown.size() - 2);
}

// Builds the value. Every callback returns false to stop the parser.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view bytes, const size_t* taken, JsonDocument& document)
      : bytes_(bytes), taken_(taken), document_(document) {}

  size_t failed_at() const { return failed_at_; }
  const std::string& failure() const { return failure_; }

  bool null() override { return add(nullptr, *taken_ - 4); }
  bool boolean(bool value) override { return add(value, *taken_ - (value ? 4 : 5)); }
  bool number_integer(number_integer_t value) override { return add(value, number_start()); }
  bool number_unsigned(number_unsigned_t value) override { return add(value, number_start()); }
  bool number_float(number_float_t value, const string_t&) override {
    return add(value, number_start());
  }
  bool string(string_t& value) override { return add(std::move(value), string_start()); }
  bool binary(binary_t&) override { return false; }

  bool start_object(size_t) override { return open(Json::object()); }
  bool start_array(size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Level& level = levels_.back();
    level.key = std::move(name);
    level.pointer = child_pointer(level.parent_pointer, level.key);
    const auto [unused, is_new] =
        document_.places.emplace(level.pointer, place_of_next(string_start()));
    if (!is_new) {
      document_.duplicates.push_back(
          {level.pointer, fmt::format("the key {} appears twice; keep one", in_quotes(level.key))});
      // Hundreds of thousands of messages help nobody.
      if (document_.duplicates.size() >= kMaxDuplicates) return stop("too many keys appear twice");
    }
    return true;
  }

  bool parse_error(size_t position, const std::string&, const Json::exception& error) override {
    failed_at_ = position > 0 ? position - 1 : 0;
    failure_ = bare_message(error.what());
    return false;
  }

 private:
  struct Level {
    Json* container;
    std::string parent_pointer;  // of the container itself
    std::string key;             // of the member that comes next
    std::string pointer;         // of the value that comes next
  };
  static constexpr size_t kMaxDuplicates = 20;

  // The lexer has just taken the closing quote.
  size_t string_start() const {
    size_t at = *taken_ - 1;
    while (at > 0) {
      --at;
      if (bytes_[at] != '"') continue;
      size_t backslashes = 0;
      while (backslashes < at && bytes_[at - 1 - backslashes] == '\\') ++backslashes;
      if (backslashes % 2 == 0) break;
    }
    return at;
  }

  // The lexer has taken the character after the number, where there is one.
  size_t number_start() const {
    const auto is_part = [](char c) {
      return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
    };
    size_t at = *taken_;
    if (at > 0 && !is_part(bytes_[at - 1])) --at;
    while (at > 0 && is_part(bytes_[at - 1])) --at;
    return at;
  }

  // place_of() for offsets that grow, without counting lines anew.
  Place place_of_next(size_t offset) {
    for (; counted_ < offset; ++counted_) {
      if (bytes_[counted_] != '\n') continue;
      ++line_;
      line_start_ = counted_ + 1;
    }
    return {line_, static_cast<int>(offset - line_start_) + 1};
  }

  bool stop(std::string message) {
    failed_at_ = *taken_ > 0 ? *taken_ - 1 : 0;
    failure_ = std::move(message);
    return false;
  }

  // Puts a value where the innermost container expects one.
  Json* place(Json value, size_t offset) {
    if (levels_.empty()) {
      document_.value = std::move(value);
      return &document_.value;
    }
    Level& level = levels_.back();
    if (level.container->is_object()) {
      Json& member = (*level.container)[level.key];
      member = std::move(value);
      return &member;
    }
    level.pointer = level.parent_pointer + '/' + std::to_string(level.container->size());
    document_.places.emplace(level.pointer, place_of_next(offset));
    level.container->push_back(std::move(value));
    return &level.container->back();
  }

  bool add(Json value, size_t offset) {
    place(std::move(value), offset);
    return true;
  }

  bool open(Json container) {
    if (levels_.size() == kMaxConfigDepth) {
      return stop(fmt::format("values are nested more than {} deep", kMaxConfigDepth));
    }
    Json* placed = place(std::move(container), *taken_ - 1);
    std::string pointer = levels_.empty() ? "" : levels_.back().pointer;
    levels_.push_back({placed, std::move(pointer), {}, {}});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  std::string_view bytes_;
  const size_t* taken_;
  JsonDocument& document_;
  std::vector<Level> levels_;
  size_t counted_ = 0;
  int line_ = 1;
  size_t line_start_ = 0;
  size_t failed_at_ = 0;
  std::string failure_;
};

Status syntax_error(const std::string& name, Place place, std::string message) {
  const Diagnostic diagnostic{Severity::kError, name, place.line, place.column, std::move(message)};
  return invalid_argument(
             fmt::format("{}:{}:{}: {}", name, place.line, place.column, diagnostic.message))
      .with_diagnostics({diagnostic});
}

}  // namespace

Result<JsonDocument> read_json(std::string_view bytes, const std::string& name) {
  if (bytes.size() > kMaxConfigBytes) {
    return syntax_error(
        name, {1, 1},
        fmt::format("{} bytes; a configuration has at most {}", bytes.size(), kMaxConfigBytes));
  }
  JsonDocument document;
  size_t taken = 0;
  Builder builder(bytes, &taken, document);
  const CountingIterator begin(bytes.data(), &taken);
  const CountingIterator end(bytes.data() + bytes.size(), &taken);
  if (!Json::sax_parse(begin, end, &builder)) {
    return syntax_error(name, place_of(bytes, builder.failed_at()), builder.failure());
  }
  return document;
}

std::string child_pointer(const std::string& parent, std::string_view key) {
  std::string pointer = parent + '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

Status problems_status(const std::vector<Problem>& problems,
                       const std::map<std::string, Place>& places, const std::string& name) {
  std::vector<Diagnostic> diagnostics;
  for (const Problem& problem : problems) {
    // A missing member stands where its object does; the document itself at its start.
    Place place{1, 1};
    for (std::string at = problem.pointer; !at.empty(); at.erase(at.rfind('/'))) {
      const auto found = places.find(at);
      if (found == places.end()) continue;
      place = found->second;
      break;
    }
    if (name.empty()) place = {};  // no file, no place
    diagnostics.push_back(
        {Severity::kError, name, place.line, place.column,
         problem.pointer.empty() ? problem.message : problem.pointer + ": " + problem.message});
  }
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const auto& a, const auto& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  const Diagnostic& first = diagnostics.front();
  std::string message = name;
  if (first.line > 0) message += fmt::format(":{}:{}", first.line, first.column);
  message += (message.empty() ? "" : ": ") + first.message;
  if (diagnostics.size() == 2) message += " (and 1 more problem)";
  if (diagnostics.size() > 2) {
    message += fmt::format(" (and {} more problems)", diagnostics.size() - 1);
  }
  return invalid_argument(std::move(message)).with_diagnostics(std::move(diagnostics));
}

std::string in_quotes(std::string_view text) {
  constexpr size_t kShown = 80;
  size_t length = std::min(text.size(), kShown);
  // Do not cut a UTF-8 character in half.
  while (length < text.size() && length > 0 && (text[length] & 0xC0) == 0x80) --length;
  std::string shown(text.substr(0, length));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return fmt::format("\"{}{}\"", shown, length < text.size() ? "…" : "");
}

}  // namespace tundish::config
