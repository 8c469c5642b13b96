#include "tundish/base/status.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tundish {
namespace {

constexpr CodeInfo kCodes[] = {
    {Code::kOk, "OK", 0, 200},
    {Code::kCancelled, "CANCELLED", 130, 499},
    {Code::kUnknown, "UNKNOWN", 70, 500},
    {Code::kInvalidArgument, "INVALID_ARGUMENT", 2, 400},
    {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", 4, 504},
    {Code::kNotFound, "NOT_FOUND", 2, 404},
    {Code::kAlreadyExists, "ALREADY_EXISTS", 2, 409},
    {Code::kPermissionDenied, "PERMISSION_DENIED", 2, 403},
    {Code::kResourceExhausted, "RESOURCE_EXHAUSTED", 4, 429},
    {Code::kFailedPrecondition, "FAILED_PRECONDITION", 2, 409},
    {Code::kAborted, "ABORTED", 4, 422},
    {Code::kOutOfRange, "OUT_OF_RANGE", 2, 400},
    {Code::kUnimplemented, "UNIMPLEMENTED", 3, 501},
    {Code::kInternal, "INTERNAL", 70, 500},
    {Code::kUnavailable, "UNAVAILABLE", 3, 503},
    {Code::kDataLoss, "DATA_LOSS", 2, 400},
    {Code::kUnauthenticated, "UNAUTHENTICATED", 2, 401},
};

constexpr bool rows_are_in_code_order() {
  int expected = 0;
  for (const CodeInfo& row : kCodes) {
    if (static_cast<int>(row.code) != expected++) return false;
  }
  return true;
}
static_assert(rows_are_in_code_order(), "code_info() indexes the table by code");

const std::string kEmptyString;
const std::vector<Diagnostic> kNoDiagnostics;

}  // namespace

const CodeInfo& code_info(Code code) {
  const auto index = static_cast<size_t>(code);
  return kCodes[index < std::size(kCodes) ? index : static_cast<size_t>(Code::kUnknown)];
}

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kRemark:
      return "remark";
    case Severity::kNote:
      return "note";
  }
  return "error";
}

const char* stage_name(Stage stage) {
  switch (stage) {
    case Stage::kNone:
      return "";
    case Stage::kParse:
      return "parse";
    case Stage::kCompile:
      return "compile";
    case Stage::kLoad:
      return "load";
    case Stage::kRun:
      return "run";
  }
  return "";
}

std::string Diagnostic::to_string() const {
  std::string text = file;
  if (line > 0) {
    text += ':' + std::to_string(line);
    if (column > 0) text += ':' + std::to_string(column);
  }
  if (!text.empty()) text += ": ";
  return text + severity_name(severity) + ": " + message;
}

struct Status::Rep {
  Code code;
  std::string message;
  std::vector<Diagnostic> diagnostics;
  Stage stage = Stage::kNone;
  std::string reproducer;
};

Status::Status(Code code, std::string message) {
  if (code == Code::kOk) return;
  rep_ = std::make_shared<const Rep>(Rep{code, std::move(message), {}, Stage::kNone, {}});
}

Code Status::code() const { return rep_ ? rep_->code : Code::kOk; }
const std::string& Status::message() const { return rep_ ? rep_->message : kEmptyString; }
const std::vector<Diagnostic>& Status::diagnostics() const {
  return rep_ ? rep_->diagnostics : kNoDiagnostics;
}
Stage Status::stage() const { return rep_ ? rep_->stage : Stage::kNone; }
const std::string& Status::reproducer() const { return rep_ ? rep_->reproducer : kEmptyString; }

Status Status::with_context(std::string_view prefix) const {
  if (ok()) return *this;
  auto rep = std::make_shared<Rep>(*rep_);
  rep->message = std::string(prefix) + ": " + rep->message;
  Status changed;
  changed.rep_ = std::move(rep);
  return changed;
}

Status Status::with_diagnostics(std::vector<Diagnostic> diagnostics) const {
  if (ok()) return *this;
  auto rep = std::make_shared<Rep>(*rep_);
  rep->diagnostics = std::move(diagnostics);
  Status changed;
  changed.rep_ = std::move(rep);
  return changed;
}

Status Status::with_stage(Stage stage) const {
  if (ok() || rep_->stage != Stage::kNone) return *this;
  auto rep = std::make_shared<Rep>(*rep_);
  rep->stage = stage;
  Status changed;
  changed.rep_ = std::move(rep);
  return changed;
}

Status Status::with_reproducer(std::string folder) const {
  if (ok()) return *this;
  auto rep = std::make_shared<Rep>(*rep_);
  rep->reproducer = std::move(folder);
  Status changed;
  changed.rep_ = std::move(rep);
  return changed;
}

std::string Status::to_string() const {
  return ok() ? "OK" : std::string(code_info(code()).name) + ": " + message();
}

Status cancelled(std::string m) { return {Code::kCancelled, std::move(m)}; }
Status invalid_argument(std::string m) { return {Code::kInvalidArgument, std::move(m)}; }
Status deadline_exceeded(std::string m) { return {Code::kDeadlineExceeded, std::move(m)}; }
Status not_found(std::string m) { return {Code::kNotFound, std::move(m)}; }
Status already_exists(std::string m) { return {Code::kAlreadyExists, std::move(m)}; }
Status permission_denied(std::string m) { return {Code::kPermissionDenied, std::move(m)}; }
Status resource_exhausted(std::string m) { return {Code::kResourceExhausted, std::move(m)}; }
Status failed_precondition(std::string m) { return {Code::kFailedPrecondition, std::move(m)}; }
Status aborted(std::string m) { return {Code::kAborted, std::move(m)}; }
Status out_of_range(std::string m) { return {Code::kOutOfRange, std::move(m)}; }
Status unimplemented(std::string m) { return {Code::kUnimplemented, std::move(m)}; }
Status internal_error(std::string m) { return {Code::kInternal, std::move(m)}; }
Status unavailable(std::string m) { return {Code::kUnavailable, std::move(m)}; }
Status data_loss(std::string m) { return {Code::kDataLoss, std::move(m)}; }

Status errno_status(int error_number, std::string_view what) {
  Code code = Code::kUnknown;
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      code = Code::kNotFound;
      break;
    case EEXIST:
      code = Code::kAlreadyExists;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Code::kPermissionDenied;
      break;
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EFBIG:
      code = Code::kResourceExhausted;
      break;
    case EINVAL:
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP:
      code = Code::kInvalidArgument;
      break;
    case ETIMEDOUT:
      code = Code::kDeadlineExceeded;
      break;
    default:
      break;
  }
  return {code, std::string(what) + ": " + std::strerror(error_number)};
}

namespace internal {
void die(std::string_view message) {
  std::fprintf(stderr, "tundish: fatal: %.*s\n", static_cast<int>(message.size()), message.data());
  std::abort();
}
}  // namespace internal
}  // namespace tundish
