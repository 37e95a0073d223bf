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
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "app/clock.h"

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

// Returns whether systemd's journal reads standard error: then $JOURNAL_STREAM is its device and
// inode (systemd.exec(5)).
bool is_journal() {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat status{};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

LogPriority priority_of(spdlog::level::level_enum level) {
  if (level >= spdlog::level::err) return LogPriority::error;
  return level == spdlog::level::warn ? LogPriority::warning : LogPriority::info;
}

spdlog::level::level_enum level_of(LogPriority priority) {
  switch (priority) {
    case LogPriority::error:
      return spdlog::level::err;
    case LogPriority::warning:
      return spdlog::level::warn;
    case LogPriority::info:
      return spdlog::level::info;
  }
  return spdlog::level::info;
}

class Sink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Sink(LogFormat format) : format_(format), is_journal_(is_journal()) {}

  void write(const LogLine& line) {
    const std::lock_guard lock(mutex_);
    write_locked(line);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    write_locked({.time = now(),
                  .priority = priority_of(message.level),
                  .message = {message.payload.data(), message.payload.size()}});
  }
  void flush_() override {}

 private:
  // The caller holds mutex_.
  void write_locked(const LogLine& line) {
    if (dropped_ > 0) {
      const std::string count =
          fmt::format("dropped {} lines of the log: its reader does not keep up", dropped_);
      if (!write_line({line.time, LogPriority::warning, count})) {
        ++dropped_;
        return;
      }
    }
    dropped_ = 0;
    if (!write_line(line)) ++dropped_;
  }
  bool write_line(const LogLine& line) const {
    constexpr std::size_t room_for_priority = 3;
    const std::string priority =
        is_journal_ ? fmt::format("<{}>", static_cast<int>(line.priority)) : std::string();
    return error_.write(priority +
                        format_line(format_, line, most_bytes_of_line - room_for_priority));
  }

  const LogFormat format_;
  const bool is_journal_;
  StandardError error_;
  std::uint64_t dropped_ = 0;
};

// Null before log_to_standard_error.
std::shared_ptr<Sink>& sink() {
  static std::shared_ptr<Sink> the_one;
  return the_one;
}

}  // namespace

void log_to_standard_error(const LogOptions& options) {
  sink() = std::make_shared<Sink>(options.format);
  auto logger = std::make_shared<spdlog::logger>("chatreports", sink());
  logger->set_level(level_of(options.level));
  spdlog::set_default_logger(std::move(logger));
  // By default, spdlog writes its own errors to standard error.
  spdlog::set_error_handler([](const std::string&) {});
}

void set_log_level(LogPriority level) {
  spdlog::set_level(level_of(level));
}

void log(LogPriority priority, std::string_view message, std::span<const LogField> fields) {
  if (!spdlog::should_log(level_of(priority))) return;
  sink()->write({now(), priority, message, fields});
}

}  // namespace chatreports::app
