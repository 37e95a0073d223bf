#pragma once
// Webhooks that came though no figure needs their action: which, and how many.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace chatreports::app {

// Any thread. Says in the log that an action came for the first time, and in the end how often each
// came. Only LiveChat's own actions are named: what else stands in that place, an e-mail address
// perhaps, is counted under one name.
class IgnoredActions {
 public:
  IgnoredActions() = default;
  ~IgnoredActions();
  IgnoredActions(const IgnoredActions&) = delete;
  IgnoredActions& operator=(const IgnoredActions&) = delete;

  void count(std::string_view action);

 private:
  std::mutex mutex_;
  std::map<std::string_view, std::uint64_t> counts_;  // guarded by mutex_; by names of ours
};

}  // namespace chatreports::app
