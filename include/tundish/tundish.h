/* Tundish's C ABI: compile StableHLO, load, ask for the signature, run.
 *
 *   tundish_toolkit_t* toolkit = NULL;
 *   tundish_error_t* error = tundish_toolkit_create(NULL, &toolkit);
 *   tundish_bytes_t model = {sizeof model, "model.mlir", NULL, 0, NULL};
 *   tundish_compiled_t* compiled = NULL;
 *   if (!error) error = tundish_toolkit_compile(toolkit, &model, "cpu", NULL, &compiled);
 *   tundish_executable_t* executable = NULL;
 *   if (!error) error = tundish_toolkit_load_compiled(toolkit, compiled, NULL, &executable);
 *   tundish_instance_t* instance = NULL;
 *   if (!error) error = tundish_executable_create_instance(executable, &instance);
 *   if (!error) error = tundish_instance_run(instance, NULL, inputs, 2, results, 1, &count);
 *   if (error) fprintf(stderr, "%s\n", tundish_error_message(error));
 *
 * Errors. What can fail returns a tundish_error_t*, NULL for success; the caller releases it. On
 * failure every out parameter is NULL or zero. A NULL where something is needed is
 * TUNDISH_INVALID_ARGUMENT, never a crash; a pointer that is neither NULL nor valid is undefined.
 * Functions that only look something up answer a NULL handle or an index out of range with NULL, 0
 * or -1. No exception leaves this library, it never prints, and it never aborts on user input.
 *
 * Ownership. `_create`, `_compile`, `_load` and `_run` give handles with one reference, which the
 * caller gives back with `_release`; `_retain` adds one and returns its argument. Both accept NULL.
 * A handle keeps what it needs alive: the toolkit may be released before its executables. Strings
 * and structures that a function returns belong to the handle asked, and live as long as it.
 *
 * Threads. Every function may be called from any thread. Toolkits, compiled programs, executables,
 * signatures, tensors and errors are immutable: threads may share them. An instance holds the
 * program's state and is used by one thread at a time; make one for each thread.
 *
 * Versions. Every structure begins with `struct_size`, which the caller sets to sizeof; a program
 * built with older headers goes on working. A structure of zeros (but for struct_size) asks for the
 * defaults. In an array, the struct_size of the first element is the distance of the elements.
 * Bytes past what this library knows must be zero: otherwise TUNDISH_UNIMPLEMENTED.
 */
#ifndef TUNDISH_TUNDISH_H_
#define TUNDISH_TUNDISH_H_

/* NOLINTBEGIN: this header is C as well. */
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TUNDISH_API __attribute__((visibility("default")))
#else
#define TUNDISH_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* --- Versions ------------------------------------------------------------------------------ */

/* Major: something that was there changed. Minor: something was added. */
#define TUNDISH_ABI_VERSION_MAJOR 0
#define TUNDISH_ABI_VERSION_MINOR 1
#define TUNDISH_ABI_VERSION \
  (((uint32_t)TUNDISH_ABI_VERSION_MAJOR << 16) | (uint32_t)TUNDISH_ABI_VERSION_MINOR)

/* The library's TUNDISH_ABI_VERSION: (major << 16) | minor. */
TUNDISH_API uint32_t tundish_abi_version(void);
/* "0.1.0"; static storage. */
TUNDISH_API const char* tundish_version(void);

/* --- Numbers ------------------------------------------------------------------------------- */

/* What went wrong; the numbers are those of Abseil, gRPC, IREE and PJRT. */
typedef int32_t tundish_code_t;
enum {
  TUNDISH_OK = 0,
  TUNDISH_CANCELLED = 1,
  TUNDISH_UNKNOWN = 2,
  TUNDISH_INVALID_ARGUMENT = 3,  /* the caller's mistake: a malformed program, a wrong shape */
  TUNDISH_DEADLINE_EXCEEDED = 4, /* a time limit ran out */
  TUNDISH_NOT_FOUND = 5,         /* a file, function or name that does not exist */
  TUNDISH_ALREADY_EXISTS = 6,
  TUNDISH_PERMISSION_DENIED = 7,
  TUNDISH_RESOURCE_EXHAUSTED = 8,  /* a memory, disk or output limit ran out */
  TUNDISH_FAILED_PRECONDITION = 9, /* e.g. an executable for another machine */
  TUNDISH_ABORTED = 10,            /* a compiler or an isolated child failed, crashed, was killed */
  TUNDISH_OUT_OF_RANGE = 11,
  TUNDISH_UNIMPLEMENTED = 12, /* this build or backend does not do it */
  TUNDISH_INTERNAL = 13,      /* a bug of Tundish */
  TUNDISH_UNAVAILABLE = 14,   /* a device, driver or library is missing on this machine */
  TUNDISH_DATA_LOSS = 15,     /* stored bytes are truncated or damaged */
  TUNDISH_UNAUTHENTICATED = 16
};

/* Where in the chain it went wrong. */
typedef int32_t tundish_stage_t;
enum {
  TUNDISH_STAGE_NONE = 0,
  TUNDISH_STAGE_PARSE = 1,
  TUNDISH_STAGE_COMPILE = 2,
  TUNDISH_STAGE_LOAD = 3,
  TUNDISH_STAGE_RUN = 4
};

typedef int32_t tundish_severity_t;
enum {
  TUNDISH_SEVERITY_ERROR = 0,
  TUNDISH_SEVERITY_WARNING = 1,
  TUNDISH_SEVERITY_REMARK = 2,
  TUNDISH_SEVERITY_NOTE = 3
};

typedef int32_t tundish_log_level_t;
enum {
  TUNDISH_LOG_TRACE = 0,
  TUNDISH_LOG_DEBUG = 1,
  TUNDISH_LOG_INFO = 2,
  TUNDISH_LOG_WARNING = 3,
  TUNDISH_LOG_ERROR = 4,
  TUNDISH_LOG_OFF = 5
};

/* StableHLO's element types. On the host an element takes whole bytes, little-endian: i1, i2, i4,
 * ui2, ui4, f4 and f6 one byte each (signed ones sign-extended); complex is (real, imaginary). */
typedef int32_t tundish_element_type_t;
enum {
  TUNDISH_ELEMENT_TYPE_I1 = 0,
  TUNDISH_ELEMENT_TYPE_I2 = 1,
  TUNDISH_ELEMENT_TYPE_I4 = 2,
  TUNDISH_ELEMENT_TYPE_I8 = 3,
  TUNDISH_ELEMENT_TYPE_I16 = 4,
  TUNDISH_ELEMENT_TYPE_I32 = 5,
  TUNDISH_ELEMENT_TYPE_I64 = 6,
  TUNDISH_ELEMENT_TYPE_UI2 = 7,
  TUNDISH_ELEMENT_TYPE_UI4 = 8,
  TUNDISH_ELEMENT_TYPE_UI8 = 9,
  TUNDISH_ELEMENT_TYPE_UI16 = 10,
  TUNDISH_ELEMENT_TYPE_UI32 = 11,
  TUNDISH_ELEMENT_TYPE_UI64 = 12,
  TUNDISH_ELEMENT_TYPE_F4E2M1FN = 13,
  TUNDISH_ELEMENT_TYPE_F6E2M3FN = 14,
  TUNDISH_ELEMENT_TYPE_F6E3M2FN = 15,
  TUNDISH_ELEMENT_TYPE_F8E3M4 = 16,
  TUNDISH_ELEMENT_TYPE_F8E4M3 = 17,
  TUNDISH_ELEMENT_TYPE_F8E4M3FN = 18,
  TUNDISH_ELEMENT_TYPE_F8E4M3B11FNUZ = 19,
  TUNDISH_ELEMENT_TYPE_F8E4M3FNUZ = 20,
  TUNDISH_ELEMENT_TYPE_F8E5M2 = 21,
  TUNDISH_ELEMENT_TYPE_F8E5M2FNUZ = 22,
  TUNDISH_ELEMENT_TYPE_F8E8M0FNU = 23,
  TUNDISH_ELEMENT_TYPE_BF16 = 24,
  TUNDISH_ELEMENT_TYPE_F16 = 25,
  TUNDISH_ELEMENT_TYPE_F32 = 26,
  TUNDISH_ELEMENT_TYPE_F64 = 27,
  TUNDISH_ELEMENT_TYPE_COMPLEX_F32 = 28,
  TUNDISH_ELEMENT_TYPE_COMPLEX_F64 = 29
};

/* StableHLO's spelling, "f32", "complex<f32>"; NULL for no element type. Static storage. */
TUNDISH_API const char* tundish_element_type_name(tundish_element_type_t type);
/* Bytes of one element on the host; 0 for no element type. */
TUNDISH_API size_t tundish_element_type_size(tundish_element_type_t type);

/* --- Errors -------------------------------------------------------------------------------- */

typedef struct tundish_error_t tundish_error_t;

/* A compiler's message about a place in the program. */
typedef struct tundish_diagnostic_t {
  size_t struct_size;
  tundish_severity_t severity;
  int32_t line;     /* from 1; 0: unknown */
  int32_t column;   /* from 1; 0: unknown */
  const char* file; /* as the user named it; "": the program as a whole */
  const char* message;
} tundish_diagnostic_t;

/* TUNDISH_OK for NULL. */
TUNDISH_API tundish_code_t tundish_error_code(const tundish_error_t* error);
/* Where, what was found, what was expected; "" for NULL. */
TUNDISH_API const char* tundish_error_message(const tundish_error_t* error);
TUNDISH_API tundish_stage_t tundish_error_stage(const tundish_error_t* error);
/* The folder that reproduces the failure; "" when there is none. */
TUNDISH_API const char* tundish_error_reproducer(const tundish_error_t* error);
TUNDISH_API size_t tundish_error_diagnostic_count(const tundish_error_t* error);
/* Fills `out` and returns 1, or returns 0. */
TUNDISH_API int32_t tundish_error_diagnostic(const tundish_error_t* error, size_t index,
                                             tundish_diagnostic_t* out);
TUNDISH_API void tundish_error_release(tundish_error_t* error);

/* --- Log ----------------------------------------------------------------------------------- */

/* Called for one message at a time, from any thread; must not call this library. */
typedef void (*tundish_log_callback_t)(void* user_data, tundish_log_level_t level,
                                       const char* message);
/* Sends messages of `level` and above to `callback`; NULL switches logging off, which is how the
 * library starts. One callback for the whole process. When it returns the old one runs no more. */
TUNDISH_API tundish_error_t* tundish_set_log_callback(tundish_log_callback_t callback,
                                                      void* user_data, tundish_log_level_t level);

/* --- Toolkit ------------------------------------------------------------------------------- */

typedef struct tundish_toolkit_t tundish_toolkit_t;

/* Where compilers and executables work. */
typedef int32_t tundish_isolation_t;
enum {
  TUNDISH_ISOLATION_HOST = 0,      /* in a child process: a crash becomes an error */
  TUNDISH_ISOLATION_IN_PROCESS = 1 /* here: fastest to set up, at the caller's risk */
};

typedef struct tundish_toolkit_options_t {
  size_t struct_size;
  tundish_isolation_t isolation;
  int32_t disable_cache;    /* 1: compile always */
  const char* cache_folder; /* NULL: $TUNDISH_CACHE_DIR, or the user's cache folder */
  uint64_t cache_max_bytes; /* 0: the default */
} tundish_toolkit_options_t;

/* `options` may be NULL. */
TUNDISH_API tundish_error_t* tundish_toolkit_create(const tundish_toolkit_options_t* options,
                                                    tundish_toolkit_t** out_toolkit);
TUNDISH_API tundish_toolkit_t* tundish_toolkit_retain(tundish_toolkit_t* toolkit);
TUNDISH_API void tundish_toolkit_release(tundish_toolkit_t* toolkit);

/* --- Compile ------------------------------------------------------------------------------- */

/* A program, or an executable: either a file or bytes in memory, which are copied. */
typedef struct tundish_bytes_t {
  size_t struct_size;
  const char* path; /* a file, or NULL */
  const void* data; /* used when path is NULL */
  size_t data_size;
  const char* name; /* what diagnostics call `data`; NULL: "input" */
} tundish_bytes_t;

typedef int32_t tundish_profile_t;
enum {
  TUNDISH_PROFILE_AGGRESSIVE = 0, /* the fastest run */
  TUNDISH_PROFILE_SIZE = 1,       /* the smallest executable */
  TUNDISH_PROFILE_LATENCY = 2     /* the shortest way from a small input to its result */
};

/* The compilers' own level. */
typedef int32_t tundish_optimization_level_t;
enum {
  TUNDISH_OPTIMIZATION_LEVEL_DEFAULT = 0, /* O3 */
  TUNDISH_OPTIMIZATION_LEVEL_O0 = 1,
  TUNDISH_OPTIMIZATION_LEVEL_O1 = 2,
  TUNDISH_OPTIMIZATION_LEVEL_O2 = 3,
  TUNDISH_OPTIMIZATION_LEVEL_O3 = 4
};

typedef struct tundish_compile_options_t {
  size_t struct_size;
  tundish_profile_t profile;
  tundish_optimization_level_t optimization_level;
  int32_t deterministic;         /* 1: the same bits on every run and thread count */
  const char* backend;           /* NULL: "iree" */
  const char* const* iree_flags; /* the user's own flags, added last */
  size_t iree_flag_count;
  /* Limits of the isolated compiler; 0: none. */
  uint64_t timeout_ms;
  uint64_t memory_limit_bytes;
  uint64_t output_limit_bytes;
  /* Asked now and then, from any thread; nonzero cancels. May be NULL. */
  int32_t (*is_cancelled)(void* user_data);
  /* Told what the compiler does now, from any thread. May be NULL. */
  void (*on_progress)(void* user_data, const char* phase);
  void* user_data; /* for both callbacks */
} tundish_compile_options_t;

/* What compiling gave: the executable's bytes and a report. */
typedef struct tundish_compiled_t tundish_compiled_t;
/* What a program's functions take and give. */
typedef struct tundish_signature_t tundish_signature_t;

/* Compiles `source` for one target ("cpu", "cuda:sm_80", ...), or takes the executable from the
 * cache. TUNDISH_INVALID_ARGUMENT with diagnostics for a malformed program, TUNDISH_ABORTED with a
 * reproducer where the compiler failed. `options` may be NULL. */
TUNDISH_API tundish_error_t* tundish_toolkit_compile(tundish_toolkit_t* toolkit,
                                                     const tundish_bytes_t* source,
                                                     const char* target,
                                                     const tundish_compile_options_t* options,
                                                     tundish_compiled_t** out_compiled);
TUNDISH_API tundish_compiled_t* tundish_compiled_retain(tundish_compiled_t* compiled);
TUNDISH_API void tundish_compiled_release(tundish_compiled_t* compiled);

/* The executable's bytes. */
TUNDISH_API const void* tundish_compiled_data(const tundish_compiled_t* compiled);
TUNDISH_API size_t tundish_compiled_size(const tundish_compiled_t* compiled);
/* Writes the bytes to a file, which has its old content or the new one, never a part. */
TUNDISH_API tundish_error_t* tundish_compiled_write(const tundish_compiled_t* compiled,
                                                    const char* path);
TUNDISH_API const tundish_signature_t* tundish_compiled_signature(
    const tundish_compiled_t* compiled);
TUNDISH_API const char* tundish_compiled_backend(const tundish_compiled_t* compiled);
TUNDISH_API const char* tundish_compiled_compiler_version(const tundish_compiled_t* compiled);
/* Resolved and canonical: never plain "cpu". */
TUNDISH_API const char* tundish_compiled_target(const tundish_compiled_t* compiled);
/* "<sha-256>/<size>" of the Remote Execution Action, also where no cache is used. */
TUNDISH_API const char* tundish_compiled_key(const tundish_compiled_t* compiled);
TUNDISH_API int32_t tundish_compiled_is_cache_hit(const tundish_compiled_t* compiled);
/* Why the cache could not be used; "" normally. */
TUNDISH_API const char* tundish_compiled_cache_warning(const tundish_compiled_t* compiled);
/* Wall clock of the request, cache included. */
TUNDISH_API double tundish_compiled_seconds(const tundish_compiled_t* compiled);
/* Warnings survive success. Fills `out` and returns 1, or returns 0. */
TUNDISH_API size_t tundish_compiled_diagnostic_count(const tundish_compiled_t* compiled);
TUNDISH_API int32_t tundish_compiled_diagnostic(const tundish_compiled_t* compiled, size_t index,
                                                tundish_diagnostic_t* out);
/* The profile's rules that applied: each a flag and the reason for it. */
TUNDISH_API size_t tundish_compiled_rule_count(const tundish_compiled_t* compiled);
TUNDISH_API const char* tundish_compiled_rule_flag(const tundish_compiled_t* compiled,
                                                   size_t index);
TUNDISH_API const char* tundish_compiled_rule_reason(const tundish_compiled_t* compiled,
                                                     size_t index);
/* E.g. "compiled as sm_89 PTX; the driver finishes it". */
TUNDISH_API size_t tundish_compiled_note_count(const tundish_compiled_t* compiled);
TUNDISH_API const char* tundish_compiled_note(const tundish_compiled_t* compiled, size_t index);

/* --- Signature ----------------------------------------------------------------------------- */

/* One input or result. */
typedef struct tundish_argument_t {
  size_t struct_size;
  const char* name; /* "" where the program gives none */
  tundish_element_type_t element_type;
  int32_t rank;
  const int64_t* dims; /* `rank` of them; -1: dynamic */
} tundish_argument_t;

/* Public functions, in the program's order. */
TUNDISH_API size_t tundish_signature_function_count(const tundish_signature_t* signature);
TUNDISH_API const char* tundish_signature_function_name(const tundish_signature_t* signature,
                                                        size_t function);
TUNDISH_API size_t tundish_signature_input_count(const tundish_signature_t* signature,
                                                 size_t function);
TUNDISH_API size_t tundish_signature_result_count(const tundish_signature_t* signature,
                                                  size_t function);
/* Fill `out` and return 1, or return 0. */
TUNDISH_API int32_t tundish_signature_input(const tundish_signature_t* signature, size_t function,
                                            size_t index, tundish_argument_t* out);
TUNDISH_API int32_t tundish_signature_result(const tundish_signature_t* signature, size_t function,
                                             size_t index, tundish_argument_t* out);

/* --- Load ---------------------------------------------------------------------------------- */

/* A parameter file (.safetensors or .irpa) and the scope under which the program names it. */
typedef struct tundish_parameter_file_t {
  size_t struct_size;
  const char* scope;
  const char* path;
} tundish_parameter_file_t;

typedef struct tundish_load_options_t {
  size_t struct_size;
  const char* const* devices; /* "local-sync", "local-task", "vulkan", "cuda" */
  size_t device_count;        /* 0: the default for the executable's target */
  int32_t threads;            /* of devices that run on the host's cores; 0: one per core */
  const char* backend;        /* NULL: told by the bytes */
  const tundish_parameter_file_t* parameters;
  size_t parameter_count;
  /* Limits of an isolated load or run; 0: none. */
  uint64_t timeout_ms;
  uint64_t memory_limit_bytes;
  uint64_t output_limit_bytes;
} tundish_load_options_t;

/* An executable on its devices: immutable, shared between threads. */
typedef struct tundish_executable_t tundish_executable_t;

/* TUNDISH_DATA_LOSS for truncated or foreign bytes, TUNDISH_FAILED_PRECONDITION for another
 * machine's, TUNDISH_UNAVAILABLE where the device is missing. `options` may be NULL. */
TUNDISH_API tundish_error_t* tundish_toolkit_load(tundish_toolkit_t* toolkit,
                                                  const tundish_bytes_t* executable,
                                                  const tundish_load_options_t* options,
                                                  tundish_executable_t** out_executable);
/* The same without a copy of the bytes. */
TUNDISH_API tundish_error_t* tundish_toolkit_load_compiled(tundish_toolkit_t* toolkit,
                                                           const tundish_compiled_t* compiled,
                                                           const tundish_load_options_t* options,
                                                           tundish_executable_t** out_executable);
TUNDISH_API tundish_executable_t* tundish_executable_retain(tundish_executable_t* executable);
TUNDISH_API void tundish_executable_release(tundish_executable_t* executable);
TUNDISH_API const tundish_signature_t* tundish_executable_signature(
    const tundish_executable_t* executable);
TUNDISH_API size_t tundish_executable_device_count(const tundish_executable_t* executable);
TUNDISH_API const char* tundish_executable_device(const tundish_executable_t* executable,
                                                  size_t index);

/* --- Run ----------------------------------------------------------------------------------- */

/* The caller's memory as a tensor: dense, row-major, without dynamic dimensions. */
typedef struct tundish_tensor_view_t {
  size_t struct_size;
  tundish_element_type_t element_type;
  int32_t rank;
  const int64_t* dims; /* `rank` of them; may be NULL for rank 0 */
  void* data;          /* of an input: only read */
  size_t size_bytes;   /* must be what type and dimensions need */
} tundish_tensor_view_t;

/* A tensor that the library made. */
typedef struct tundish_tensor_t tundish_tensor_t;
/* A loaded executable with its state. */
typedef struct tundish_instance_t tundish_instance_t;

TUNDISH_API tundish_error_t* tundish_executable_create_instance(tundish_executable_t* executable,
                                                                tundish_instance_t** out_instance);
TUNDISH_API void tundish_instance_release(tundish_instance_t* instance);

/* Runs `function` (NULL: the only one, or "main") and waits. Inputs are borrowed for the call.
 *
 * Puts one tensor for each result into `results`, an array of `result_capacity` that the caller
 * supplies, and their number into `out_result_count`; the caller releases each tensor.
 * TUNDISH_OUT_OF_RANGE when the array is too short (nothing has run then),
 * TUNDISH_INVALID_ARGUMENT names an input that does not fit the signature. */
TUNDISH_API tundish_error_t* tundish_instance_run(tundish_instance_t* instance,
                                                  const char* function,
                                                  const tundish_tensor_view_t* inputs,
                                                  size_t input_count, tundish_tensor_t** results,
                                                  size_t result_capacity, size_t* out_result_count);
/* The same into the caller's memory, one view for each result, of its type and dimensions and
 * aligned for its element type. */
TUNDISH_API tundish_error_t* tundish_instance_run_into(
    tundish_instance_t* instance, const char* function, const tundish_tensor_view_t* inputs,
    size_t input_count, const tundish_tensor_view_t* outputs, size_t output_count);

/* -1 for NULL. */
TUNDISH_API tundish_element_type_t tundish_tensor_element_type(const tundish_tensor_t* tensor);
/* -1 for NULL. */
TUNDISH_API int32_t tundish_tensor_rank(const tundish_tensor_t* tensor);
/* As many as the rank. */
TUNDISH_API const int64_t* tundish_tensor_dims(const tundish_tensor_t* tensor);
/* Dense and row-major; NULL for no elements. */
TUNDISH_API const void* tundish_tensor_data(const tundish_tensor_t* tensor);
TUNDISH_API size_t tundish_tensor_size(const tundish_tensor_t* tensor);
TUNDISH_API tundish_tensor_t* tundish_tensor_retain(tundish_tensor_t* tensor);
TUNDISH_API void tundish_tensor_release(tundish_tensor_t* tensor);

#ifdef __cplusplus
} /* extern "C" */
#endif
/* NOLINTEND */

#endif /* TUNDISH_TUNDISH_H_ */
