#include "backend/iree/compiler_api.h"

#include <elf.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "base/sha256.h"

namespace tundish::iree {
namespace {

std::mutex g_mutex;
const CompilerApi* g_api = nullptr;  // published when initialised, never freed

std::string missing_library(const std::string& path) {
  return "the IREE compiler is not at " + path +
         "; run scripts/setup, or point TUNDISH_IREE_COMPILER_LIB at a libIREECompiler.so";
}

// The GNU build ID of an ELF file, in hex; empty where it has none.
std::string elf_build_id(int fd) {
  Elf64_Ehdr header;
  if (pread(fd, &header, sizeof header, 0) != sizeof header ||
      std::string_view(reinterpret_cast<const char*>(header.e_ident), SELFMAG) != ELFMAG ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return "";
  }
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    if (pread(fd, &segment, sizeof segment,
              static_cast<off_t>(header.e_phoff + i * sizeof segment)) != sizeof segment) {
      return "";
    }
    if (segment.p_type != PT_NOTE || segment.p_filesz > 4096) continue;
    std::string notes(segment.p_filesz, '\0');
    if (pread(fd, notes.data(), notes.size(), static_cast<off_t>(segment.p_offset)) !=
        static_cast<ssize_t>(notes.size())) {
      return "";
    }
    // A note: name size, content size, type; then name and content, each padded to 4 bytes.
    for (size_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
      Elf64_Nhdr note;
      notes.copy(reinterpret_cast<char*>(&note), sizeof note, at);
      const size_t content = at + sizeof note + ((note.n_namesz + 3) & ~3u);
      if (content + note.n_descsz > notes.size()) break;
      if (note.n_type == NT_GNU_BUILD_ID && notes.compare(at + sizeof note, 4, "GNU\0", 4) == 0) {
        std::string hex;
        for (char c : notes.substr(content, note.n_descsz)) {
          constexpr char kHex[] = "0123456789abcdef";
          hex += kHex[static_cast<unsigned char>(c) >> 4];
          hex += kHex[static_cast<unsigned char>(c) & 15];
        }
        return hex;
      }
      at = content + ((note.n_descsz + 3) & ~3u);
    }
  }
  return "";
}

}  // namespace

Result<const CompilerApi*> CompilerApi::load(const std::string& library_path) {
  std::lock_guard lock(g_mutex);
  if (g_api != nullptr && g_api->mlir->path() == library_path) return g_api;
  if (access(library_path.c_str(), R_OK) != 0) return unavailable(missing_library(library_path));
  TUNDISH_ASSIGN(const MlirLibrary* mlir, MlirLibrary::load(library_path));
  auto api = std::make_unique<CompilerApi>();
  api->mlir = mlir;
#define TUNDISH_RESOLVE(name)                                             \
  api->name = reinterpret_cast<decltype(api->name)>(mlir->symbol(#name)); \
  if (api->name == nullptr) return unavailable(library_path + " has no symbol " #name);
  TUNDISH_IREE_COMPILER_FUNCTIONS(TUNDISH_RESOLVE)
  TUNDISH_RESOLVE(ireeCompilerSessionBorrowContext)
  TUNDISH_RESOLVE(ireeCompilerInvocationImportStealModule)
#undef TUNDISH_RESOLVE
  const int version = api->ireeCompilerGetAPIVersion();
  if (version >> 16 != 1) {
    return unavailable(library_path + " has version " + std::to_string(version >> 16) +
                       " of the embedding API; expected 1");
  }
  api->ireeCompilerGlobalInitialize();
  g_api = api.release();
  return g_api;
}

std::string CompilerApi::take_message(iree_compiler_error_t* error) const {
  if (error == nullptr) return "";
  std::string message = ireeCompilerErrorGetMessage(error);
  ireeCompilerErrorDestroy(error);
  return message;
}

std::string compiler_library_path() {
  if (const char* path = std::getenv("TUNDISH_IREE_COMPILER_LIB"); path != nullptr && *path) {
    return path;
  }
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const auto installed =
        program.parent_path().parent_path() / "lib" / "tundish" / "libIREECompiler.so";
    if (std::filesystem::exists(installed, error)) return installed.string();
  }
  return TUNDISH_IREE_COMPILER_DEFAULT;
}

Result<std::string> compiler_identity(const std::string& library_path) {
  auto file = open_regular_file(library_path);
  if (!file.has_value()) return unavailable(missing_library(library_path));
  const std::string build_id = elf_build_id(file->get());
  if (!build_id.empty()) {
    std::error_code error;
    return build_id + '-' + std::to_string(std::filesystem::file_size(library_path, error));
  }
  TUNDISH_ASSIGN(ContentDigest digest, sha256_file(file->get(), library_path));
  return digest.digest.to_hex();
}

}  // namespace tundish::iree
