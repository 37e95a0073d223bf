#include "app/refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/messages.h"
#include "base/printable.h"

namespace chatreports::app {

void Refusals::add(const std::string& file, const std::vector<ingest::Refusal>& refused) {
  const std::scoped_lock lock(mutex_);
  for (const ingest::Refusal& refusal : refused) {
    if (count_++ >= max_listed) continue;
    lines_.push_back(printable(fmt::format("{}:{}: {}", file, refusal.line, refusal.reason)));
  }
}

void Refusals::add(const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  if (count_++ < max_listed) lines_.push_back(printable(reason));
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
  return count_ - std::min(count_, max_listed);
}

}  // namespace chatreports::app
