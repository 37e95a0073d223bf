#include "app/ignored_actions.h"

#include <spdlog/spdlog.h>

#include "app/messages.h"

namespace chatreports::app {

IgnoredActions::~IgnoredActions() {
  for (const auto& [action, count] : counts_) {
    spdlog::info("{} webhooks of the action {} were of no use here", count, printable(action));
  }
}

void IgnoredActions::count(const std::string& action) {
  const std::scoped_lock lock(mutex_);
  if (counts_.size() == max_actions && !counts_.contains(action)) return;
  if (++counts_[action] == 1) {
    spdlog::info("webhooks of the action {} are of no use here; they are accepted and ignored",
                 printable(action));
  }
}

}  // namespace chatreports::app
