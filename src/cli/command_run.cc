// tundish run: calls one function of a program or an executable and prints its results.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "cli/batch.h"
#include "cli/context.h"
#include "cli/function_call.h"
#include "cli/model.h"
#include "tundish/tensor/number.h"
#include "tundish/tensor/print.h"

namespace tundish::cli {
namespace {

// Results with more elements are told by their type alone in the JSON document.
constexpr int64_t kMaxJsonElements = 1024;

struct RunFlags {
  ModelFlags model;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::string print = "iree";
  uint64_t seed = 0;
  int replicas = 1;
  int partitions = 1;
  bool batch = false;
};

struct Outcome {
  const FunctionSignature* function = nullptr;
  std::vector<Tensor> results;
  double run_seconds = 0;
};

nlohmann::json element_to_json(ElementType type, const std::byte* element) {
  std::string text = format_number(type, element);
  // What JSON has no number for (inf, nan, complex) stays text.
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  return value.is_number() || value.is_boolean() ? value : nlohmann::json(std::move(text));
}

// {"type", "file" when it was written, "values" in row-major order when there are few}.
nlohmann::json result_to_json(const Tensor& tensor, const std::string& file) {
  nlohmann::json document = {{"type", tensor.type().to_string()}};
  if (!file.empty()) document["file"] = file;
  if (tensor.element_count() > kMaxJsonElements) return document;
  nlohmann::json values = nlohmann::json::array();
  const size_t size = storage_bytes(tensor.element_type());
  for (size_t i = 0; i < static_cast<size_t>(tensor.element_count()); ++i) {
    values.push_back(element_to_json(tensor.element_type(), tensor.bytes().data() + i * size));
  }
  document["values"] = std::move(values);
  return document;
}

nlohmann::json cache_to_json(const Context& context, const OpenedModel& model) {
  if (!model.compiled || context.no_cache) return {{"status", "off"}};
  return {{"status", model.compiled->is_cache_hit ? "hit" : "miss"}, {"key", model.compiled->key}};
}

nlohmann::json to_document(const Context& context, const RunFlags& flags, const OpenedModel& model,
                           const Outcome& outcome) {
  nlohmann::json results = nlohmann::json::array();
  for (size_t i = 0; i < outcome.results.size(); ++i) {
    const std::string file = i < flags.outputs.size() ? flags.outputs[i] : "";
    results.push_back(result_to_json(outcome.results[i], file));
  }
  nlohmann::json devices = nlohmann::json::array();
  for (const std::string& device : model.executable->devices()) devices.push_back(device);
  return {
      {"status", "success"},
      {"function", outcome.function->name},
      {"devices", std::move(devices)},
      {"results", std::move(results)},
      {"compilation_seconds", model.compiled ? model.compiled->seconds : 0.0},
      {"run_seconds", outcome.run_seconds},
      {"cache", cache_to_json(context, model)},
      {"tundish_version", tundish_version()},
  };
}

void print_text(const RunFlags& flags, const Outcome& outcome) {
  if (flags.print == "none") return;
  if (flags.print == "numpy") {
    for (const Tensor& tensor : outcome.results) std::printf("%s\n", format_numpy(tensor).c_str());
    return;
  }
  std::printf("EXEC @%s\n", outcome.function->name.c_str());
  for (size_t i = 0; i < outcome.results.size(); ++i) {
    std::printf("result[%zu]: hal.buffer_view\n%s\n", i, format_iree(outcome.results[i]).c_str());
  }
}

Status run_once(Context& context, const RunFlags& flags) {
  TUNDISH_TRY(
      check_single_process(flags.model.function, flags.inputs, flags.replicas, flags.partitions));
  TUNDISH_TRY(check_output_paths(flags.model, flags.inputs, flags.outputs));
  TUNDISH_ASSIGN(const OpenedModel model, open_model(context, flags.model));
  Outcome outcome;
  TUNDISH_ASSIGN(outcome.function, model.executable->signature().find(flags.model.function));
  TUNDISH_TRY(check_output_count(*outcome.function, flags.outputs));
  TUNDISH_ASSIGN(const auto inputs, parse_inputs(*outcome.function, flags.inputs, flags.seed));
  TUNDISH_ASSIGN(auto instance, model.executable->create_instance());
  const auto start = std::chrono::steady_clock::now();
  TUNDISH_ASSIGN(outcome.results, instance->run(outcome.function->name, inputs));
  outcome.run_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TUNDISH_TRY(write_outputs(outcome.results, flags.outputs));
  context.print(to_document(context, flags, model, outcome), [&] { print_text(flags, outcome); });
  return {};
}

Status check_batch_flags(const RunFlags& flags) {
  if (flags.model.path.empty() && flags.inputs.empty() && flags.outputs.empty()) return {};
  return invalid_argument(
      "--batch reads its requests from stdin; expected no model, --input or --output beside it");
}

Status run(Context& context, const RunFlags& flags) {
  if (flags.batch) {
    TUNDISH_TRY(check_batch_flags(flags));
    return run_batch(context, flags.model, flags.seed, stdin, stdout);
  }
  if (flags.model.path.empty()) {
    return invalid_argument(
        "no model given; expected `tundish run MODEL_OR_EXECUTABLE`, or --batch for requests on "
        "stdin");
  }
  return run_once(context, flags);
}

constexpr const char* kExample =
    "tundish run models/elementwise.mlir --input 10xf32=1 --input 10xf32=0,1,2,3,4,5,6,7,8,9\n"
    "\n"
    "Inputs:\n"
    "  10xf32=[0,1,2,3,4,5,6,7,8,9]   values; one value fills all elements\n"
    "  @a.npy  4x8xf32=@a.bin         a NumPy file (a.npy alone will do); raw elements\n"
    "  random  random:7  iota         made up for the type that the function expects\n"
    "\n"
    "--batch reads one JSON request a line on stdin and answers each with one line, in order:\n"
    "  {\"module\": \"m.mlir\", \"function\": \"main\", \"inputs\": [\"a.npy\"], \"outputs\": "
    "[\"r.npy\"],\n"
    "   \"backend\": \"iree\", \"device\": \"local-sync\", \"target\": \"cpu\", \"profile\": "
    "\"aggressive\",\n"
    "   \"parameters\": {\"scope\": \"FILE\"}, \"timeout_seconds\": 120, \"id\": 1}\n"
    "  Only \"module\" is needed; an output may be null. Paths start at the current folder.\n"
    "  {\"status\": \"ok|unsupported|error\", \"stage\": \"parse|compile|run\", \"class\": "
    "\"...\", "
    "\"message\": \"...\",\n"
    "   \"compile_seconds\": 0.3, \"run_seconds\": 0.001}\n"
    "  class: ok, invalid_argument, not_found, deadline_exceeded, ... (the canonical codes), and\n"
    "  compiler_failed where the compiler refused the program or crashed; aborted: a crash while "
    "running.";

}  // namespace

void add_run_command(CLI::App& app, Context& context) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command =
      add_command(app, context, "run", "Run a function of a program or an executable", kExample,
                  [flags, &context] { return run(context, *flags); });
  flags->model.add_to(*command);
  // With --batch the requests name the models; run() says so when there is none.
  for (CLI::Option* option : command->get_options()) {
    if (option->get_positional()) option->required(false);
  }
  command->add_option("--input", flags->inputs, "one for each argument, in order (see below)")
      ->expected(1)
      ->take_all();
  command->add_option("--output", flags->outputs, "FILE.npy, one for each result, in order")
      ->expected(1)
      ->take_all();
  command->add_option("--print", flags->print, "how results are printed: iree, numpy or none")
      ->check(CLI::IsMember({"iree", "numpy", "none"}))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "of random inputs")->capture_default_str();
  command->add_option("--replicas", flags->replicas, "processes that run the same partition")
      ->check(CLI::PositiveNumber);
  command->add_option("--partitions", flags->partitions, "processes that share one program")
      ->check(CLI::PositiveNumber);
  command->add_flag("--batch", flags->batch, "answer JSON requests from stdin (see below)");
}

}  // namespace tundish::cli
