#pragma once
// Fetches the chats of all connected licences while a server runs, on a thread for each. Looks
// every few seconds for connections that are new, changed or gone.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "api/refetch.h"
#include "app/directory.h"
#include "app/fetch.h"
#include "app/intake.h"
#include "base/numbers.h"
#include "pull/connection.h"

namespace chatreports::app {

constexpr std::size_t most_connections = 100;

class FetchService final : public api::Refetch {
 public:
  // Borrows both.
  FetchService(std::string data_folder, Intake& intake, const Directory& directory);
  ~FetchService() override { stop(); }
  FetchService(const FetchService&) = delete;
  FetchService& operator=(const FetchService&) = delete;

  // The intake is ready.
  void begin();
  // Ends all fetching; breaks requests off. Waits for records that are being written, so the intake
  // must still work.
  void stop();

  // Any thread, also after stop().
  std::map<LicenseId, FetchStatus> statuses() const;
  bool is_signed_by_chatwoot(LicenseId license, std::string_view text,
                             std::string_view signature) const override;
  void changed(LicenseId license, std::int64_t conversation) override;

 private:
  class Worker;

  void follow(const std::stop_token& stop);
  void look();
  void say_once(LicenseId license, const std::string& sentence);
  std::shared_ptr<Worker> worker_of(LicenseId license) const;
  FetchStatus not_fetched(LicenseId license, const std::string& why);

  const std::string data_folder_;
  Intake& intake_;
  const Directory& directory_;
  std::map<LicenseId, std::string> said_;  // for the thread of follow() alone

  mutable std::mutex mutex_;
  std::map<LicenseId, std::shared_ptr<Worker>> workers_;  // guarded by mutex_
  std::map<LicenseId, FetchStatus> not_fetched_;          // guarded by mutex_
  std::jthread follower_;                                 // last: it uses all of the above
};

}  // namespace chatreports::app
