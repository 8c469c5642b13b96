# Third-party packages. Versions live in scripts/setup.d; this file only finds them.

# The folder that scripts/setup fills with what is not a Debian package.
if(NOT "$ENV{TUNDISH_DEPS_DIR}" STREQUAL "")
  set(TUNDISH_DEPS_DIR "$ENV{TUNDISH_DEPS_DIR}" CACHE PATH "Folder that scripts/setup fills")
elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(TUNDISH_DEPS_DIR "$ENV{XDG_CACHE_HOME}/tundish/deps" CACHE PATH "Folder that scripts/setup fills")
else()
  set(TUNDISH_DEPS_DIR "$ENV{HOME}/.cache/tundish/deps" CACHE PATH "Folder that scripts/setup fills")
endif()

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(valijson REQUIRED)
set(OPENSSL_USE_STATIC_LIBS TRUE)  # the installed binary depends on the C and C++ runtimes only
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
if(TUNDISH_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()

# spdlog and fmt as headers, so that nothing but libc stays to be found at run time.
add_library(tundish_spdlog INTERFACE)
target_link_libraries(tundish_spdlog INTERFACE fmt::fmt-header-only Threads::Threads)
target_compile_definitions(tundish_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)

if(TUNDISH_ENABLE_IREE)
  include(TundishIree)
endif()
