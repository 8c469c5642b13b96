#include "backend/isolation/testing/misbehaving_backend.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <stdexcept>
#include <thread>

#include "backend/isolation/host_server.h"

namespace tundish {
namespace {

void sleep_for_long() { std::this_thread::sleep_for(std::chrono::minutes(2)); }

void leave_grandchildren() {
  for (const bool leaves_the_group : {false, true}) {
    if (fork() == 0) {
      if (leaves_the_group) setsid();
      sleep_for_long();
      _exit(0);
    }
  }
}

void eat_memory() {
  for (int i = 0; i < 256; ++i) {
    constexpr size_t kChunk = size_t{16} << 20;
    std::memset(std::malloc(kChunk), i + 1, kChunk);
  }
  sleep_for_long();
}

void print_lines(int count) {
  for (int i = 0; i < count; ++i) std::printf("line %d of a talkative compiler\n", i);
  std::fflush(stdout);
}

// A packet on the parent's channel that is none of MessageChannel's making.
void send_packet(std::string_view packet) {
  (void)!::send(kHostChannelFd, packet.data(), packet.size(), MSG_NOSIGNAL);
  sleep_for_long();
}

Status misbehave(std::string_view text, std::string_view stage) {
  if (!text.starts_with(stage)) return {};
  const std::string_view how = text.substr(stage.size());
  if (how == "sleep") sleep_for_long();
  if (how == "segfault") {
    signal(SIGSEGV, SIG_DFL);  // a sanitizer would turn it into an exit
    raise(SIGSEGV);
  }
  if (how == "abort") {
    std::fprintf(stderr, "Assertion `false' failed\n");
    signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  if (how == "memory") eat_memory();
  if (how == "flood") print_lines(2'000'000);
  if (how == "chatter") print_lines(1000);
  if (how == "grandchild") leave_grandchildren();
  if (how == "grandchild-sleep") {
    leave_grandchildren();
    sleep_for_long();
  }
  if (how == "garbage") send_packet("garbage");
  if (how == "nonsense") send_packet(R"(i[1,13,[[0,"",[],0],{"a":[1e300,-1,null]}]])");
  if (how == "exit") _exit(0);
  if (how == "throw") throw std::runtime_error("thrown on purpose");
  if (how == "fail") return aborted("the compiler gave up");
  if (how == "invalid") {
    return invalid_argument("m.mlir:1:2: bad")
        .with_diagnostics({{Severity::kError, "m.mlir", 1, 2, "bad"}});
  }
  if (how == "temporary") {
    std::ofstream(std::string(std::getenv("TMPDIR")) + "/left-behind.o") << "object";
  }
  return {};
}

class MemoryBuffer final : public Buffer {
 public:
  explicit MemoryBuffer(Tensor tensor) : tensor_(std::move(tensor)) {}
  const TensorType& type() const override { return tensor_.type(); }
  const std::string& device() const override { return device_; }
  Result<Tensor> to_host() const override { return tensor_.clone(); }
  Status copy_to(Tensor& destination) const override {
    if (destination.type() != type()) return invalid_argument("wrong type");
    std::memcpy(destination.mutable_bytes().data(), tensor_.bytes().data(), tensor_.size_bytes());
    return {};
  }
  const Tensor& tensor() const { return tensor_; }

 private:
  Tensor tensor_;
  std::string device_ = "test:0";
};

class FutureEvent final : public Event {
 public:
  explicit FutureEvent(std::shared_future<Status> done) : done_(std::move(done)) {}
  Result<bool> is_ready() const override {
    return done_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  Status wait(std::chrono::nanoseconds timeout) const override {
    if (timeout == std::chrono::nanoseconds::max()) return done_.get();
    if (done_.wait_for(timeout) != std::future_status::ready) return deadline_exceeded("not yet");
    return done_.get();
  }

 private:
  std::shared_future<Status> done_;
};

struct Program {
  std::string text;
  Signature signature;
};

Signature signature_of(std::string_view text) {
  const auto type = [](const char* spelling) { return *TensorType::parse(spelling); };
  FunctionSignature main{"main", {}, {}};
  if (text == "add") {
    main.inputs = {{"a", type("4xf32")}, {"b", type("4xf32")}};
    main.results = {{"", type("4xf32")}};
  } else if (text == "count") {
    main.results = {{"", type("i32")}};
  } else {
    main.inputs = {{"x", type("?xf32")}};
    main.results = {{"", type("?xf32")}};
  }
  return {{main}};
}

class TestInstance final : public Instance {
 public:
  explicit TestInstance(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  Result<std::vector<Tensor>> run(std::string_view function,
                                  std::span<const Tensor> inputs) override {
    TUNDISH_ASSIGN(const FunctionSignature* const signature, program_->signature.find(function));
    TUNDISH_TRY(check_inputs(*signature, inputs));
    TUNDISH_TRY(misbehave(program_->text, "run:"));
    ++runs_;
    if (program_->text == "count") {
      TUNDISH_ASSIGN(Tensor count,
                     Tensor::from_values<int32_t>({ElementType::kI32, {}}, {{runs_}}));
      return std::vector<Tensor>{std::move(count)};
    }
    TUNDISH_ASSIGN(Tensor result, inputs[0].clone());
    const std::span<float> values = result.mutable_data<float>();
    const std::span<const float> other = inputs.back().data<float>();  // itself for `double`
    for (size_t i = 0; i < values.size(); ++i) values[i] += other[i];
    return std::vector<Tensor>{std::move(result)};
  }
  Status run_into(std::string_view function, std::span<const Tensor> inputs,
                  std::span<Tensor> outputs) override {
    TUNDISH_ASSIGN(const std::vector<Tensor> results, run(function, inputs));
    if (outputs.size() != 1 || outputs[0].type() != results[0].type()) {
      return invalid_argument("output 0: expected " + results[0].type().to_string());
    }
    std::memcpy(outputs[0].mutable_bytes().data(), results[0].bytes().data(),
                results[0].size_bytes());
    return {};
  }
  Result<BufferRef> import(const Tensor& tensor) override {
    return std::make_shared<MemoryBuffer>(tensor);
  }
  Result<std::unique_ptr<Call>> prepare(std::string_view function,
                                        std::span<const BufferRef> inputs) override;
  Result<Submission> submit(std::string_view function, std::span<const BufferRef> inputs,
                            std::span<const EventRef> wait) override {
    for (const EventRef& event : wait) TUNDISH_TRY(event->wait());
    TUNDISH_ASSIGN(std::vector<Tensor> results, run(function, tensors_of(inputs)));
    std::shared_future<Status> done = std::async(std::launch::async, [] {
                                        std::this_thread::sleep_for(std::chrono::milliseconds(30));
                                        return Status();
                                      }).share();
    Submission submission;
    submission.outputs = {std::make_shared<MemoryBuffer>(std::move(results[0]))};
    submission.done = std::make_shared<FutureEvent>(std::move(done));
    return submission;
  }

  static std::vector<Tensor> tensors_of(std::span<const BufferRef> buffers) {
    std::vector<Tensor> tensors;
    for (const BufferRef& buffer : buffers) {
      tensors.push_back(static_cast<const MemoryBuffer&>(*buffer).tensor());
    }
    return tensors;
  }

 private:
  std::shared_ptr<const Program> program_;
  int32_t runs_ = 0;
};

class TestCall final : public Call {
 public:
  TestCall(TestInstance& instance, std::string function, std::vector<Tensor> inputs)
      : instance_(instance), function_(std::move(function)), inputs_(std::move(inputs)) {}
  Status run() override {
    TUNDISH_ASSIGN(std::vector<Tensor> results, instance_.run(function_, inputs_));
    outputs_ = {std::make_shared<MemoryBuffer>(std::move(results[0]))};
    return {};
  }
  std::span<const BufferRef> outputs() const override { return outputs_; }

 private:
  TestInstance& instance_;
  std::string function_;
  std::vector<Tensor> inputs_;
  std::vector<BufferRef> outputs_;
};

Result<std::unique_ptr<Call>> TestInstance::prepare(std::string_view function,
                                                    std::span<const BufferRef> inputs) {
  TUNDISH_ASSIGN(const FunctionSignature* const signature, program_->signature.find(function));
  std::vector<Tensor> tensors = tensors_of(inputs);
  TUNDISH_TRY(check_inputs(*signature, tensors));
  return std::make_unique<TestCall>(*this, std::string(function), std::move(tensors));
}

class TestExecutable final : public Executable {
 public:
  explicit TestExecutable(Program program)
      : program_(std::make_shared<const Program>(std::move(program))) {}
  const Signature& signature() const override { return program_->signature; }
  std::span<const std::string> devices() const override { return devices_; }
  Result<std::unique_ptr<Instance>> create_instance() override {
    return std::make_unique<TestInstance>(program_);
  }

 private:
  std::shared_ptr<const Program> program_;
  std::vector<std::string> devices_ = {"test:0"};
};

class MisbehavingBackend final : public Backend {
 public:
  std::string_view name() const override { return "misbehaving"; }
  Result<std::string> compiler_version() const override { return std::string("misbehaving 1.2"); }
  Status supports(const Target&) const override { return {}; }
  Result<std::vector<std::string>> key_flags(const Target&, const CompileOptions&) const override {
    return std::vector<std::string>{"--base-flag"};
  }
  Result<Compiled> compile(const Source& source, const Target& target,
                           const CompileOptions& options, const CompileControl& control) override {
    if (control.on_progress) control.on_progress({"parse"});
    TUNDISH_TRY(misbehave(source.bytes(), "compile:"));
    Compiled compiled;
    compiled.executable = source.bytes() == "compile:large"
                              ? Bytes::own(std::string(size_t{32} << 20, 'x'))
                              : Bytes::own(std::string(source.bytes()));
    compiled.signature = signature_of(source.bytes());
    compiled.diagnostics = {{Severity::kWarning, source.name(), 3, 4, "odd \xff but fine"}};
    compiled.report = {"misbehaving",
                       "misbehaving 1.2",
                       target.to_string(),
                       {{"--a", "because"}},
                       {"process " + std::to_string(getpid())},
                       0.25};
    if (!options.emit.empty()) compiled.intermediates = {{"a.s", "nop"}, {"b.ll", "define"}};
    return compiled;
  }
  Result<SourceFacts> inspect(const Source& source, const Target&, const CompileOptions&) override {
    TUNDISH_TRY(misbehave(source.bytes(), "compile:"));
    return SourceFacts{signature_of(source.bytes()), {{"stablehlo.add", 2}}, 4096, {}, {"a note"}};
  }
  Result<std::vector<DeviceInfo>> devices() override {
    return std::vector<DeviceInfo>{{"test:0", "a device for tests"}};
  }
  Result<std::shared_ptr<Executable>> load(Bytes executable, const LoadOptions&) override {
    TUNDISH_TRY(misbehave(executable.view(), "load:"));
    return std::make_shared<TestExecutable>(
        Program{std::string(executable.view()), signature_of(executable.view())});
  }
};

}  // namespace

std::shared_ptr<Backend> make_misbehaving_backend() {
  return std::make_shared<MisbehavingBackend>();
}

}  // namespace tundish
