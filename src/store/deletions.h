#pragma once
// The table of what was deleted: so that it does not come back, and so that a deletion goes on
// after a kill. Call every function within a transaction.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/deletion.h"
#include "chat/hidden_agents.h"
#include "store/change_counter.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

// Stores contain these numbers.
enum class DeletionKind : std::uint8_t { thread = 0, agent = 1, time = 2, license = 3 };

// A deletion whose rows are not all gone yet.
struct DeletionUnderWay {
  LicenseId license;
  DeletionKind kind = DeletionKind::time;
  std::string subject;            // as in the table
  std::optional<Instant> before;  // of a deletion of a time
  std::int64_t change = 0;        // it concerns rows up to this number
  std::int64_t examined = 0;      // and is done with those up to this one

  // Returns whether it removes a thread of that number, which had that start when it was noted.
  bool removes(std::int64_t thread_number, Instant started_at) const {
    return thread_number <= change &&
           (kind == DeletionKind::license || (kind == DeletionKind::time && started_at < *before));
  }
};

class Deletions {
 public:
  Deletions(const Database& database, Totals& totals, StatementPreparer& prepare);

  struct OfLicense {
    bool is_of_everything = false;
    bool has_threads = false;       // has_thread() may find some
    std::optional<Instant> before;  // the latest
    chat::HiddenAgents agents;
  };
  // Returns null if nothing of the licence was deleted. Valid until the table changes.
  Result<const OfLicense*> of(LicenseId license);
  Result<bool> has_thread(LicenseId license, std::string_view thread_id);
  // Returns whether a deletion removes what happened then.
  Result<bool> is_before(LicenseId license, Instant time);
  // Oldest first.
  Result<std::vector<DeletionUnderWay>> under_way();
  Result<bool> is_any_under_way();

  // Notes a deletion, under way unless it is one of a thread. `change` is its number.
  Result<void> add(LicenseId license, const chat::Deletion& deletion, std::int64_t change);
  // Notes how far it has come, or that it is done.
  Result<void> save(const DeletionUnderWay& deletion, bool is_done);
  // Takes records of the thread, or of the licence, again.
  Result<void> remove_thread(LicenseId license, std::string_view thread_id);
  Result<void> remove_license(LicenseId license);

  // Call when another connection may have written, and after a rollback.
  void forget() { known_.reset(); }

 private:
  Result<void> read();  // does nothing if the table is known
  // Returns the checksum of the row; nothing if there is no such row. Fails if it is damaged.
  Result<std::optional<std::int64_t>> checksum_of(LicenseId license, DeletionKind kind,
                                                  std::string_view subject);
  Result<void> remove(LicenseId license, DeletionKind kind, std::string_view subject);
  struct Row {
    std::optional<std::int64_t> before;
    std::int64_t change = 0;
    std::optional<std::int64_t> examined;
  };
  Result<void> write(LicenseId license, DeletionKind kind, std::string_view subject,
                     const Row& row);

  const Database& database_;
  Totals& totals_;
  Statement all_but_threads_;
  Statement licenses_with_threads_;
  Statement find_;
  Statement under_way_;
  Statement write_;
  Statement remove_;
  std::optional<std::map<LicenseId, OfLicense>> known_;
  bool is_any_under_way_ = false;  // with known_
};

}  // namespace chatreports::store
