#include "app/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/clock.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

// The most that a pipe takes atomically.
constexpr std::size_t most_bytes_of_line = PIPE_BUF;

// Writes to standard error without blocking. O_NONBLOCK belongs to the open file, which other
// processes share, so a pipe or a terminal is opened again.
class StandardError {
 public:
  StandardError() {
    struct stat status{};
    if (::fstat(STDERR_FILENO, &status) != 0) return;
    is_socket_ = S_ISSOCK(status.st_mode);
    may_block_ = S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode);
    if (!may_block_) return;
    const int reopened = ::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (reopened < 0) return;  // then write() polls first
    file_ = reopened;
    may_block_ = false;
  }

  // Returns false if the line was not written because the reader does not keep up.
  bool write(std::string_view line) const {
    if (may_block_) {
      pollfd asked{file_, POLLOUT, 0};
      if (::poll(&asked, 1, 0) != 1 || (asked.revents & POLLOUT) == 0) return false;
    }
    const ssize_t written =
        is_socket_ ? ::send(file_, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                   : ::write(file_, line.data(), line.size());
    return written >= 0 || (errno != EAGAIN && errno != EINTR);
  }

 private:
  int file_ = STDERR_FILENO;  // never closed
  bool is_socket_ = false;
  bool may_block_ = false;
};

class Sink : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto text_of = [](spdlog::string_view_t text) {
      return std::string_view(text.data(), text.size());
    };
    // The time of the message counts nanoseconds, which end in the year 2262.
    std::string line = printable(fmt::format("{:.23}Z {} {}", format_rfc3339(now()),
                                             text_of(spdlog::level::to_string_view(message.level)),
                                             text_of(message.payload)));
    if (dropped_ > 0 && !error_.write(fmt::format("dropped {} lines of the log: its reader does "
                                                  "not keep up\n",
                                                  dropped_))) {
      ++dropped_;
      return;
    }
    dropped_ = 0;
    constexpr std::size_t room_for_end = 8;
    line = shortened(line, most_bytes_of_line - room_for_end) + '\n';
    if (!error_.write(line)) ++dropped_;
  }
  void flush_() override {}

 private:
  StandardError error_;
  std::uint64_t dropped_ = 0;
};

}  // namespace

void log_to_standard_error() {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("chatreports", std::make_shared<Sink>()));
  // By default, spdlog writes its own errors to standard error.
  spdlog::set_error_handler([](const std::string&) {});
}

}  // namespace chatreports::app
