#include "app/refusals.h"

#include <fmt/format.h>

#include <utility>

#include "app/messages.h"
#include "base/printable.h"

namespace chatreports::app {

void Refusals::begin_file(const std::string& file) {
  const std::scoped_lock lock(mutex_);
  file_ = file;
  has_records_ = false;
  count_before_ = count_;
}

void Refusals::add(const std::vector<ingest::Refusal>& refused, bool has_records) {
  const std::scoped_lock lock(mutex_);
  has_records_ = has_records_ || has_records;
  if (has_records_) list_held();
  for (const ingest::Refusal& refusal : refused) {
    ++count_;
    if (listed_ + held_.size() >= max_listed) continue;
    std::string line = fmt::format("{}:{}: {}", file_, refusal.line, refusal.reason);
    if (has_records_) {
      list(line);
    } else {
      held_.push_back(std::move(line));
    }
  }
}

void Refusals::end_file() {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t of_file = count_ - count_before_;
  if (has_records_ || of_file <= max_listed_without_records ||
      held_.size() < max_listed_without_records) {
    return list_held();
  }
  held_.resize(max_listed_without_records);
  list_held();
  lines_.push_back(printable(
      fmt::format("{}: none of its {} values is a record; the first {} are listed above. An import "
                  "takes JSON: chats of LiveChat's List Archives, recorded webhooks and records "
                  "of chatreports",
                  file_, of_file, max_listed_without_records)));
  summarized_ += of_file - max_listed_without_records;
}

void Refusals::add(const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  ++count_;
  if (listed_ < max_listed) list(reason);
}

void Refusals::list(const std::string& line) {
  lines_.push_back(printable(line));
  ++listed_;
}

void Refusals::list_held() {
  for (const std::string& line : std::exchange(held_, {})) list(line);
}

std::vector<std::string> Refusals::take_lines() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(lines_, {});
}

std::uint64_t Refusals::count() const {
  const std::scoped_lock lock(mutex_);
  return count_;
}

std::uint64_t Refusals::unlisted() const {
  const std::scoped_lock lock(mutex_);
  return count_ - listed_ - summarized_;
}

}  // namespace chatreports::app
