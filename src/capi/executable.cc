#include <utility>

#include "base/file.h"
#include "capi/entry.h"
#include "capi/handles.h"
#include "capi/read_options.h"
#include "tundish/parameters/parameter_file.h"

namespace tundish::capi {
namespace {

Result<Bytes> read_executable(const tundish_bytes_t* from) {
  TUNDISH_TRY(require(from, "executable"));
  tundish_bytes_t bytes;
  TUNDISH_TRY(read_struct(from, "tundish_bytes_t", bytes));
  if (bytes.path != nullptr) {
    TUNDISH_ASSIGN(auto file, MappedFile::open(bytes.path));
    return Bytes{file, file->bytes()};
  }
  TUNDISH_TRY(require(bytes.data, "executable: both path and data"));
  return Bytes::own(std::string(static_cast<const char*>(bytes.data), bytes.data_size));
}

Status read_parameters(const tundish_load_options_t& options, ParameterScopes& scopes) {
  if (options.parameter_count > 0) TUNDISH_TRY(require(options.parameters, "parameters"));
  for (size_t i = 0; i < options.parameter_count; ++i) {
    tundish_parameter_file_t file;
    TUNDISH_TRY(read_struct(element(options.parameters, i), "tundish_parameter_file_t", file));
    TUNDISH_TRY(require(file.path, "path of a parameter file"));
    TUNDISH_ASSIGN(auto opened, ParameterFile::open(file.path));
    scopes[file.scope != nullptr ? file.scope : ""].push_back(std::move(opened));
  }
  return {};
}

Status read_load_options(const tundish_load_options_t& options, LoadOptions& wanted) {
  if (options.device_count > 0) TUNDISH_TRY(require(options.devices, "devices"));
  for (size_t i = 0; i < options.device_count; ++i) {
    TUNDISH_TRY(require(options.devices[i], "an element of devices"));
    wanted.devices.emplace_back(options.devices[i]);
  }
  if (options.threads < 0) {
    return invalid_argument("threads is " + std::to_string(options.threads) +
                            "; expected a number of threads, or 0 for one per core");
  }
  wanted.threads = options.threads;
  TUNDISH_TRY(read_parameters(options, wanted.parameters));
  TUNDISH_ASSIGN(wanted.limits, read_limits(options.timeout_ms, options.memory_limit_bytes,
                                            options.output_limit_bytes));
  return {};
}

Status load(tundish_toolkit_t* toolkit, Bytes bytes, const tundish_load_options_t* options,
            tundish_executable_t** out) {
  tundish_load_options_t known;
  TUNDISH_TRY(read_struct(options, "tundish_load_options_t", known));
  LoadOptions wanted;
  TUNDISH_TRY(read_load_options(known, wanted));
  TUNDISH_ASSIGN(auto executable,
                 toolkit->toolkit->load(std::move(bytes), wanted,
                                        known.backend != nullptr ? known.backend : ""));
  tundish_signature_t signature(executable->signature());
  *out =
      new tundish_executable_t{{}, toolkit->toolkit, std::move(executable), std::move(signature)};
  return {};
}

Status check_load(const tundish_toolkit_t* toolkit, tundish_executable_t** out) {
  TUNDISH_TRY(require(out, "out_executable"));
  *out = nullptr;
  return require(toolkit, "toolkit");
}

}  // namespace
}  // namespace tundish::capi

using namespace tundish;        // NOLINT: only the entry points below
using namespace tundish::capi;  // NOLINT

tundish_error_t* tundish_toolkit_load(tundish_toolkit_t* toolkit, const tundish_bytes_t* executable,
                                      const tundish_load_options_t* options,
                                      tundish_executable_t** out_executable) {
  return guard([&]() -> Status {
    TUNDISH_TRY(check_load(toolkit, out_executable));
    TUNDISH_ASSIGN(Bytes bytes, read_executable(executable));
    return load(toolkit, std::move(bytes), options, out_executable);
  });
}

tundish_error_t* tundish_toolkit_load_compiled(tundish_toolkit_t* toolkit,
                                               const tundish_compiled_t* compiled,
                                               const tundish_load_options_t* options,
                                               tundish_executable_t** out_executable) {
  return guard([&]() -> Status {
    TUNDISH_TRY(check_load(toolkit, out_executable));
    TUNDISH_TRY(require(compiled, "compiled"));
    return load(toolkit, compiled->outcome.compiled.executable, options, out_executable);
  });
}

tundish_executable_t* tundish_executable_retain(tundish_executable_t* executable) {
  return retain(executable);
}
void tundish_executable_release(tundish_executable_t* executable) { release(executable); }

const tundish_signature_t* tundish_executable_signature(const tundish_executable_t* executable) {
  return executable != nullptr ? &executable->signature : nullptr;
}

size_t tundish_executable_device_count(const tundish_executable_t* executable) {
  return executable != nullptr ? executable->executable->devices().size() : 0;
}

const char* tundish_executable_device(const tundish_executable_t* executable, size_t index) {
  if (executable == nullptr) return nullptr;
  const auto devices = executable->executable->devices();
  return index < devices.size() ? devices[index].c_str() : nullptr;
}

tundish_error_t* tundish_executable_create_instance(tundish_executable_t* executable,
                                                    tundish_instance_t** out_instance) {
  return guard([&]() -> Status {
    TUNDISH_TRY(require(out_instance, "out_instance"));
    *out_instance = nullptr;
    TUNDISH_TRY(require(executable, "executable"));
    TUNDISH_ASSIGN(auto instance, executable->executable->create_instance());
    *out_instance =
        new tundish_instance_t{executable->toolkit, executable->executable, std::move(instance)};
    return {};
  });
}

void tundish_instance_release(tundish_instance_t* instance) { delete instance; }
