// What every C entry point shares: the wall against exceptions, argument checks, and reading
// structures of other versions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <type_traits>

#include "tundish/base/status.h"
#include "tundish/tundish.h"

namespace tundish::capi {

// The handle of a failed status; null for OK. Where even that cannot be allocated, a static error
// that says so.
tundish_error_t* to_error(const Status& status) noexcept;
tundish_error_t* out_of_memory() noexcept;

// Runs `body`, which returns a Status; nothing it throws gets out.
template <typename Body>
tundish_error_t* guard(Body&& body) noexcept {
  try {
    return to_error(body());
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::exception& exception) {
    try {
      return to_error(internal_error(std::string("unexpected exception: ") + exception.what()));
    } catch (...) {
      return out_of_memory();
    }
  } catch (...) {
    return to_error(internal_error("unexpected exception"));
  }
}

inline Status require(const void* pointer, const char* what) {
  if (pointer != nullptr) return {};
  return invalid_argument(std::string(what) + " is NULL");
}

// Reads a caller's structure of any version into ours. `from` null gives zeros: the defaults.
template <typename Struct>
Status read_struct(const void* from, const char* what, Struct& to) {
  static_assert(std::is_trivially_copyable_v<Struct>);
  to = Struct{};
  to.struct_size = sizeof(Struct);
  if (from == nullptr) return {};
  size_t size = 0;
  std::memcpy(&size, from, sizeof size);
  if (size < sizeof size || size > 65536) {
    return invalid_argument(std::string(what) + ": struct_size is " + std::to_string(size) +
                            "; set it to sizeof(" + what + "), here " +
                            std::to_string(sizeof(Struct)));
  }
  std::memcpy(&to, from, std::min(size, sizeof(Struct)));
  to.struct_size = sizeof(Struct);
  const auto* bytes = static_cast<const unsigned char*>(from);
  for (size_t i = sizeof(Struct); i < size; ++i) {
    if (bytes[i] != 0) {
      return unimplemented(std::string(what) + " comes from newer headers and asks for something " +
                           "that this library does not know; update the library");
    }
  }
  return {};
}

// Element `index` of an array whose elements are as far apart as the first one's struct_size.
template <typename Struct>
const void* element(const Struct* array, size_t index) {
  return reinterpret_cast<const unsigned char*>(array) + index * array->struct_size;
}

// Copies what the caller's version of the structure has room for. False for an unusable one.
template <typename Struct>
bool write_struct(const Struct& from, Struct* to) {
  if (to == nullptr || to->struct_size < sizeof(size_t)) return false;
  const size_t size = to->struct_size;
  std::memcpy(to, &from, std::min(size, sizeof(Struct)));
  to->struct_size = size;
  return true;
}

}  // namespace tundish::capi
