#include "base/file.h"
#include "capi/entry.h"
#include "capi/handles.h"

using namespace tundish;        // NOLINT: only entry points here
using namespace tundish::capi;  // NOLINT

namespace {

const CompileReport* report_of(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? &compiled->outcome.compiled.report : nullptr;
}

}  // namespace

tundish_compiled_t* tundish_compiled_retain(tundish_compiled_t* compiled) {
  return retain(compiled);
}
void tundish_compiled_release(tundish_compiled_t* compiled) { release(compiled); }

const void* tundish_compiled_data(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? compiled->outcome.compiled.executable.data.data() : nullptr;
}

size_t tundish_compiled_size(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? compiled->outcome.compiled.executable.data.size() : 0;
}

tundish_error_t* tundish_compiled_write(const tundish_compiled_t* compiled, const char* path) {
  return guard([&]() -> Status {
    TUNDISH_TRY(require(compiled, "compiled"));
    TUNDISH_TRY(require(path, "path"));
    return write_file_atomically(path, compiled->outcome.compiled.executable.data);
  });
}

const tundish_signature_t* tundish_compiled_signature(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? &compiled->signature : nullptr;
}

const char* tundish_compiled_backend(const tundish_compiled_t* compiled) {
  const CompileReport* report = report_of(compiled);
  return report != nullptr ? report->backend.c_str() : nullptr;
}

const char* tundish_compiled_compiler_version(const tundish_compiled_t* compiled) {
  const CompileReport* report = report_of(compiled);
  return report != nullptr ? report->compiler_version.c_str() : nullptr;
}

const char* tundish_compiled_target(const tundish_compiled_t* compiled) {
  const CompileReport* report = report_of(compiled);
  return report != nullptr ? report->target.c_str() : nullptr;
}

const char* tundish_compiled_key(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? compiled->outcome.key.c_str() : nullptr;
}

int32_t tundish_compiled_is_cache_hit(const tundish_compiled_t* compiled) {
  return compiled != nullptr && compiled->outcome.is_cache_hit ? 1 : 0;
}

const char* tundish_compiled_cache_warning(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? compiled->outcome.cache_warning.message().c_str() : nullptr;
}

double tundish_compiled_seconds(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? compiled->outcome.seconds : 0;
}

size_t tundish_compiled_diagnostic_count(const tundish_compiled_t* compiled) {
  return compiled != nullptr ? compiled->outcome.compiled.diagnostics.size() : 0;
}

int32_t tundish_compiled_diagnostic(const tundish_compiled_t* compiled, size_t index,
                                    tundish_diagnostic_t* out) {
  if (compiled == nullptr) return 0;
  return write_diagnostic(compiled->outcome.compiled.diagnostics, index, out);
}

size_t tundish_compiled_rule_count(const tundish_compiled_t* compiled) {
  const CompileReport* report = report_of(compiled);
  return report != nullptr ? report->rules.size() : 0;
}

const char* tundish_compiled_rule_flag(const tundish_compiled_t* compiled, size_t index) {
  const CompileReport* report = report_of(compiled);
  if (report == nullptr || index >= report->rules.size()) return nullptr;
  return report->rules[index].flag.c_str();
}

const char* tundish_compiled_rule_reason(const tundish_compiled_t* compiled, size_t index) {
  const CompileReport* report = report_of(compiled);
  if (report == nullptr || index >= report->rules.size()) return nullptr;
  return report->rules[index].reason.c_str();
}

size_t tundish_compiled_note_count(const tundish_compiled_t* compiled) {
  const CompileReport* report = report_of(compiled);
  return report != nullptr ? report->notes.size() : 0;
}

const char* tundish_compiled_note(const tundish_compiled_t* compiled, size_t index) {
  const CompileReport* report = report_of(compiled);
  if (report == nullptr || index >= report->notes.size()) return nullptr;
  return report->notes[index].c_str();
}
