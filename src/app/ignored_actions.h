#pragma once
// Counts webhooks whose action no figure needs.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace chatreports::app {

// Any thread. Logs an action when it comes for the first time, and the counts when it is destroyed.
// Only LiveChat's own actions are named; anything else, which could be an e-mail address, is
// counted under one name.
class IgnoredActions {
 public:
  IgnoredActions() = default;
  ~IgnoredActions();
  IgnoredActions(const IgnoredActions&) = delete;
  IgnoredActions& operator=(const IgnoredActions&) = delete;

  void count(std::string_view action);

 private:
  std::mutex mutex_;
  std::map<std::string_view, std::uint64_t> counts_;  // guarded by mutex_; the names are literals
};

}  // namespace chatreports::app
