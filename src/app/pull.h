#pragma once
// `chatreports pull`: fetches once, without a server.

#include <cstdint>
#include <optional>
#include <string>

#include "app/license_rules.h"
#include "app/stop_signals.h"
#include "base/numbers.h"
#include "pull/connection.h"
#include "store/store.h"

namespace chatreports::app {

struct PullCommandOptions {
  std::string data_folder;
  std::string system;        // empty: all
  std::int64_t license = 0;  // 0: all that are connected
};

// Fetches what is new, and what the first fetch has not brought yet. Returns the exit code: 0
// everything is in, 1 failed, 128 + n after signal n; what came before is in then.
int run_pull(const PullCommandOptions& options);

// The same for one licence, whose connection has its credentials.
int fetch_once(LicenseId license, const pull::Connection& connection, store::Store& store,
               LicenseRules& rules, StopSignals& signals);

}  // namespace chatreports::app
