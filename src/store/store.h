#pragma once
// The store: the SQLite file of a data folder that holds the truth. A write is durable when it
// returns. Each change of a fact has a number, which rises. One thread at a time may use a Store;
// open a second one for a second thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/deletion.h"
#include "chat/record.h"
#include "chat/team.h"
#include "chat/thread.h"
#include "store/damage.h"
#include "store/data_files.h"

namespace chatreports::store {

// A record that has changed nothing, because a limit in chat/record_size.h would be exceeded, or
// because it is about what was deleted.
struct RefusedRecord {
  std::size_t record = 0;  // its place among those of the call
  std::string reason;
  bool is_deleted = false;
};

struct WriteSummary {
  std::uint64_t written = 0;    // records that changed something
  std::uint64_t unchanged = 0;  // records that were known already
  std::uint64_t ignored = 0;    // webhooks whose action no figure needs
  std::uint64_t deleted = 0;    // of the refused, those about what was deleted
  std::vector<RefusedRecord> refused;
  ChangeNumber last_change;  // of the store, after the call
  std::uint64_t taken() const { return written + unchanged + ignored + refused.size(); }
};

// A part of what was deleted is gone.
struct DeletionStep {
  bool is_done = true;                 // no deletion is under way
  ChangeNumber deletion;               // the number of the deletion that this is a part of
  bool is_last = true;                 // of its parts
  std::uint64_t removed = 0;           // threads that were in reports
  std::uint64_t changed = 0;           // threads in reports that had an agent
  std::vector<chat::Change> removals;  // what engines have to apply now
  bool has_erased = false;             // the files have traces of it
  ChangeNumber last_change;            // of the store, after the call
};

// How far Store::compact has come.
enum class Compacted : std::uint8_t { in_part, waits_for_a_reader, whole };

class Store {
 public:
  // Opens the store in the data folder. Makes both if they are missing. The error says what to do:
  // not a folder, no permission, a file of another program or of another version, damaged.
  static Result<std::unique_ptr<Store>> open(const std::string& data_folder);
  // For commands that read, beside a server or without one: changes none of the folder's files, and
  // makes none of its records. Nothing may be written to it. Fails if a file is missing, or if
  // SQLite's log has lost what was acknowledged. A process that has another Store of the folder
  // must not call this: it also opens the file itself, and closing that drops SQLite's locks.
  static Result<std::unique_ptr<Store>> open_for_reading(const std::string& data_folder);
  // For the holder of the folder's lock, which writes: also checks that everything acknowledged is
  // there. Fails if SQLite's log has lost some of it, or belongs to another file. Calls `log` with
  // sentences for the operator.
  static Result<std::unique_ptr<Store>> open_locked(
      const std::string& data_folder, const std::function<void(const std::string&)>& log);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Writes all of the records in one transaction, in their order. They are durable when it returns
  // a summary; after an error none is written, and the call may be repeated. Records without a time
  // must have been stamped (chat::stamp), and property texts digested (chat::PropertyDigester).
  // Facts that depend on other facts are updated: a greeting record gives its time to the threads
  // with its unique id, whichever comes first.
  Result<WriteSummary> write(LicenseId license, std::span<const chat::Record> records);

  // Likewise for records in several places. Stops before a record if `is_enough` returns true: then
  // the first WriteSummary::taken() records are written, at least one.
  Result<WriteSummary> write(LicenseId license,
                             std::span<const std::span<const chat::Record>> records,
                             const std::function<bool()>& is_enough);

  // Call both around an import: many records in large groups. Meanwhile ids are indexed by the
  // million. It takes up to some hundred megabytes of memory, and SQLite's log is copied into its
  // file less often, for the life of this object.
  Result<void> begin_import(std::size_t most_ids_in_memory = 1'000'000);

  // Returns whether SQLite's log has grown beyond the size at which it is copied into its file:
  // then readers, one after the other, have kept it from being emptied.
  bool is_log_long() const;

  // Completes the index over ids: after begin_import, after an import that was broken off, or if
  // find_damage has found the index damaged. With millions of chats it may take some seconds. If it
  // is not called, the first write does the same.
  Result<void> end_import();

  // Notes a deletion, which is durable when it returns: replays and exports leave out what it
  // removes, no record about that is taken in, and engines' files from before are not known. The
  // engine must have had everything up to the change before. Let it follow by a replay, and then
  // apply `removals`. Unless `is_done`, the rows go with go_on_deleting. Fails with `not_found` if
  // the thread is not known.
  Result<DeletionStep> begin_deleting(LicenseId license, const chat::Deletion& deletion);

  // Returns the licences that have a deletion under way, each once, ascending.
  Result<std::vector<LicenseId>> deletions_under_way();

  // Goes on with the deletions under way, in one transaction, until `is_enough` or until one of
  // them is done.
  Result<DeletionStep> go_on_deleting(const std::function<bool()>& is_enough);

  // Removes from the files the traces of what was deleted: texts that no record names any more,
  // free pages, and SQLite's log; does nothing if there are none. Call it again and again while it
  // is done in part, and no deletion is under way; each call is a transaction that ends soon after
  // `is_enough`. The log can't be emptied while somebody reads it.
  Result<Compacted> compact(const std::function<bool()>& is_enough);

  // From now on, also takes records about what was deleted. Deletions must not be under way.
  void take_deleted();

  // Makes the index that the first webhook of a chat needs. With millions of chats it takes some
  // seconds, once.
  Result<void> prepare_for_webhooks();

  // Checks that the folder and its files are those that were opened; if not, nothing is written.
  // Any thread may use it, as long as the pointer lives. Null unless opened by open_locked.
  std::shared_ptr<const DataFiles> files() const;

  // The time to wait for another process that writes, 5 s at first.
  void set_patience(std::chrono::milliseconds patience);

  // From now on, the destructor does not copy SQLite's log into its file, whose place another file
  // may have taken.
  void leave_log();

  // The number of the last change; 0 if there is none.
  Result<ChangeNumber> last_change();

  // The latest time of receipt among the records that were written.
  Result<Instant> last_stamp();

  // A random number for the changes that this object writes: their origin.
  Result<std::int64_t> origin();

  // Returns whether this store still holds the changes up to `last` as they were when `origin` was
  // its latest origin. It does not if the file was restored from an older copy and has been written
  // since, or if something was deleted after `last`.
  Result<bool> knows(std::int64_t origin, ChangeNumber last);

  // Checks that all rows are there and are what was written; as fast as the file can be read. Then
  // damage() returns what was found. A write that replaces a damaged record searches by itself.
  Result<Damage> find_damage();

  // What find_damage and the replays have found so far.
  Damage damage() const;

  // Hands over everything that has changed after `after`, each thing once, as it is now: by
  // licence, threads in the order of started_at (the thread number breaks ties), then greeting
  // events in the order of `at`, agents, and statuses in the order of `at`; in batches of at most
  // `batch_size`, all of one moment. Threads without a chat record are left out.
  //
  // previous_started_at, and the previous of a greeting event, are those after the change `after`,
  // however often they have changed since: exactly what somebody holds who has applied everything
  // up to `after`. They are absent if the thing was in no report then; so always if `after` is 0.
  //
  // What a deletion under way removes is left out, or followed by the removal.
  //
  // A damaged row is left out; damage() returns it afterwards.
  //
  // `take` must not use this store. Its error ends the replay and is returned. Memory: 24 bytes for
  // each changed thing, and a batch.
  Result<void> replay(ChangeNumber after, std::size_t batch_size,
                      const std::function<Result<void>(std::span<const chat::Change>)>& take);

  // Hands over records that give another store everything that is known of the licence: agents,
  // groups, statuses, greeting events, goals and sales, chats; in batches, of one moment. `take` as
  // in replay.
  Result<void> export_records(
      LicenseId license, const std::function<Result<void>(std::span<const chat::Record>)>& take);

  // The licences of which anything is stored, ascending.
  Result<std::vector<LicenseId>> licenses();

  // Returns whether anything of the licence is stored.
  Result<bool> has_records(LicenseId license);

  // The IANA zone in the agent's record; nothing if it has none.
  Result<std::optional<std::string>> agent_timezone(LicenseId license, const std::string& agent_id);

  // The licence's agents and groups. Fails if one is damaged.
  Result<chat::Team> team(LicenseId license);

  // The labels of the licence's forms, by form, field and answer. Fails if one is damaged. A label
  // whose text changes has the number of a change, which replay skips.
  Result<std::vector<chat::FormLabel>> form_labels(LicenseId license);

  // Everything that is known of a thread, without its labels; nothing if it is not known, deleted
  // or damaged. Its thread need not have a chat record yet.
  Result<std::optional<chat::ChatRecord>> find_thread(LicenseId license,
                                                      std::string_view thread_id);

  // Returns whether everything of the licence was deleted, so that no record of it is taken.
  Result<bool> is_deleted(LicenseId license);

  // The text of the licence's chat::FetchState; nothing if there is none, if it is of another
  // source, or if it is damaged.
  Result<std::optional<std::string>> fetch_state(LicenseId license, std::string_view source);

 private:
  class Implementation;
  explicit Store(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
