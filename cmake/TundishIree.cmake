# The IREE runtime, built from source and linked statically: target tundish_iree_runtime.
#
# The source is what scripts/setup installed, or -DTUNDISH_IREE_SOURCE_DIR. The compiler is not
# linked: it is loaded at run time from TUNDISH_IREE_COMPILER_LIB (environment), then from the default
# that is compiled in here.

set(source "${TUNDISH_IREE_SOURCE_DIR}")
if(NOT source)
  set(source "${TUNDISH_DEPS_DIR}/iree-runtime-source")
endif()
if(NOT EXISTS "${source}/runtime/src/iree/runtime/api.h")
  message(FATAL_ERROR
    "IREE's runtime source is not at ${source}: run scripts/setup, or pass "
    "-DTUNDISH_IREE_SOURCE_DIR=<iree checkout>, or -DTUNDISH_ENABLE_IREE=OFF")
endif()

set(IREE_BUILD_COMPILER OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_TESTS OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_BENCHMARKS OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_SAMPLES OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_ALL_CHECK_TEST_MODULES OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_PYTHON_BINDINGS OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_BINDINGS_TFLITE OFF CACHE BOOL "" FORCE)
set(IREE_BUILD_BINDINGS_TFLITE_JAVA OFF CACHE BOOL "" FORCE)
set(IREE_ENABLE_LIBBACKTRACE OFF CACHE BOOL "" FORCE)
set(IREE_ENABLE_THREADING ON CACHE BOOL "" FORCE)
set(IREE_HAL_DRIVER_DEFAULTS OFF CACHE BOOL "" FORCE)
set(IREE_HAL_DRIVER_LOCAL_SYNC ON CACHE BOOL "" FORCE)
set(IREE_HAL_DRIVER_LOCAL_TASK ON CACHE BOOL "" FORCE)
set(IREE_HAL_DRIVER_VULKAN ON CACHE BOOL "" FORCE)

# CUDA's headers are needed to build its driver; libcuda itself is looked for at run time.
set(cuda_headers "${TUNDISH_DEPS_DIR}/cuda")
if(EXISTS "${cuda_headers}/include/cuda.h")
  set(IREE_HAL_DRIVER_CUDA ON CACHE BOOL "" FORCE)
  set(ENV{IREE_CUDA_DEPS_DIR} "${cuda_headers}")  # read from the environment; without it CUDA is downloaded
  set(TUNDISH_IREE_CUDA ON)
else()
  set(IREE_HAL_DRIVER_CUDA OFF CACHE BOOL "" FORCE)
  message(STATUS "CUDA headers are not at ${cuda_headers}: built without the cuda device")
endif()

# IREE's CMake sets global flags and messages of its own; keep its targets out of "all" and "install".
set(CMAKE_MESSAGE_LOG_LEVEL WARNING)
set(tundish_build_testing "${BUILD_TESTING}")
set(BUILD_TESTING OFF)
add_subdirectory("${source}" "${CMAKE_BINARY_DIR}/iree-runtime" EXCLUDE_FROM_ALL SYSTEM)
set(BUILD_TESTING "${tundish_build_testing}")
unset(CMAKE_MESSAGE_LOG_LEVEL)
# With assertions on, the Vulkan driver asks for validation layers by default and opens no device on
# a machine that lacks them. This file alone chooses the defaults.
target_compile_definitions(iree_hal_drivers_vulkan_registration_registration.objects PRIVATE NDEBUG)

add_library(tundish_iree_runtime INTERFACE)
target_link_libraries(tundish_iree_runtime INTERFACE
  iree::async iree::async::util::proactor_pool iree::base iree::hal iree::hal::drivers
  iree::io::file_handle iree::io::parameter_index iree::io::parameter_index_provider
  iree::modules::hal iree::modules::io::parameters::parameters iree::vm
  iree::vm::bytecode::module)
target_include_directories(tundish_iree_runtime SYSTEM INTERFACE "${source}/runtime/src")
target_compile_definitions(tundish_iree_runtime INTERFACE
  IREE_ALLOCATOR_SYSTEM_CTL=iree_allocator_libc_ctl
  $<$<BOOL:${TUNDISH_IREE_CUDA}>:TUNDISH_IREE_CUDA=1>)

# The C headers of the compiler's embedding API.
add_library(tundish_iree_compiler_headers INTERFACE)
target_include_directories(tundish_iree_compiler_headers SYSTEM INTERFACE
  "${source}/compiler/bindings/c")

if(NOT TUNDISH_IREE_COMPILER_LIB)
  set(TUNDISH_IREE_COMPILER_LIB "${TUNDISH_DEPS_DIR}/iree-compiler/libIREECompiler.so"
      CACHE FILEPATH "libIREECompiler.so that is tried by default at run time" FORCE)
endif()
