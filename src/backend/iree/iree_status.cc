#include "backend/iree/iree_status.h"

namespace tundish::iree {
namespace {

// IREE has two codes beyond the canonical sixteen.
Code code_of(iree_status_code_t code) {
  if (code == IREE_STATUS_DEFERRED) return Code::kUnavailable;
  if (code == IREE_STATUS_INCOMPATIBLE) return Code::kFailedPrecondition;
  const int number = static_cast<int>(code);
  return number >= 1 && number <= 16 ? static_cast<Code>(number) : Code::kUnknown;
}

// "runtime/src/x.c:12: NOT_FOUND; device missing; while …" → "device missing; while …".
std::string without_source_position(std::string text, const char* code_name) {
  const size_t at = text.find(code_name);
  if (at != std::string::npos && at < 512)
    text = text.substr(at + std::string_view(code_name).size());
  const size_t begin = text.find_first_not_of("; \n");
  text = begin == std::string::npos ? "" : text.substr(begin);
  const size_t stack = text.find("\n");  // stack traces follow on lines of their own
  if (stack != std::string::npos) text.resize(stack);
  while (!text.empty() && (text.back() == ';' || text.back() == ' ')) text.pop_back();
  return text.empty() ? code_name : text;
}

}  // namespace

Status take_status(iree_status_t status) {
  if (iree_status_is_ok(status)) return {};
  const iree_status_code_t code = iree_status_code(status);
  iree_allocator_t allocator = iree_allocator_system();
  char* buffer = nullptr;
  iree_host_size_t length = 0;
  std::string text;
  if (iree_status_to_string(status, &allocator, &buffer, &length)) {
    text.assign(buffer, length);
    iree_allocator_free(allocator, buffer);
  }
  iree_status_free(status);
  return Status(code_of(code), without_source_position(text, iree_status_code_string(code)));
}

}  // namespace tundish::iree
