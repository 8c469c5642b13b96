// Messages: what Tundish and the child that works for it say to each other.
//
//     parent                                   child
//     ──────────── control channel ───────────────────────────────
//     kCompile, kInspect, kDevices, kLoad  ──►
//                                          ◄── kProgress … kReply
//     kCreateInstance + a new channel      ──►   (a thread serves it)
//                                          ◄── kReply
//     ──────────── one channel per instance ──────────────────────
//     kRun, kImport, kPrepare, kCallRun …  ──►
//                                          ◄── kReply
//
// One request at a time on a channel; each gets one kReply: a Status, then, where that is OK, the
// reply's own struct. Programs, executables and tensors travel in shared memory, as descriptors
// that are attached to the message.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "backend/isolation/wire.h"
#include "tundish/backend/backend.h"
#include "tundish/backend/executable.h"

namespace tundish {

enum class MessageKind {
  // Control channel.
  kCompile,
  kInspect,
  kDevices,
  kLoad,
  kCreateInstance,
  // Instance channel.
  kRun,
  kImport,
  kPrepare,
  kCallRun,
  kCallMeasure,
  kSubmit,
  kEventQuery,
  kFetch,
  // Child to parent.
  kReply,
  kProgress,
};

// A child of another build speaks another revision.
inline constexpr int kProtocolRevision = 2;
// Results that take at most this many bytes together come back in a block that both ends keep
// mapped, and are copied out: cheaper than mapping new memory.
inline constexpr uint64_t kSmallResultBytes = 64 * 1024;
// Tensors start at multiples of this in a block.
inline constexpr uint64_t kBlockAlignment = 64;
// An attachment that is none.
inline constexpr int kStagingBlock = -1;

struct SourceMessage {
  std::string name;
  uint64_t size_bytes = 0;  // in attachment 0
};

struct CompileMessage {
  std::string backend;
  SourceMessage source;
  Target target;
  CompileOptions options;
  uint64_t output_bytes = 0;  // no file may get larger; 0: no limit
};

struct CompileReply {
  uint64_t executable_bytes = 0;  // in attachment 0, where there is one
  Signature signature;
  std::vector<Diagnostic> diagnostics;
  CompileReport report;
  // File name and bytes of each intermediate; their texts lie one after the other in attachment 1.
  std::vector<std::pair<std::string, uint64_t>> intermediates;
};

struct LoadMessage {
  std::string backend;
  uint64_t executable_bytes = 0;  // in attachment 0
  std::vector<std::string> devices;
  int threads = 0;
  std::map<std::string, std::vector<std::string>> parameters;  // scope → paths
};

struct LoadReply {
  Signature signature;
  std::vector<std::string> devices;
  std::string target;
};

// One tensor in shared memory.
struct TensorMessage {
  TensorType type;
  int attachment = kStagingBlock;  // index among the message's descriptors
  uint64_t offset = 0;
};

// First member of every request on an instance's channel: buffers, events and calls that the parent
// no longer holds.
using Released = std::vector<uint64_t>;

// Inputs that lie in no shared memory are copied to the staging block, which both ends keep mapped
// until a larger one takes its place.
struct RunMessage {
  Released released;
  std::string function;
  bool has_new_staging = false;  // the staging block is the last attachment
  std::vector<TensorMessage> inputs;
  bool has_outputs = false;  // otherwise the child chooses where results go
  std::vector<TensorMessage> outputs;
};

// Where results lie: in the child's block for small results, or in attachment 0.
struct ResultsReply {
  bool is_small = false;
  bool has_new_small_block = false;  // it is the last attachment
  std::vector<TensorMessage> results;
};

struct ImportMessage {
  Released released;
  TensorMessage tensor;
};

struct BufferMessage {
  uint64_t id = 0;
  TensorType type;
  std::string device;
};

struct PrepareMessage {
  Released released;
  std::string function;
  std::vector<uint64_t> inputs;
};

struct CallMessage {
  Released released;
  uint64_t id = 0;
};

struct MeasureMessage {
  Released released;
  uint64_t id = 0;
  MeasureOptions options;
};

struct SubmitMessage {
  Released released;
  std::string function;
  std::vector<uint64_t> inputs;
  std::vector<uint64_t> wait;
};

struct SubmitReply {
  std::vector<BufferMessage> outputs;
  uint64_t event = 0;
};

struct EventQueryMessage {
  Released released;
  uint64_t id = 0;
  int64_t wait_ns = 0;  // at most this long in the child
};

struct FetchMessage {
  Released released;
  uint64_t id = 0;
};

template <>
inline constexpr int kEnumeratorCount<MessageKind> = static_cast<int>(MessageKind::kProgress) + 1;
template <>
inline constexpr int kEnumeratorCount<Severity> = static_cast<int>(Severity::kNote) + 1;
template <>
inline constexpr int kEnumeratorCount<Stage> = static_cast<int>(Stage::kRun) + 1;
template <>
inline constexpr int kEnumeratorCount<Code> = static_cast<int>(Code::kUnauthenticated) + 1;
template <>
inline constexpr int kEnumeratorCount<Profile> = static_cast<int>(Profile::kLatency) + 1;
template <>
inline constexpr int kEnumeratorCount<Family> = static_cast<int>(Family::kReference) + 1;
template <>
inline constexpr int kEnumeratorCount<Architecture> = static_cast<int>(Architecture::kTpuCore) + 1;
template <>
inline constexpr int kEnumeratorCount<ElementType> = kElementTypeCount;

template <typename Archive>
void describe(Archive& archive, Shape& shape) {
  if constexpr (Archive::kIsReader) {
    std::vector<int64_t> dims;
    archive(dims);
    Result<Shape> made = Shape::make(dims);
    if (!made) return archive.fail(made.error().message());
    shape = std::move(*made);
  } else {
    archive(std::vector<int64_t>(shape.begin(), shape.end()));
  }
}

template <typename Archive>
void describe(Archive& archive, Status& status) {
  Code code = status.code();
  std::string message = status.message();
  std::vector<Diagnostic> diagnostics = status.diagnostics();
  Stage stage = status.stage();
  archive(code, message, diagnostics, stage);
  if constexpr (Archive::kIsReader) {
    status = code == Code::kOk ? Status()
                               : Status(code, std::move(message))
                                     .with_diagnostics(std::move(diagnostics))
                                     .with_stage(stage);
  }
}

template <typename Archive>
void describe(Archive& archive, TensorType& type) {
  archive(type.element_type, type.shape);
}
template <typename Archive>
void describe(Archive& archive, Diagnostic& diagnostic) {
  archive(diagnostic.severity, diagnostic.file, diagnostic.line, diagnostic.column,
          diagnostic.message);
}
template <typename Archive>
void describe(Archive& archive, Argument& argument) {
  archive(argument.name, argument.type);
}
template <typename Archive>
void describe(Archive& archive, FunctionSignature& function) {
  archive(function.name, function.inputs, function.results);
}
template <typename Archive>
void describe(Archive& archive, Signature& signature) {
  archive(signature.functions);
}
template <typename Archive>
void describe(Archive& archive, CpuFeature& feature) {
  archive(feature.name, feature.is_enabled);
}
template <typename Archive>
void describe(Archive& archive, Target& target) {
  archive(target.family, target.architecture, target.name, target.features);
}
template <typename Archive>
void describe(Archive& archive, CompileOptions& options) {
  // The limits stay with the parent, who enforces them.
  archive(options.profile, options.optimization_level, options.deterministic, options.iree_flags,
          options.emit);
}
template <typename Archive>
void describe(Archive& archive, AppliedRule& rule) {
  archive(rule.flag, rule.reason);
}
template <typename Archive>
void describe(Archive& archive, CompileReport& report) {
  archive(report.backend, report.compiler_version, report.target, report.rules, report.notes,
          report.seconds);
}
template <typename Archive>
void describe(Archive& archive, SourceFacts& facts) {
  archive(facts.signature, facts.op_counts, facts.constant_bytes, facts.rules, facts.notes,
          facts.skipped_rules);
}
template <typename Archive>
void describe(Archive& archive, DeviceInfo& device) {
  archive(device.name, device.description);
}
template <typename Archive>
void describe(Archive& archive, MeasureOptions& options) {
  archive(options.warmup_runs, options.min_runs, options.max_runs, options.min_time);
}
template <typename Archive>
void describe(Archive& archive, SourceMessage& message) {
  archive(message.name, message.size_bytes);
}
template <typename Archive>
void describe(Archive& archive, CompileMessage& message) {
  archive(message.backend, message.source, message.target, message.options, message.output_bytes);
}
template <typename Archive>
void describe(Archive& archive, CompileReply& reply) {
  archive(reply.executable_bytes, reply.signature, reply.diagnostics, reply.report,
          reply.intermediates);
}
template <typename Archive>
void describe(Archive& archive, CompileProgress& progress) {
  archive(progress.phase);
}
template <typename Archive>
void describe(Archive& archive, LoadMessage& message) {
  archive(message.backend, message.executable_bytes, message.devices, message.threads,
          message.parameters);
}
template <typename Archive>
void describe(Archive& archive, LoadReply& reply) {
  archive(reply.signature, reply.devices, reply.target);
}
template <typename Archive>
void describe(Archive& archive, TensorMessage& tensor) {
  archive(tensor.type, tensor.attachment, tensor.offset);
}
template <typename Archive>
void describe(Archive& archive, RunMessage& message) {
  archive(message.released, message.function, message.has_new_staging, message.inputs,
          message.has_outputs, message.outputs);
}
template <typename Archive>
void describe(Archive& archive, ResultsReply& reply) {
  archive(reply.is_small, reply.has_new_small_block, reply.results);
}
template <typename Archive>
void describe(Archive& archive, ImportMessage& message) {
  archive(message.released, message.tensor);
}
template <typename Archive>
void describe(Archive& archive, BufferMessage& buffer) {
  archive(buffer.id, buffer.type, buffer.device);
}
template <typename Archive>
void describe(Archive& archive, PrepareMessage& message) {
  archive(message.released, message.function, message.inputs);
}
template <typename Archive>
void describe(Archive& archive, CallMessage& message) {
  archive(message.released, message.id);
}
template <typename Archive>
void describe(Archive& archive, MeasureMessage& message) {
  archive(message.released, message.id, message.options);
}
template <typename Archive>
void describe(Archive& archive, SubmitMessage& message) {
  archive(message.released, message.function, message.inputs, message.wait);
}
template <typename Archive>
void describe(Archive& archive, SubmitReply& reply) {
  archive(reply.outputs, reply.event);
}
template <typename Archive>
void describe(Archive& archive, EventQueryMessage& message) {
  archive(message.released, message.id, message.wait_ns);
}
template <typename Archive>
void describe(Archive& archive, FetchMessage& message) {
  archive(message.released, message.id);
}

}  // namespace tundish
