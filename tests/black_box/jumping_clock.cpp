// Put before the C library (LD_PRELOAD): a clock that a test sets. The file that
// JUMPING_CLOCK_FILE names holds how many seconds are to be added to the time of day, as text;
// it is read each time. Clocks that only measure are left alone.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>

namespace {

long seconds_to_add() {
  const char* path = std::getenv("JUMPING_CLOCK_FILE");
  const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::array<char, 32> text{};
  const ssize_t size = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  return size > 0 ? std::strtol(text.data(), nullptr, 10) : 0;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  using Function = int(clockid_t, timespec*);
  static auto* const real = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int code = real(clock, time);
  if (code == 0 && clock == CLOCK_REALTIME) time->tv_sec += seconds_to_add();
  return code;
}
