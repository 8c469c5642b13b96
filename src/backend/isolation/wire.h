// Wire: structs as JSON between Tundish and the child that works for it, both ways from one
// description.
//
//   template <typename Archive>
//   void describe(Archive& archive, Diagnostic& d) {
//     archive(d.severity, d.file, d.line, d.column, d.message);
//   }
//
//   nlohmann::json json = to_wire(diagnostic);                   // ["error's number", ...]
//   Result<Diagnostic> back = from_wire<Diagnostic>(json);
//
// A struct is an array of its members in order: both ends are one build. A reader never trusts what
// it reads: each value's kind is checked, numbers against their type, enumerators against their
// enumeration, arrays against the members they stand for. Bytes that are no text travel in shared
// memory, never here.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tundish/base/status.h"

namespace tundish {

// The number of enumerators of E; specialised for each that travels.
template <typename E>
inline constexpr int kEnumeratorCount = 0;

class WireWriter {
 public:
  static constexpr bool kIsReader = false;

  template <typename... Values>
  void operator()(const Values&... values) {
    (array_.push_back(write(values)), ...);
  }
  nlohmann::json take() { return std::move(array_); }

  template <typename T>
  static nlohmann::json write(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      static_assert(kEnumeratorCount<T> > 0);
      return static_cast<int>(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return value;
    } else {
      WireWriter writer;
      describe(writer, const_cast<T&>(value));  // a writer only reads
      return writer.take();
    }
  }
  static nlohmann::json write(const std::string& text) { return text; }
  static nlohmann::json write(std::chrono::milliseconds duration) { return duration.count(); }
  template <typename A, typename B>
  static nlohmann::json write(const std::pair<A, B>& pair) {
    return nlohmann::json::array({write(pair.first), write(pair.second)});
  }
  template <typename T>
  static nlohmann::json write(const std::vector<T>& values) {
    return write_each(values);
  }
  template <typename K, typename V>
  static nlohmann::json write(const std::map<K, V>& map) {
    return write_each(map);
  }

 private:
  template <typename Range>
  static nlohmann::json write_each(const Range& range) {
    nlohmann::json array = nlohmann::json::array();
    for (const auto& value : range) array.push_back(write(value));
    return array;
  }

  nlohmann::json array_ = nlohmann::json::array();
};

class WireReader {
 public:
  static constexpr bool kIsReader = true;

  template <typename... Values>
  void operator()(Values&... values) {
    if (!ok()) return;
    const nlohmann::json& array = *current_;
    if (!array.is_array() || array.size() != sizeof...(values)) {
      return fail("expected " + std::to_string(sizeof...(values)) + " members");
    }
    size_t index = 0;
    (read(array[index++], values), ...);
  }
  template <typename T>
  Status read_all(const nlohmann::json& json, T& value) {
    read(json, value);
    if (!ok()) return data_loss("malformed message: " + failure_);
    return {};
  }

  // Marks what was read as wrong; the first reason is kept.
  void fail(std::string_view why) {
    if (failure_.empty()) failure_ = why;
  }
  bool ok() const { return failure_.empty(); }

 private:
  template <typename T>
  void read(const nlohmann::json& json, T& value) {
    if constexpr (std::is_enum_v<T>) {
      int number = -1;
      read(json, number);
      if (number < 0 || number >= kEnumeratorCount<T>) return fail("unknown enumerator");
      value = static_cast<T>(number);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!json.is_boolean()) return fail("expected a boolean");
      value = json.get<bool>();
    } else if constexpr (std::is_floating_point_v<T>) {
      if (!json.is_number()) return fail("expected a number");
      value = json.get<T>();
    } else if constexpr (std::is_integral_v<T>) {
      read_integer(json, value);
    } else {
      if (!ok()) return;
      const nlohmann::json* outer = std::exchange(current_, &json);
      describe(*this, value);
      current_ = outer;
    }
  }
  template <typename T>
  void read_integer(const nlohmann::json& json, T& value) {
    if (json.is_number_unsigned()) {
      const uint64_t number = json.get<uint64_t>();
      if (!std::in_range<T>(number)) return fail("a number is out of range");
      value = static_cast<T>(number);
    } else if (json.is_number_integer()) {
      const int64_t number = json.get<int64_t>();
      if (!std::in_range<T>(number)) return fail("a number is out of range");
      value = static_cast<T>(number);
    } else {
      fail("expected an integer");
    }
  }
  void read(const nlohmann::json& json, std::string& text) {
    if (!json.is_string()) return fail("expected a text");
    text = json.get_ref<const std::string&>();
  }
  void read(const nlohmann::json& json, std::chrono::milliseconds& duration) {
    int64_t count = 0;
    read(json, count);
    duration = std::chrono::milliseconds(count);
  }
  template <typename A, typename B>
  void read(const nlohmann::json& json, std::pair<A, B>& pair) {
    if (!json.is_array() || json.size() != 2) return fail("expected a pair");
    read(json[0], pair.first);
    read(json[1], pair.second);
  }
  template <typename T>
  void read(const nlohmann::json& json, std::vector<T>& values) {
    if (!json.is_array()) return fail("expected a list");
    values.clear();
    for (const nlohmann::json& element : json) {
      if (!ok()) return;
      read(element, values.emplace_back());
    }
  }
  template <typename K, typename V>
  void read(const nlohmann::json& json, std::map<K, V>& map) {
    std::vector<std::pair<K, V>> entries;
    read(json, entries);
    map.clear();
    for (auto& entry : entries) map.insert(std::move(entry));
  }

  const nlohmann::json* current_ = nullptr;
  std::string failure_;
};

template <typename T>
nlohmann::json to_wire(const T& value) {
  return WireWriter::write(value);
}

// kDataLoss says what was wrong; `value` is then unspecified.
template <typename T>
Status from_wire(const nlohmann::json& json, T& value) {
  return WireReader().read_all(json, value);
}
template <typename T>
Result<T> from_wire(const nlohmann::json& json) {
  T value{};
  TUNDISH_TRY(from_wire(json, value));
  return value;
}

}  // namespace tundish
