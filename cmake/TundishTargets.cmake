# Functions that declare Tundish's own targets, and the flags that hold for our code only.

# Warnings are errors in our code.
add_library(tundish_warnings INTERFACE)
target_compile_options(tundish_warnings INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wno-missing-field-initializers
  # clang counts what libstdc++ 12's std::stable_sort calls inside as ours.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# Sanitizers cover third-party code that is built here, too.
if(TUNDISH_SANITIZER)
  add_compile_options(-fsanitize=${TUNDISH_SANITIZER} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TUNDISH_SANITIZER})
endif()

# The fuzzers see which branches of the libraries an input reached.
if(TUNDISH_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

define_property(GLOBAL PROPERTY TUNDISH_LIBRARIES BRIEF_DOCS "Every tundish_library target")

# tundish_library(<folder> SOURCES ... [DEPENDS ...] [PRIVATE_DEPENDS ...])
#
# The static library of one folder under src/: target tundish_<folder>, alias tundish::<folder>.
# DEPENDS names folders below it or imported targets.
function(tundish_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(tundish_${name} STATIC ${ARG_SOURCES})
  add_library(tundish::${name} ALIAS tundish_${name})
  target_include_directories(tundish_${name} PUBLIC
    "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(tundish_${name} PUBLIC ${ARG_DEPENDS} Threads::Threads
                        PRIVATE ${ARG_PRIVATE_DEPENDS} tundish_warnings)
  set_property(GLOBAL APPEND PROPERTY TUNDISH_LIBRARIES tundish_${name})
endfunction()

# tundish_test(<name> SOURCES ... DEPENDS ... [LABELS ...] [ENVIRONMENT ...])
#
# One GoogleTest program; ctest sees each of its tests.
function(tundish_test name)
  if(NOT TUNDISH_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LABELS;ENVIRONMENT" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main tundish_warnings)
  include(GoogleTest)
  set(properties TIMEOUT 600)
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  if(ARG_ENVIRONMENT)
    list(APPEND properties ENVIRONMENT "${ARG_ENVIRONMENT}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()

# tundish_fuzzer(<name> SOURCES ... DEPENDS ...)
#
# One libFuzzer program, put where scripts/test finds it. It starts from the files in
# tests/fuzz/corpus/<name>, if there are any.
function(tundish_fuzzer name)
  if(NOT TUNDISH_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} tundish_warnings)
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzzers")
endfunction()
