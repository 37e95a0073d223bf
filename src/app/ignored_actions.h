#pragma once
// Webhooks that came though no figure needs their action: which, and how many.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace chatreports::app {

// Any thread. Says in the log that an action came for the first time, and in the end how often each
// came.
class IgnoredActions {
 public:
  IgnoredActions() = default;
  ~IgnoredActions();
  IgnoredActions(const IgnoredActions&) = delete;
  IgnoredActions& operator=(const IgnoredActions&) = delete;

  void count(const std::string& action);

 private:
  static constexpr std::size_t max_actions = 100;  // the names come from outside
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;  // guarded by mutex_
};

}  // namespace chatreports::app
