#include "app/checked_copy.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/check.h"
#include "app/give_way.h"
#include "app/messages.h"
#include "app/progress.h"
#include "app/progress_line.h"
#include "base/exception.h"
#include "store/copy_data_files.h"

namespace chatreports::app {
namespace {

constexpr std::chrono::milliseconds time_between_looks{200};
// Reports of a server on the same machine come first.
constexpr int niceness = 10;

// Copies and checks in a thread of its own.
class Copying {
 public:
  // Calls `ended` at the end, in that thread.
  Copying(std::string from, std::string to, std::function<void()> ended)
      : from_(std::move(from)),
        to_(std::move(to)),
        ended_(std::move(ended)),
        thread_([this] { work(); }) {}
  ~Copying() { wait(); }
  Copying(const Copying&) = delete;
  Copying& operator=(const Copying&) = delete;

  bool has_ended() const { return has_ended_; }
  bool is_checked_now() const { return is_checked_now_; }
  // Ends the copying, but not the checking.
  void stop() { is_stopped_ = true; }
  void wait() {
    if (thread_.joinable()) thread_.join();
  }
  CopyProgress progress(std::chrono::milliseconds elapsed) const {
    return {bytes_copied_, bytes_total_, elapsed, is_checked_now_};
  }

  // Once it has ended.
  const Result<void>& copied() const { return copied_; }
  const CheckedFiles& checked() const { return checked_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void work() {
    give_way(niceness);
    try {
      copied_ = copy();
      if (copied_ && !is_stopped_) {
        is_checked_now_ = true;
        checked_ = check_copy(to_);
      }
    } catch (const std::exception& exception) {
      copied_ = std::unexpected(error_of(exception));
    }
    has_ended_ = true;
    ended_();
  }

  Result<void> copy() {
    return store::copy_data_files(
        from_, to_, [this](std::uint64_t bytes, std::uint64_t all_bytes) -> Result<void> {
          bytes_copied_ = bytes;
          bytes_total_ = all_bytes;
          if (bytes == all_bytes) bytes_ += bytes;
          if (is_stopped_) return failed("stopped");
          return {};
        });
  }

  const std::string from_;
  const std::string to_;
  const std::function<void()> ended_;
  std::atomic<std::uint64_t> bytes_copied_ = 0;
  std::atomic<std::uint64_t> bytes_total_ = 0;
  std::atomic<bool> is_checked_now_ = false;
  std::atomic<bool> is_stopped_ = false;
  std::atomic<bool> has_ended_ = false;
  Result<void> copied_;
  CheckedFiles checked_;
  std::uint64_t bytes_ = 0;  // of both files
  std::thread thread_;       // last: it uses all of the above
};

[[noreturn]] void end_at_signal(int signal, Copying& copying, store::UnfinishedFolder& to) {
  copying.stop();
  // Checking makes no files.
  if (!copying.is_checked_now()) copying.wait();
  to.remove();
  say("stopped by a signal; nothing is left of the copy");
  std::_Exit(128 + signal);
}

// The copy stands where the folder is named, which is what people know.
std::string named_after(std::string text, const std::string& copy, const std::string& folder) {
  for (std::size_t at = text.find(copy); at != std::string::npos;
       at = text.find(copy, at + folder.size())) {
    text.replace(at, copy.size(), folder);
  }
  return text;
}

}  // namespace

Result<CheckedCopy> make_checked_copy(const std::string& from, store::UnfinishedFolder& to,
                                      StopSignals& signals) {
  ProgressLine line;
  Copying copying(from, to.path(), [&signals] { signals.wake(); });
  while (!copying.has_ended()) {
    const std::optional<int> signal = signals.wait_for(time_between_looks);
    const CopyProgress progress = copying.progress(line.elapsed());
    line.show(format_copy_progress_bar(progress), format_copy_progress(progress));
    if (!signal) continue;
    line.clear();
    end_at_signal(*signal, copying, to);
  }
  line.clear();
  copying.wait();
  if (!copying.copied()) return std::unexpected(copying.copied().error());
  const CheckedFiles& checked = copying.checked();
  for (const std::string& fault : checked.faults) say(named_after(fault, to.path(), from));
  if (!checked.faults.empty()) {
    return failed(fmt::format("{} is damaged; see docs/operations.md, Damage", from));
  }
  return CheckedCopy{checked.facts, copying.bytes()};
}

std::string format_copy(const CheckedCopy& copy, std::chrono::milliseconds elapsed) {
  return fmt::format("{} facts, {}, in {:.1f} s", copy.facts, format_megabytes(copy.bytes),
                     static_cast<double>(elapsed.count()) / 1'000);
}

std::string without_last_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace chatreports::app
