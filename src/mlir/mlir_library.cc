#include "mlir/mlir_library.h"

#include <dlfcn.h>

#include <mutex>

namespace tundish {
namespace {

std::mutex g_mutex;
const MlirLibrary* g_library = nullptr;  // published when complete, never freed

}  // namespace

Result<const MlirLibrary*> MlirLibrary::load(const std::string& path) {
  std::lock_guard lock(g_mutex);
  if (g_library == nullptr) {
    TUNDISH_ASSIGN(g_library, open(path));
  } else if (g_library->path_ != path) {
    return failed_precondition("this process has loaded " + g_library->path_ + " and cannot load " +
                               path + " beside it: start another process");
  }
  return g_library;
}

Result<const MlirLibrary*> MlirLibrary::open(const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    return unavailable(std::string("cannot load the IREE compiler: ") +
                       (reason ? reason : path.c_str()) +
                       "; run scripts/setup, or point TUNDISH_IREE_COMPILER_LIB at a "
                       "libIREECompiler.so");
  }
  auto library = std::make_unique<MlirLibrary>();
  library->path_ = path;
  library->handle_ = handle;
#define TUNDISH_RESOLVE(result, name, parameters)                                               \
  library->name = reinterpret_cast<decltype(library->name)>(dlsym(handle, #name));              \
  if (library->name == nullptr) {                                                               \
    dlclose(handle);                                                                            \
    return unavailable(path + " has no symbol " #name                                           \
                              ": it is another version than Tundish was made for (IREE 3.13)"); \
  }
  TUNDISH_MLIR_FUNCTIONS(TUNDISH_RESOLVE)
#undef TUNDISH_RESOLVE
  return library.release();
}

void* MlirLibrary::symbol(const char* name) const { return dlsym(handle_, name); }

}  // namespace tundish
