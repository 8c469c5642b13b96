/* The C ABI from a C99 program: compile, ask, load, run, and every kind of caller's mistake.
 * Usage: capi_test MODEL iree|no-iree */
#include "tundish/tundish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                               \
    }                                                                           \
  } while (0)

/* Stops where going on makes no sense. */
static void must(tundish_error_t* error, int line) {
  if (error == NULL) return;
  fprintf(stderr, "%s:%d: error %d: %s\n", __FILE__, line, (int)tundish_error_code(error),
          tundish_error_message(error));
  exit(1);
}
#define MUST(call) must(call, __LINE__)

/* Expects the call to fail with `code` and a message that holds `words`. */
static void fails(tundish_error_t* error, tundish_code_t code, const char* words, int line) {
  if (tundish_error_code(error) != code || strstr(tundish_error_message(error), words) == NULL) {
    fprintf(stderr, "%s:%d: found error %d \"%s\", expected %d with \"%s\"\n", __FILE__, line,
            (int)tundish_error_code(error), tundish_error_message(error), (int)code, words);
    ++failures;
  }
  tundish_error_release(error);
}
#define FAILS(call, code, words) fails(call, code, words, __LINE__)

static const int64_t kTen[1] = {10};
static const int64_t kNine[1] = {9};
static float lhs[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static float rhs[10] = {90, 80, 70, 60, 50, 40, 30, 20, 10, 0};
static const float kSum[10] = {90, 81, 72, 63, 54, 45, 36, 27, 18, 9};

static tundish_tensor_view_t view(void* data, const int64_t* dims, size_t size) {
  tundish_tensor_view_t result;
  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;
  result.element_type = TUNDISH_ELEMENT_TYPE_F32;
  result.rank = 1;
  result.dims = dims;
  result.data = data;
  result.size_bytes = size;
  return result;
}

static tundish_bytes_t file(const char* path) {
  tundish_bytes_t result;
  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;
  result.path = path;
  return result;
}

static tundish_bytes_t text(const char* program, const char* name) {
  tundish_bytes_t result = file(NULL);
  result.data = program;
  result.data_size = strlen(program);
  result.name = name;
  return result;
}

static int messages = 0;
static void count_message(void* user_data, tundish_log_level_t level, const char* message) {
  CHECK(user_data == &messages);
  CHECK(level >= TUNDISH_LOG_TRACE && level < TUNDISH_LOG_OFF);
  CHECK(message != NULL);
  ++messages;
}

static void test_lookups_take_null(void) {
  CHECK(tundish_abi_version() == TUNDISH_ABI_VERSION);
  CHECK(strchr(tundish_version(), '.') != NULL);
  CHECK(strcmp(tundish_element_type_name(TUNDISH_ELEMENT_TYPE_COMPLEX_F64), "complex<f64>") == 0);
  CHECK(tundish_element_type_size(TUNDISH_ELEMENT_TYPE_BF16) == 2);
  CHECK(tundish_element_type_name(-1) == NULL && tundish_element_type_size(1000) == 0);
  CHECK(tundish_error_code(NULL) == TUNDISH_OK && *tundish_error_message(NULL) == 0);
  CHECK(tundish_error_stage(NULL) == TUNDISH_STAGE_NONE && *tundish_error_reproducer(NULL) == 0);
  CHECK(tundish_error_diagnostic_count(NULL) == 0 && tundish_error_diagnostic(NULL, 0, NULL) == 0);
  CHECK(tundish_compiled_size(NULL) == 0 && tundish_compiled_key(NULL) == NULL);
  CHECK(tundish_signature_function_count(NULL) == 0);
  CHECK(tundish_signature_input(NULL, 0, 0, NULL) == 0);
  CHECK(tundish_executable_signature(NULL) == NULL && tundish_executable_device(NULL, 0) == NULL);
  CHECK(tundish_tensor_data(NULL) == NULL && tundish_tensor_rank(NULL) == -1);
  tundish_error_release(NULL);
  tundish_toolkit_release(NULL);
  tundish_compiled_release(NULL);
  tundish_executable_release(NULL);
  tundish_instance_release(NULL);
  tundish_tensor_release(NULL);
}

static void test_null_arguments(tundish_toolkit_t* toolkit, const char* model) {
  tundish_bytes_t source = file(model);
  tundish_compiled_t* compiled = (tundish_compiled_t*)&source;
  tundish_executable_t* executable = NULL;
  tundish_instance_t* instance = NULL;
  size_t count = 7;
  FAILS(tundish_toolkit_create(NULL, NULL), TUNDISH_INVALID_ARGUMENT, "out_toolkit is NULL");
  FAILS(tundish_toolkit_compile(NULL, &source, "cpu", NULL, &compiled), TUNDISH_INVALID_ARGUMENT,
        "toolkit is NULL");
  CHECK(compiled == NULL);
  FAILS(tundish_toolkit_compile(toolkit, NULL, "cpu", NULL, &compiled), TUNDISH_INVALID_ARGUMENT,
        "source is NULL");
  FAILS(tundish_toolkit_compile(toolkit, &source, NULL, NULL, &compiled), TUNDISH_INVALID_ARGUMENT,
        "target is NULL");
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", NULL, NULL), TUNDISH_INVALID_ARGUMENT,
        "out_compiled is NULL");
  source = file(NULL);
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", NULL, &compiled), TUNDISH_INVALID_ARGUMENT,
        "both path and data");
  FAILS(tundish_toolkit_load(toolkit, NULL, NULL, &executable), TUNDISH_INVALID_ARGUMENT,
        "executable is NULL");
  FAILS(tundish_toolkit_load_compiled(toolkit, NULL, NULL, &executable), TUNDISH_INVALID_ARGUMENT,
        "compiled is NULL");
  FAILS(tundish_executable_create_instance(NULL, &instance), TUNDISH_INVALID_ARGUMENT,
        "executable is NULL");
  FAILS(tundish_instance_run(NULL, NULL, NULL, 0, NULL, 0, &count), TUNDISH_INVALID_ARGUMENT,
        "instance is NULL");
  CHECK(count == 0);
  FAILS(tundish_instance_run_into(NULL, NULL, NULL, 0, NULL, 0), TUNDISH_INVALID_ARGUMENT,
        "instance is NULL");
  FAILS(tundish_compiled_write(NULL, "x"), TUNDISH_INVALID_ARGUMENT, "compiled is NULL");
}

/* A structure without a size, of an older and of a newer library. */
static void test_versions_of_structures(tundish_toolkit_t* toolkit) {
  struct {
    tundish_toolkit_options_t known;
    uint64_t future;
  } newer;
  tundish_toolkit_t* other = NULL;
  tundish_toolkit_options_t options;
  tundish_bytes_t source = file("absent.mlir");
  tundish_compiled_t* compiled = NULL;
  memset(&newer, 0, sizeof newer);
  newer.known.struct_size = sizeof newer;
  newer.known.disable_cache = 1;
  MUST(tundish_toolkit_create(&newer.known, &other));
  tundish_toolkit_release(other);
  newer.future = 1;
  FAILS(tundish_toolkit_create(&newer.known, &other), TUNDISH_UNIMPLEMENTED, "newer headers");
  CHECK(other == NULL);
  memset(&options, 0, sizeof options);
  FAILS(tundish_toolkit_create(&options, &other), TUNDISH_INVALID_ARGUMENT, "struct_size is 0");
  options.struct_size = sizeof options;
  options.isolation = 9;
  FAILS(tundish_toolkit_create(&options, &other), TUNDISH_INVALID_ARGUMENT, "isolation 9");
  /* Only what the size covers is read: garbage behind it does no harm. */
  options.struct_size = sizeof options.struct_size;
  MUST(tundish_toolkit_create(&options, &other));
  tundish_toolkit_release(other);
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", NULL, &compiled), TUNDISH_NOT_FOUND,
        "absent.mlir");
}

static void test_bad_programs(tundish_toolkit_t* toolkit, const char* model) {
  tundish_compiled_t* compiled = NULL;
  tundish_executable_t* executable = NULL;
  tundish_error_t* error;
  tundish_diagnostic_t diagnostic;
  tundish_bytes_t source = file(model);
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu:x86-64-v33", NULL, &compiled),
        TUNDISH_INVALID_ARGUMENT, "x86-64-v3");
  source = text("func.func @main() -> tensor<2xf32> {\n  return %nothing : tensor<2xf32>\n}\n",
                "broken.mlir");
  error = tundish_toolkit_compile(toolkit, &source, "cpu", NULL, &compiled);
  CHECK(tundish_error_code(error) == TUNDISH_INVALID_ARGUMENT);
  CHECK(tundish_error_diagnostic_count(error) > 0);
  memset(&diagnostic, 0, sizeof diagnostic);
  CHECK(tundish_error_diagnostic(error, 0, &diagnostic) == 0); /* no struct_size */
  diagnostic.struct_size = sizeof diagnostic;
  CHECK(tundish_error_diagnostic(error, 0, &diagnostic) == 1);
  CHECK(diagnostic.line == 2 && strcmp(diagnostic.file, "broken.mlir") == 0);
  CHECK(diagnostic.severity == TUNDISH_SEVERITY_ERROR && *diagnostic.message != 0);
  CHECK(tundish_error_diagnostic(error, 1000, &diagnostic) == 0);
  tundish_error_release(error);
  source = text("this is no executable", NULL);
  error = tundish_toolkit_load(toolkit, &source, NULL, &executable);
  CHECK(error != NULL && executable == NULL);
  tundish_error_release(error);
}

static int32_t cancel(void* user_data) { return *(int32_t*)user_data; }

static void test_compile_options(tundish_toolkit_t* toolkit) {
  tundish_compile_options_t options;
  tundish_compiled_t* compiled = NULL;
  int32_t yes = 1;
  /* Not in any cache: another program. */
  tundish_bytes_t source = text(
      "func.func @negated(%x: tensor<3xf32>) -> tensor<3xf32> {\n"
      "  %y = stablehlo.negate %x : tensor<3xf32>\n  return %y : tensor<3xf32>\n}\n",
      NULL);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.profile = 3;
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", &options, &compiled),
        TUNDISH_INVALID_ARGUMENT, "profile 3");
  options.profile = TUNDISH_PROFILE_SIZE;
  options.iree_flag_count = 1;
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", &options, &compiled),
        TUNDISH_INVALID_ARGUMENT, "iree_flags is NULL");
  options.iree_flag_count = 0;
  options.backend = "no-such-backend";
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", &options, &compiled),
        TUNDISH_UNIMPLEMENTED, "no-such-backend");
  options.backend = NULL;
  options.is_cancelled = cancel;
  options.user_data = &yes;
  FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", &options, &compiled), TUNDISH_CANCELLED,
        "");
  CHECK(compiled == NULL);
}

static void test_report(const tundish_compiled_t* compiled) {
  const tundish_signature_t* signature = tundish_compiled_signature(compiled);
  tundish_argument_t argument;
  CHECK(tundish_compiled_size(compiled) > 0 && tundish_compiled_data(compiled) != NULL);
  CHECK(strcmp(tundish_compiled_backend(compiled), "iree") == 0);
  CHECK(strcmp(tundish_compiled_target(compiled), "cpu") != 0);
  CHECK(strchr(tundish_compiled_key(compiled), '/') != NULL);
  CHECK(tundish_compiled_is_cache_hit(compiled) == 0);
  CHECK(*tundish_compiled_compiler_version(compiled) != 0);
  CHECK(tundish_compiled_seconds(compiled) > 0);
  CHECK(tundish_compiled_rule_count(compiled) > 0);
  CHECK(*tundish_compiled_rule_flag(compiled, 0) != 0);
  CHECK(*tundish_compiled_rule_reason(compiled, 0) != 0);
  CHECK(tundish_compiled_rule_flag(compiled, 10000) == NULL);
  CHECK(tundish_signature_function_count(signature) == 1);
  CHECK(strcmp(tundish_signature_function_name(signature, 0), "main") == 0);
  CHECK(tundish_signature_function_name(signature, 1) == NULL);
  CHECK(tundish_signature_input_count(signature, 0) == 2);
  CHECK(tundish_signature_result_count(signature, 0) == 1);
  memset(&argument, 0, sizeof argument);
  argument.struct_size = sizeof argument;
  CHECK(tundish_signature_input(signature, 0, 1, &argument) == 1);
  CHECK(argument.element_type == TUNDISH_ELEMENT_TYPE_F32);
  CHECK(argument.rank == 1 && argument.dims[0] == 10 && argument.name != NULL);
  CHECK(tundish_signature_input(signature, 0, 2, &argument) == 0);
  CHECK(tundish_signature_result(signature, 1, 0, &argument) == 0);
}

static void test_run(tundish_instance_t* instance) {
  tundish_tensor_view_t inputs[2];
  tundish_tensor_view_t output;
  tundish_tensor_t* results[3];
  size_t count = 0;
  float sum[10] = {0};
  char unaligned[41];
  inputs[0] = view(lhs, kTen, sizeof lhs);
  inputs[1] = view(rhs, kTen, sizeof rhs);
  MUST(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count));
  CHECK(count == 1 && results[1] == NULL && results[2] == NULL);
  CHECK(tundish_tensor_element_type(results[0]) == TUNDISH_ELEMENT_TYPE_F32);
  CHECK(tundish_tensor_rank(results[0]) == 1 && tundish_tensor_dims(results[0])[0] == 10);
  CHECK(tundish_tensor_size(results[0]) == sizeof kSum);
  CHECK(memcmp(tundish_tensor_data(results[0]), kSum, sizeof kSum) == 0);
  CHECK(tundish_tensor_retain(results[0]) == results[0]);
  tundish_tensor_release(results[0]);
  CHECK(memcmp(tundish_tensor_data(results[0]), kSum, sizeof kSum) == 0);
  tundish_tensor_release(results[0]);

  output = view(sum, kTen, sizeof sum);
  memcpy(unaligned + 1, lhs, sizeof lhs);
  inputs[0] = view(unaligned + 1, kTen, sizeof lhs);
  MUST(tundish_instance_run_into(instance, "main", inputs, 2, &output, 1));
  CHECK(memcmp(sum, kSum, sizeof kSum) == 0);

  FAILS(tundish_instance_run(instance, NULL, inputs, 2, NULL, 0, &count), TUNDISH_OUT_OF_RANGE,
        "result_capacity is 0");
  FAILS(tundish_instance_run(instance, "other", inputs, 2, results, 3, &count), TUNDISH_NOT_FOUND,
        "main");
  FAILS(tundish_instance_run(instance, NULL, inputs, 1, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "main");
  inputs[1] = view(rhs, kNine, 36);
  FAILS(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "9xf32");
  CHECK(results[0] == NULL && count == 0);
  inputs[1] = view(rhs, kTen, 36);
  FAILS(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "input 1");
  inputs[1] = view(NULL, kTen, 40);
  FAILS(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "data is NULL");
  inputs[1] = view(rhs, NULL, 40);
  FAILS(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "dims is NULL");
  inputs[1] = view(rhs, kTen, 40);
  inputs[1].rank = 100000;
  FAILS(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "rank is 100000");
  inputs[1].rank = 1;
  inputs[1].element_type = 77;
  FAILS(tundish_instance_run(instance, NULL, inputs, 2, results, 3, &count),
        TUNDISH_INVALID_ARGUMENT, "element_type 77");
  inputs[1] = view(rhs, kTen, sizeof rhs);
  output = view(unaligned + 1, kTen, sizeof lhs);
  FAILS(tundish_instance_run_into(instance, NULL, inputs, 2, &output, 1), TUNDISH_INVALID_ARGUMENT,
        "output 0");
}

/* Handles keep what they need: everything but the instance is released before it runs. */
static void test_chain(const char* model) {
  tundish_toolkit_options_t options;
  tundish_toolkit_t* toolkit = NULL;
  tundish_compiled_t* compiled = NULL;
  tundish_executable_t* executable = NULL;
  tundish_instance_t* instance = NULL;
  tundish_bytes_t source = file(model);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.disable_cache = 1;
  MUST(tundish_toolkit_create(&options, &toolkit));
  MUST(tundish_set_log_callback(count_message, &messages, TUNDISH_LOG_TRACE));
  MUST(tundish_toolkit_compile(toolkit, &source, "cpu", NULL, &compiled));
  MUST(tundish_set_log_callback(NULL, NULL, TUNDISH_LOG_OFF));
  FAILS(tundish_set_log_callback(count_message, NULL, 6), TUNDISH_OUT_OF_RANGE, "log level 6");
  test_report(compiled);
  MUST(tundish_toolkit_load_compiled(toolkit, compiled, NULL, &executable));
  tundish_executable_release(executable);
  source = file(NULL);
  source.data = tundish_compiled_data(compiled);
  source.data_size = tundish_compiled_size(compiled);
  MUST(tundish_toolkit_load(toolkit, &source, NULL, &executable));
  CHECK(tundish_executable_device_count(executable) == 1);
  CHECK(*tundish_executable_device(executable, 0) != 0);
  CHECK(tundish_executable_device(executable, 1) == NULL);
  CHECK(tundish_signature_function_count(tundish_executable_signature(executable)) == 1);
  tundish_compiled_release(compiled);
  MUST(tundish_executable_create_instance(executable, &instance));
  tundish_toolkit_release(toolkit);
  tundish_executable_release(executable);
  test_run(instance);
  tundish_instance_release(instance);
}

int main(int argc, char** argv) {
  tundish_toolkit_t* toolkit = NULL;
  if (argc != 3) return 2;
  test_lookups_take_null();
  MUST(tundish_toolkit_create(NULL, &toolkit));
  test_null_arguments(toolkit, argv[1]);
  test_versions_of_structures(toolkit);
  if (strcmp(argv[2], "iree") == 0) {
    test_bad_programs(toolkit, argv[1]);
    test_compile_options(toolkit);
    test_chain(argv[1]);
  } else {
    tundish_compiled_t* compiled = NULL;
    tundish_bytes_t source = file(argv[1]);
    FAILS(tundish_toolkit_compile(toolkit, &source, "cpu", NULL, &compiled), TUNDISH_UNIMPLEMENTED,
          "iree");
  }
  tundish_toolkit_release(toolkit);
  if (failures != 0) fprintf(stderr, "%d checks failed\n", failures);
  return failures == 0 ? 0 : 1;
}
