#pragma once
// The store: one SQLite file per data folder that holds the truth. Everything acknowledged is
// durable when the call returns (WAL, synchronous FULL). Each change of a fact has a rising number.
// A Store may be used by one thread at a time; open a second one for a second thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "chat/thread.h"
#include "store/damage.h"
#include "store/data_files.h"

namespace chatreports::store {

// A record that was not taken in and has changed nothing, because a limit in chat/record_size.h
// would be passed.
struct RefusedRecord {
  std::size_t record = 0;  // its place among those that were given
  std::string reason;
};

struct WriteSummary {
  std::uint64_t written = 0;    // records that changed something
  std::uint64_t unchanged = 0;  // records that said what was known already
  std::uint64_t ignored = 0;    // webhooks whose action no figure needs
  std::vector<RefusedRecord> refused;
  std::uint64_t taken() const { return written + unchanged + ignored + refused.size(); }
};

class Store {
 public:
  // Opens the store in the data folder, making both where they are missing, and brings an older
  // schema up to date. Fails with a sentence that says what to do: not a folder, no permission,
  // not a store of ours, a newer schema, damaged.
  static Result<std::unique_ptr<Store>> open(const std::string& data_folder);
  // For whoever holds the folder's lock, and writes: also looks whether all that was acknowledged
  // is there, and fails with a sentence where SQLite's log has lost some of it, or is that of
  // another file. `log` is called with what is worth knowing.
  static Result<std::unique_ptr<Store>> open_locked(
      const std::string& data_folder, const std::function<void(const std::string&)>& log);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Writes all of the records in one transaction, in their order: when it returns a summary they
  // are durable; when it fails none is written, and it may be tried again. What was told without a
  // time must be stamped (chat::stamp), and what is digested must have its key
  // (chat::PropertyDigester). Facts that other facts
  // hang on are followed: a greeting record gives its time to the threads with its unique id,
  // whichever came first.
  Result<WriteSummary> write(LicenseId license, std::span<const chat::Record> records);

  // The same of records that lie apart, up to the one after which `is_enough` says so: the first
  // WriteSummary::taken() of them are written then, which is at least one where there is any.
  Result<WriteSummary> write(LicenseId license,
                             std::span<const std::span<const chat::Record>> records,
                             const std::function<bool()>& is_enough);

  // Around an import: many records in large groups. Meanwhile ids are put into their index by the
  // million. It takes more memory, up to some hundred megabytes, and SQLite's log is copied into
  // its file less often, for as long as this object lives.
  Result<void> begin_import(std::size_t most_ids_in_memory = 1'000'000);

  // Also where it was another object, gone by now, that began the import, or where an older version
  // of chatreports has written, or where find_damage has found the index damaged: what then is
  // missing in the index is made good, which with millions of chats may take some seconds.
  // Otherwise the first write would have to.
  Result<void> end_import();

  // Makes ready for webhooks what the first of them would otherwise make: with millions of chats it
  // takes some seconds, once.
  Result<void> prepare_for_webhooks();

  // Whether the folder and the files in it are those that were opened; where not, nothing is
  // written. Any thread, for as long as the pointer lives; null unless opened by open_locked.
  std::shared_ptr<const DataFiles> files() const;

  // The end of this object doesn't copy SQLite's log into its file, whose place another one may
  // have taken.
  void leave_log();

  // The number of the last change; 0 where there is none.
  Result<ChangeNumber> last_change();

  // The latest time that records which were written had been stamped with.
  Result<Instant> last_stamp();

  // A random number for the changes that this object writes: their origin.
  Result<std::int64_t> origin();

  // Returns whether this store still holds the changes up to `last` that somebody read while
  // `origin` was the store's latest origin. It does not if the file was restored from an older copy
  // and has been written since.
  Result<bool> knows(std::int64_t origin, ChangeNumber last);

  // Looks whether all rows are there and what was written; as fast as the file can be read. What is
  // found is known to damage() from then on. A write that has put a chat's record in the place of a
  // damaged one looks by itself.
  Result<Damage> find_damage();

  // What find_damage and the replays have met so far.
  Damage damage() const;

  // Hands over what has changed after `after`, each thing once, as it is now: by licence, threads
  // in the order of started_at (thread number breaks ties), then greeting events in the order of
  // `at`, agents, and statuses in the order of `at`; in batches of at most `batch_size`, all of one
  // moment. Incomplete threads (no chat record yet) are left out.
  //
  // previous_started_at, and the previous of a greeting event, say how it was after the change
  // numbered `after`, however often it has changed since: exactly what somebody holds who has
  // applied everything up to `after`. They are absent where it was not in reports then; so always
  // where `after` is 0.
  //
  // A damaged row is left out, and known to damage() afterwards.
  //
  // `take` must not use this store. Its error ends the replay and is the answer. Memory: 24 bytes a
  // changed thing, and a batch.
  Result<void> replay(ChangeNumber after, std::size_t batch_size,
                      const std::function<Result<void>(std::span<const chat::Change>)>& take);

  // Hands over the records that would tell a new store all that this one knows of the licence:
  // agents, groups, statuses, greeting events, goals and sales, chats; in batches, of one moment.
  // `take` as in replay.
  Result<void> read_records(LicenseId license,
                            const std::function<Result<void>(std::span<const chat::Record>)>& take);

  // The IANA zone of an agent's record; nothing where it has none.
  Result<std::optional<std::string>> agent_timezone(LicenseId license, const std::string& agent_id);

 private:
  class Implementation;
  explicit Store(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
