// Executable, Instance, Call, Buffer and Event: how what was compiled is run.
//
//   auto instance = executable->create_instance();
//   auto results = (*instance)->run("main", inputs);              // simplest: tensors in and out
//
//   auto call = (*instance)->prepare("main", inputs);             // bind once ...
//   for (...) (*call)->run();                                     // ... run many
//
// An Executable is immutable: any thread may use it. An Instance holds the program's state (its
// globals, a KV cache) and is used by one thread at a time; instances are cheap and share the
// executable's code and parameters. Everything made from an executable keeps it alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tundish/backend/options.h"
#include "tundish/backend/signature.h"
#include "tundish/base/status.h"
#include "tundish/tensor/tensor.h"

namespace tundish {

// A tensor in a device's memory. Immutable for its holders; thread-safe.
class Buffer {
 public:
  virtual ~Buffer() = default;
  virtual const TensorType& type() const = 0;
  // The device, as it was named at load time.
  virtual const std::string& device() const = 0;
  // A copy on the host; waits for nothing: the work that writes the buffer must have completed.
  virtual Result<Tensor> to_host() const = 0;
  // Copies into caller memory of the tensor's type and dimensions (kInvalidArgument otherwise).
  virtual Status copy_to(Tensor& destination) const = 0;
};
using BufferRef = std::shared_ptr<const Buffer>;

// A point in a device's work that something may wait for. Thread-safe.
class Event {
 public:
  virtual ~Event() = default;
  virtual Result<bool> is_ready() const = 0;
  // kDeadlineExceeded when `timeout` runs out first; the work's own error when it failed.
  virtual Status wait(std::chrono::nanoseconds timeout = std::chrono::nanoseconds::max()) const = 0;
};
using EventRef = std::shared_ptr<const Event>;

// How long to measure.
struct MeasureOptions {
  int warmup_runs = 3;
  int min_runs = 10;
  int max_runs = 100000;
  std::chrono::milliseconds min_time{500};
};

// One function bound to its inputs. Used by one thread at a time, like its Instance.
class Call {
 public:
  virtual ~Call() = default;
  // Runs the function and waits; outputs() then hold the results, until the next run.
  virtual Status run() = 0;
  virtual std::span<const BufferRef> outputs() const = 0;
  // Runs repeatedly and gives each run's wall-clock time in seconds. What isolates a call from its
  // caller measures where the call really runs.
  virtual Result<std::vector<double>> measure(const MeasureOptions& options);
};

// What submit() gives back: the results are complete once `done` is ready.
struct Submission {
  std::vector<BufferRef> outputs;
  EventRef done;
};

class Instance {
 public:
  virtual ~Instance() = default;

  // Runs `function` (empty: the only one, or `main`) and waits. Inputs are borrowed for the call.
  // kInvalidArgument names the input whose shape or type differs from the signature.
  virtual Result<std::vector<Tensor>> run(std::string_view function,
                                          std::span<const Tensor> inputs) = 0;
  // The same, into the caller's memory: one writable tensor per result, of the result's type.
  virtual Status run_into(std::string_view function, std::span<const Tensor> inputs,
                          std::span<Tensor> outputs) = 0;

  // Makes a tensor usable by the device: without a copy where the device can use host memory that
  // is aligned to 64 bytes (the tensor is then kept alive and must not change), else by copying.
  virtual Result<BufferRef> import(const Tensor& tensor) = 0;
  // Binds `function` to buffers of this instance's device.
  virtual Result<std::unique_ptr<Call>> prepare(std::string_view function,
                                                std::span<const BufferRef> inputs) = 0;
  // Starts `function` once all of `wait` are ready, and returns at once where the executable was
  // compiled for asynchronous use (otherwise it has completed on return).
  virtual Result<Submission> submit(std::string_view function, std::span<const BufferRef> inputs,
                                    std::span<const EventRef> wait = {}) = 0;
};

class Executable {
 public:
  virtual ~Executable() = default;
  virtual const Signature& signature() const = 0;
  // The devices it was loaded on.
  virtual std::span<const std::string> devices() const = 0;
  // What it says it was compiled for, as Target::to_string(); empty where it does not say.
  virtual std::string target() const { return {}; }
  virtual Result<std::unique_ptr<Instance>> create_instance() = 0;
};

// Checks `inputs` against `function` before a device sees them: count, element types, dimensions.
// kInvalidArgument: "input 1 of @main: expected 4x8xf32, found 4x7xf32".
Status check_inputs(const FunctionSignature& function, std::span<const Tensor> inputs);
Status check_input_types(const FunctionSignature& function, std::span<const TensorType> types);

}  // namespace tundish
