// Status and Result: errors as values, with canonical codes.
//
//   Result<Tensor> read_npy(const std::string& path);
//
//   Status print(const std::string& path) {
//     TUNDISH_ASSIGN(Tensor tensor, read_npy(path));
//     ...
//     return {};
//   }
//
// A Status is one shared pointer, null when OK; copying is cheap. Reading the value of a Result
// that holds an error aborts with the error's message, also in release builds: it is a bug of the
// caller. Both classes may be used from any thread as `int` may.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tundish {

// The canonical codes. The numbers are those of Abseil, gRPC, IREE and PJRT, so mapping is a cast.
enum class Code : int {
  kOk = 0,
  kCancelled = 1,           // the caller asked to stop
  kUnknown = 2,             // a foreign error that has no better code
  kInvalidArgument = 3,     // the caller's mistake: a bad flag, a malformed module, a wrong shape
  kDeadlineExceeded = 4,    // a time limit ran out
  kNotFound = 5,            // a file, function or name that does not exist
  kAlreadyExists = 6,       // would overwrite something that must not be overwritten
  kPermissionDenied = 7,    // the operating system refused
  kResourceExhausted = 8,   // a memory, disk or output limit ran out
  kFailedPrecondition = 9,  // right request, wrong state: the input file holds something else
  kAborted = 10,            // a compiler or an isolated child failed, crashed or was killed
  kOutOfRange = 11,         // an index or a size outside what is allowed
  kUnimplemented = 12,      // this build or backend does not do it
  kInternal = 13,           // our bug
  kUnavailable = 14,        // a device, driver or library is missing on this machine
  kDataLoss = 15,           // stored bytes are truncated or damaged
  kUnauthenticated = 16,    // credentials missing or wrong
};

// What each code means outside: one row per code.
struct CodeInfo {
  Code code;
  const char* name;  // canonical name, e.g. "INVALID_ARGUMENT"
  int exit_code;     // exit status of the command line
  int http_status;   // status of the REST service
};

// The row of `code`; an unknown number gives the row of kUnknown.
const CodeInfo& code_info(Code code);

enum class Severity { kError, kWarning, kRemark, kNote };
const char* severity_name(Severity severity);

// One message of a compiler or reader about a place in the user's program.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;  // as the user named it; empty: the program as a whole
  int line = 0;      // from 1; 0: unknown
  int column = 0;    // from 1; 0: unknown
  std::string message;

  // "model.mlir:12:8: error: message".
  std::string to_string() const;
};

// Where in the chain Source → Module → Executable → run something failed.
enum class Stage { kNone, kParse, kCompile, kLoad, kRun };
const char* stage_name(Stage stage);  // "", "parse", "compile", "load", "run"

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK
  Status(Code code, std::string message);

  bool ok() const { return rep_ == nullptr; }
  Code code() const;
  // Says where, what was found, what was expected. Empty when OK.
  const std::string& message() const;
  // The compiler's or reader's own messages, in order; may be empty.
  const std::vector<Diagnostic>& diagnostics() const;
  Stage stage() const;
  // The folder that reproduces the failure; empty when there is none.
  const std::string& reproducer() const;

  // Each returns a changed copy; on an OK status it does nothing.
  Status with_context(std::string_view prefix) const;  // "prefix: message"
  Status with_diagnostics(std::vector<Diagnostic> diagnostics) const;
  Status with_stage(Stage stage) const;  // keeps a stage that is already set
  Status with_reproducer(std::string folder) const;

  // "INVALID_ARGUMENT: message", or "OK".
  std::string to_string() const;

 private:
  struct Rep;
  std::shared_ptr<const Rep> rep_;
};

Status cancelled(std::string message);
Status invalid_argument(std::string message);
Status deadline_exceeded(std::string message);
Status not_found(std::string message);
Status already_exists(std::string message);
Status permission_denied(std::string message);
Status resource_exhausted(std::string message);
Status failed_precondition(std::string message);
Status aborted(std::string message);
Status out_of_range(std::string message);
Status unimplemented(std::string message);
Status internal_error(std::string message);
Status unavailable(std::string message);
Status data_loss(std::string message);

// The status of a failed system call: a code that fits `error_number` and "what: strerror".
Status errno_status(int error_number, std::string_view what);

namespace internal {
// Prints `message` on stderr and aborts.
[[noreturn]] void die(std::string_view message);
}  // namespace internal

// A value of type T, or the Status that says why there is none. Members are named as in
// std::expected.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Status;

  Result(T value) : value_(std::move(value)) {}         // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)) {  // NOLINT: implicit on purpose
    if (status_.ok()) internal::die("Result constructed from an OK status");
  }
  template <typename U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::decay_t<U>, Result> &&
             !std::is_same_v<std::decay_t<U>, T> && !std::is_same_v<std::decay_t<U>, Status>)
  Result(U&& value) : value_(std::forward<U>(value)) {}  // NOLINT: implicit on purpose

  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }

  T& value() & { return check(), *value_; }
  const T& value() const& { return check(), *value_; }
  T&& value() && { return check(), std::move(*value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  template <typename U>
  T value_or(U&& otherwise) const& {
    return has_value() ? *value_ : static_cast<T>(std::forward<U>(otherwise));
  }

  // The error; OK when there is a value.
  const Status& error() const { return status_; }

 private:
  void check() const {
    if (!value_.has_value()) internal::die("value() of a failed Result: " + status_.to_string());
  }

  Status status_;
  std::optional<T> value_;
};

}  // namespace tundish

#define TUNDISH_INTERNAL_CONCAT_(a, b) a##b
#define TUNDISH_INTERNAL_CONCAT(a, b) TUNDISH_INTERNAL_CONCAT_(a, b)

// Returns the status of `expression` from the enclosing function when it is not OK.
#define TUNDISH_TRY(...)                                                            \
  do {                                                                              \
    if (::tundish::Status tundish_status_ = (__VA_ARGS__); !tundish_status_.ok()) { \
      return tundish_status_;                                                       \
    }                                                                               \
  } while (false)

// Declares or assigns `target` from a Result, or returns its error from the enclosing function.
#define TUNDISH_ASSIGN(target, ...) \
  TUNDISH_INTERNAL_ASSIGN(TUNDISH_INTERNAL_CONCAT(tundish_result_, __LINE__), target, __VA_ARGS__)
#define TUNDISH_INTERNAL_ASSIGN(result, target, ...) \
  auto result = (__VA_ARGS__);                       \
  if (!result.has_value()) return result.error();    \
  target = std::move(result).value()
