// Put before the C library (LD_PRELOAD): a disk that fails when a test says so. The test and this
// share a file of numbers, named by FAILING_DISK_FILE: for each kind of call (write, sync,
// rename, read, open, map) how many more succeed before one fails, or 0 for none; the errno that it
// fails with; and whether all after it fail, too. Calls on anything but regular files are left
// alone, and so is opening a file outside the folder of that file.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

struct Orders {
  std::atomic<std::int64_t> calls_left[6];  // of each Kind: the one that brings it to 0 fails
  std::atomic<std::int64_t> error;
  std::atomic<std::int64_t> stays;
  std::atomic<std::int64_t> failed;  // how many have failed
};

enum Kind { writing = 0, syncing = 1, renaming = 2, reading = 3, opening = 4, mapping = 5 };

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

using Open = int(const char*, int, ...);
using Map = void*(void*, std::size_t, int, int, int, off_t);

Orders* orders() {
  static Orders* const shared = []() -> Orders* {
    const char* path = std::getenv("FAILING_DISK_FILE");
    const int file = path == nullptr ? -1 : next<Open>("open")(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return nullptr;
    void* memory =
        next<Map>("mmap")(nullptr, sizeof(Orders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<Orders*>(memory);
  }();
  return shared;
}

bool fails(Kind kind) {
  Orders* const given = orders();
  if (given == nullptr || given->calls_left[kind] <= 0) return false;
  if (given->calls_left[kind].fetch_sub(1) != 1) return false;
  if (given->stays != 0) given->calls_left[kind] = 1;
  ++given->failed;
  errno = static_cast<int>(given->error);
  return true;
}

bool fails(Kind kind, int file) {
  struct stat status{};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && fails(kind);
}

// Whether the path is in the folder of the file of numbers.
bool is_ours(const char* path) {
  static const std::string folder = [] {
    const char* file = std::getenv("FAILING_DISK_FILE");
    const std::string name = file == nullptr ? "" : file;
    return name.substr(0, name.rfind('/') + 1);
  }();
  return !folder.empty() && std::string_view(path).starts_with(folder);
}

int open_unless_it_fails(const char* name, const char* path, int flags, mode_t mode) {
  if (is_ours(path) && (flags & O_DIRECTORY) == 0 && fails(opening)) return -1;
  return next<Open>(name)(path, flags, mode);
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, std::size_t size) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t)>("write");
  return fails(writing, file) ? -1 : real(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return fails(writing, file) ? -1 : real(file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void* bytes, std::size_t size, off64_t offset) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
  return fails(writing, file) ? -1 : real(file, bytes, size, offset);
}

ssize_t pread(int file, void* bytes, std::size_t size, off_t offset) {
  static auto* const real = next<ssize_t(int, void*, std::size_t, off_t)>("pread");
  return fails(reading, file) ? -1 : real(file, bytes, size, offset);
}

ssize_t pread64(int file, void* bytes, std::size_t size, off64_t offset) {
  static auto* const real = next<ssize_t(int, void*, std::size_t, off64_t)>("pread64");
  return fails(reading, file) ? -1 : real(file, bytes, size, offset);
}

int ftruncate(int file, off_t size) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return fails(writing, file) ? -1 : real(file, size);
}

int ftruncate64(int file, off64_t size) noexcept {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  return fails(writing, file) ? -1 : real(file, size);
}

int fsync(int file) {
  static auto* const real = next<int(int)>("fsync");
  return fails(syncing, file) ? -1 : real(file);
}

int fdatasync(int file) {
  static auto* const real = next<int(int)>("fdatasync");
  return fails(syncing, file) ? -1 : real(file);
}

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_unless_it_fails("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_unless_it_fails("open64", path, flags, mode);
}

void* mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  static auto* const real = next<Map>("mmap");
  if (file >= 0 && fails(mapping, file)) return MAP_FAILED;
  return real(at, size, protection, flags, file, offset);
}

void* mmap64(void* at, std::size_t size, int protection, int flags, int file,
             off64_t offset) noexcept {
  static auto* const real = next<Map>("mmap64");
  if (file >= 0 && fails(mapping, file)) return MAP_FAILED;
  return real(at, size, protection, flags, file, offset);
}

int rename(const char* from, const char* to) noexcept {
  static auto* const real = next<int(const char*, const char*)>("rename");
  return fails(renaming) ? -1 : real(from, to);
}

}  // extern "C"
