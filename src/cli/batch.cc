#include "cli/batch.h"

#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>

#include "cli/batch_request.h"
#include "cli/function_call.h"

namespace tundish::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Takes lines off a stream without holding more of one than kMaxBatchLineBytes.
class LineReader {
 public:
  explicit LineReader(std::FILE* stream) : stream_(stream) {}

  // False at the end of the stream. `is_too_long` says that the line was cut.
  bool next(std::string& line, bool& is_too_long) {
    line.clear();
    is_too_long = false;
    for (int c = get(); c != EOF; c = get()) {
      if (c == '\n') return true;
      if (line.size() < kMaxBatchLineBytes) {
        line.push_back(static_cast<char>(c));
      } else {
        is_too_long = true;
      }
    }
    return !line.empty();
  }

 private:
  // A signal ends the wait only when it means to end the program.
  int get() {
    while (true) {
      const int c = std::getc(stream_);
      if (c != EOF || std::ferror(stream_) == 0 || errno != EINTR) return c;
      if (Context::is_interrupted()) return EOF;
      std::clearerr(stream_);
    }
  }

  std::FILE* const stream_;
};

Status run_function(const BatchRequest& request, const Executable& executable, Instance& instance,
                    uint64_t seed, BatchAnswer& answer) {
  TUNDISH_ASSIGN(const FunctionSignature* function,
                 executable.signature().find(request.model.function));
  TUNDISH_TRY(check_output_count(*function, request.outputs));
  TUNDISH_ASSIGN(const std::vector<Tensor> inputs, parse_inputs(*function, request.inputs, seed));
  const auto start = Clock::now();
  Result<std::vector<Tensor>> results = instance.run(function->name, inputs);
  answer.run_seconds = seconds_since(start);
  if (!results) return results.error();
  return write_outputs(*results, request.outputs);
}

Status serve(Context& context, const BatchRequest& request, uint64_t seed, BatchAnswer& answer) {
  TUNDISH_TRY(check_single_process(request.model.function, request.inputs, 1, 1));
  TUNDISH_TRY(check_output_paths(request.model, request.inputs, request.outputs));
  const auto start = Clock::now();
  Result<OpenedModel> model = open_model(context, request.model);
  if (!model) {
    const Stage stage = model.error().stage();
    if (stage == Stage::kCompile) answer.compile_seconds = seconds_since(start);
    return model.error();
  }
  if (model->compiled) answer.compile_seconds = model->compiled->seconds;
  answer.stage = Stage::kRun;
  TUNDISH_ASSIGN(auto instance, model->executable->create_instance());
  return run_function(request, *model->executable, *instance, seed, answer);
}

BatchAnswer answer_line(Context& context, const std::string& line, const ModelFlags& defaults,
                        uint64_t seed) {
  BatchAnswer answer;
  try {
    Result<BatchRequest> request = parse_batch_request(line, defaults, answer.id);
    answer.status = request ? serve(context, *request, seed, answer) : request.error();
  } catch (const std::bad_alloc&) {
    answer.status = resource_exhausted("out of memory");
  } catch (const std::exception& error) {
    answer.status = internal_error(error.what());
  }
  return answer;
}

bool write_line(const std::string& text, std::FILE* output) {
  return std::fputs(text.c_str(), output) >= 0 && std::fputc('\n', output) != EOF &&
         std::fflush(output) == 0;
}

}  // namespace

Status run_batch(Context& context, const ModelFlags& defaults, uint64_t seed, std::FILE* input,
                 std::FILE* output) {
  LineReader lines(input);
  std::string line;
  bool is_too_long = false;
  while (lines.next(line, is_too_long)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    BatchAnswer answer;
    if (is_too_long) {
      answer.status =
          invalid_argument("the line is longer than " + std::to_string(kMaxBatchLineBytes) +
                           " bytes; put large inputs into .npy files");
    } else {
      answer = answer_line(context, line, defaults, seed);
    }
    context.clear_progress();
    if (!write_line(to_json_line(answer), output)) return {};  // nobody reads on
    if (Context::is_interrupted()) break;
  }
  if (Context::is_interrupted()) return cancelled("interrupted; the remaining requests were left");
  return {};
}

}  // namespace tundish::cli
