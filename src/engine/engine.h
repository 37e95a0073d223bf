#pragma once
// The seam between plans and their computation. An engine is a view of the store: it can be thrown
// away and fed again.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/allowance.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine {

struct EngineSize {
  std::uint64_t licenses = 0;
  std::uint64_t chats = 0;
  std::uint64_t segments = 0;
  // Bytes of memory and of mapped files. The kernel keeps mapped files in memory while there is
  // room.
  std::uint64_t bytes = 0;
  // The same by part of the engine; the names are literals. Empty for an engine without parts.
  std::vector<std::pair<std::string_view, std::uint64_t>> bytes_of_parts = {};
};

// What an engine has of the chats of a licence.
struct LicenseContent {
  std::uint64_t chats = 0;
  std::optional<TimeRange> starts;  // of the first chat and of the last
  // Name space and name of each property that a chat has.
  std::set<std::pair<std::string, std::string>> properties;
  // The last change of the licence; of an engine that was restored, at least that.
  ChangeNumber last_change{};
  bool operator==(const LicenseContent&) const = default;
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Applies the changes atomically: a reader sees all of them or none. Call from one thread at a
  // time. Changes may come in any order of time; those of one thread, and removals, come in the
  // order of their numbers.
  virtual Result<void> apply(std::span<const chat::Change> changes) = 0;

  // Computes the plan's table. Any thread; never waits for apply. Fails with `unavailable` within a
  // few milliseconds after the allowance is used up, and if an answer with all cells of the table
  // would exceed its bytes.
  virtual Result<report::Table> run(const report::Plan& plan, Allowance& allowance) const = 0;
  // Computes it without limits.
  Result<report::Table> run(const report::Plan& plan) const {
    Allowance without_limits;
    return run(plan, without_limits);
  }

  // Returns the number of the last change that was applied. Any thread.
  virtual ChangeNumber applied() const = 0;
  // Declares that all changes up to `last` have been applied: the numbers that were left out
  // concern no engine. applied() then returns at least `last`. Call as apply.
  virtual void has_all_up_to(ChangeNumber last) = 0;

  // Returns the size of what is visible now. Any thread.
  virtual EngineSize size() const = 0;
  // Likewise of one licence.
  virtual LicenseContent content(LicenseId license) const = 0;

  // The rest concerns an engine that keeps files of its own. The defaults are for one without.

  // Restores what was saved, if `accepts` agrees with its origin and its last change. Call first,
  // or not at all. Returns false if nothing was saved or `accepts` refused it. Fails if the files
  // are damaged or come from another version of the program. Unless it returns true, the engine
  // stays empty and the next save replaces the files.
  using Accepts = std::function<bool(std::int64_t origin, ChangeNumber last)>;
  virtual Result<bool> restore(const Accepts& accepts);

  // Moves facts from memory into files, so that the kernel can drop them from memory. Call this and
  // save from one thread at a time; apply and run may be in progress.
  virtual Result<void> move_to_files();

  // Saves what is visible at the time of the call for restore; that must be all changes up to
  // applied(). `origin` identifies the history that the changes belong to. After an error or a
  // crash, what was saved before is still there.
  virtual Result<void> save(std::int64_t origin);
};

}  // namespace chatreports::engine
