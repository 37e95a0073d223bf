#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "store/change_counter.h"
#include "store/compaction.h"
#include "store/data_folder.h"
#include "store/export_records.h"
#include "store/last_commit.h"
#include "store/open_facts.h"
#include "store/origins.h"
#include "store/record_writer.h"
#include "store/refused.h"
#include "store/replay.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/store_files.h"

namespace chatreports::store {

namespace {

// The memory of a record is fetched so many records before it is written.
constexpr std::size_t records_ahead = 4;

constexpr auto about_what_was_deleted =
    "the record is about what was deleted; `chatreports import --again` takes it";

// Not a thing that is stored of a licence.
constexpr auto of_deletions = static_cast<std::int64_t>(CheckedTable::deletions);

}  // namespace

class Store::Implementation {
 public:
  explicit Implementation(Database opened)
      : database_(std::move(opened)),
        writer_(database_),
        prepare_(database_),
        replay_(prepare_),
        compaction_(database_, writer_.strings(), prepare_) {}
  ~Implementation() { files_.close(database_); }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  const std::optional<Error>& error() const {
    return writer_.error() ? writer_.error() : prepare_.error();
  }
  Database& database() { return database_; }
  RecordWriter& writer() { return writer_; }
  StoreFiles& files() { return files_; }
  Damage damage() const {
    Damage all = found_;
    all.merge(unreadable_);
    return all;
  }

  Result<Damage> find_damage() {
    auto snapshot = Transaction::begin_read(database_);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    auto found = store::find_damage(database_);
    if (found) found_ = *found;
    return found;
  }

  Result<std::int64_t> origin() {
    if (origin_) return *origin_;
    if (auto there = files_.check(); !there) return std::unexpected(std::move(there.error()));
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    auto begun = begin_origin(database_);
    if (!begun) return begun;
    files_.will_commit();
    if (auto committed = transaction->commit(); !committed) {
      return std::unexpected(std::move(committed.error()));
    }
    origin_ = *begun;
    return *begun;
  }

  Result<std::vector<LicenseId>> licenses() {
    auto statement = database_.prepare(
        "SELECT DISTINCT license FROM totals "
        "WHERE license <> ?1 AND rows > 0 AND of_table <> ?2 ORDER BY license");
    if (!statement) return std::unexpected(std::move(statement.error()));
    std::vector<LicenseId> licenses;
    statement->bind(1, of_all_licenses.value).bind(2, of_deletions);
    auto done = for_each_row(*statement, [&]() -> Result<void> {
      licenses.push_back({statement->integer(0)});
      return {};
    });
    if (!done) return std::unexpected(std::move(done.error()));
    return licenses;
  }

  Result<bool> has_records(LicenseId license) {
    auto statement = database_.prepare(
        "SELECT 1 FROM totals WHERE license = ?1 AND rows > 0 AND of_table <> ?2");
    if (!statement) return std::unexpected(std::move(statement.error()));
    return statement->bind(1, license.value).bind(2, of_deletions).step();
  }

  Result<std::optional<chat::ChatRecord>> find_thread(LicenseId license,
                                                      std::string_view thread_id) {
    auto snapshot = Transaction::begin_read(database_);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    const auto counter = ChangeCounter::read(database_);
    if (!counter) return std::unexpected(counter.error());
    if (auto begun = writer_.begin_reading(*counter); !begun) {
      return std::unexpected(std::move(begun.error()));
    }
    auto row = writer_.threads().find(license, thread_id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return std::nullopt;
    const auto under_way = writer_.deletions().under_way();
    if (!under_way) return std::unexpected(under_way.error());
    const auto is_removed = writer_.threads().is_removed(**row, *under_way);
    if (!is_removed) return std::unexpected(is_removed.error());
    if (*is_removed) return std::nullopt;
    chat::ChatRecord known{std::string(thread_id), std::move((*row)->record)};
    known.chat_id = std::move((*row)->chat_id);
    return known;
  }

  Result<WriteSummary> write(LicenseId license,
                             std::span<const std::span<const chat::Record>> records,
                             const std::function<bool()>& is_enough) {
    RollBack roll_back(*this);
    auto summary = in_transaction<WriteSummary>([&](ChangeCounter& counter) {
      return write_records(license, records, is_enough, counter);
    });
    if (summary) roll_back.is_needed = false;
    return summary;
  }

  Result<DeletionStep> begin_deleting(LicenseId license, const chat::Deletion& deletion) {
    if (!std::holds_alternative<chat::ThreadDeletion>(deletion)) {
      const auto has = has_records(license);
      if (!has) return std::unexpected(has.error());
      if (!*has) {
        return std::unexpected(Error{
            ErrorKind::not_found, fmt::format("nothing of licence {} is stored", license.value)});
      }
    }
    RollBack roll_back(*this);
    auto step = in_transaction<DeletionStep>(
        [&](ChangeCounter& counter) { return writer_.eraser().begin(license, deletion, counter); });
    if (step) roll_back.is_needed = false;
    return step;
  }

  Result<std::vector<LicenseId>> deletions_under_way() {
    auto snapshot = Transaction::begin_read(database_);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    const auto under_way = writer_.deletions().under_way();
    if (!under_way) return std::unexpected(under_way.error());
    std::set<LicenseId> licenses;
    for (const DeletionUnderWay& deletion : *under_way) licenses.insert(deletion.license);
    return std::vector<LicenseId>(licenses.begin(), licenses.end());
  }

  Result<DeletionStep> go_on_deleting(const std::function<bool()>& is_enough) {
    RollBack roll_back(*this);
    auto step = in_transaction<DeletionStep>(
        [&](ChangeCounter& counter) { return writer_.eraser().go_on(is_enough, counter); });
    if (step) roll_back.is_needed = false;
    return step;
  }

  Result<Compacted> compact(const std::function<bool()>& is_enough) {
    if (!compaction_.is_whole()) {
      RollBack roll_back(*this);
      const auto step = in_transaction<CompactionStep>(
          [&](ChangeCounter& counter) { return compaction_.go_on(is_enough, counter.last()); });
      if (!step) return std::unexpected(step.error());
      roll_back.is_needed = false;
      compaction_.committed();
      if (step->has_nothing_to_do) return Compacted::whole;
      if (!compaction_.is_whole()) return Compacted::in_part;
    }
    const auto emptied = files_.empty_log(database_);
    if (!emptied) return std::unexpected(emptied.error());
    if (!*emptied) return Compacted::waits_for_a_reader;
    compaction_.end();
    return Compacted::whole;
  }

  Result<void> replay(ChangeNumber after, std::size_t batch_size,
                      const std::function<Result<void>(std::span<const chat::Change>)>& take) {
    auto left_out = replay_changes({database_, replay_, writer_.strings(), writer_.deletions()},
                                   after, batch_size, unreadable_, take);
    if (!left_out) return std::unexpected(std::move(left_out.error()));
    if (*left_out > 0) {
      // The rows that were left out may name a wrong licence.
      if (auto found = find_damage(); !found) return std::unexpected(std::move(found.error()));
    }
    return {};
  }

  Result<void> begin_import(std::size_t most_ids_in_memory) {
    // So that the index lacks nothing except what this import adds.
    if (auto ended = end_import(); !ended) return ended;
    if (auto set = database_.execute(import_settings()); !set) return set;
    writer_.begin_import(most_ids_in_memory);
    most_log_pages_ = log_pages_of_import;
    return {};
  }

  bool is_log_long() const { return files_.log_pages() >= 2 * most_log_pages_; }

  Result<void> end_import() {
    writer_.end_import();
    RollBack roll_back(*this);
    auto done = complete_index();
    if (done) roll_back.is_needed = false;
    return done;
  }

 private:
  // Calls `write` with the counter, and commits what it has written. Its summary gets the number of
  // the last change.
  template <class Summary, class Write>
  Result<Summary> in_transaction(const Write& write) {
    if (auto there = files_.check(); !there) return std::unexpected(std::move(there.error()));
    files_.will_commit();
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    std::optional<std::int64_t> origin = origin_;
    if (!origin) {
      auto begun = begin_origin(database_);
      if (!begun) return std::unexpected(std::move(begun.error()));
      origin = *begun;
    }
    auto counter = ChangeCounter::read(database_);
    if (!counter) return std::unexpected(std::move(counter.error()));
    if (auto begun = writer_.begin(*counter); !begun) {
      return std::unexpected(std::move(begun.error()));
    }
    Result<Summary> summary = write(*counter);
    if (!summary) return summary;
    const bool has_repaired = writer_.has_repaired();
    auto saved = writer_.end(*counter);
    if (saved) saved = counter->save(database_);
    if (saved) saved = save_stamp();
    if (!saved) return std::unexpected(std::move(saved.error()));
    if (auto committed = transaction->commit(); !committed) {
      return std::unexpected(std::move(committed.error()));
    }
    origin_ = origin;
    summary->last_change = counter->last();
    writer_.committed(counter->last());
    auto noted = files_.has_committed(database_, counter->last(), most_log_pages_);
    if (!noted) return std::unexpected(std::move(noted.error()));
    // The records are written: if the search fails, the damage that was repaired stays reported.
    if (has_repaired) static_cast<void>(find_damage());
    return summary;
  }

  Result<WriteSummary> write_records(LicenseId license,
                                     std::span<const std::span<const chat::Record>> records,
                                     const std::function<bool()>& is_enough,
                                     ChangeCounter& counter) {
    WriteSummary summary;
    for (const std::span<const chat::Record> part : records) {
      for (std::size_t at = 0; at < part.size(); ++at) {
        const chat::Record& record = part[at];
        if (summary.taken() > 0 && is_enough()) return summary;
        if (at + records_ahead < part.size()) writer_.prefetch(license, part[at + records_ahead]);
        if (std::holds_alternative<chat::IgnoredWebhook>(record)) {
          ++summary.ignored;
          continue;
        }
        if (const auto receipt = chat::receipt_of(record)) stamp_ = std::max(stamp_, *receipt);
        auto changed = writer_.write(license, record, counter);
        if (changed == Written::deleted) {
          ++summary.deleted;
          summary.refused.push_back(
              {summary.taken(), thread_prefix(record) + about_what_was_deleted, true});
        } else if (changed) {
          ++(*changed == Written::changed ? summary.written : summary.unchanged);
        } else if (changed.error().kind == record_is_refused) {
          summary.refused.push_back(
              {summary.taken(), thread_prefix(record) + changed.error().message});
        } else {
          return std::unexpected(std::move(changed.error()));
        }
      }
    }
    return summary;
  }

  Result<void> save_stamp() {
    if (stamp_ == saved_stamp_) return {};
    const auto known = read_counter(database_, "stamp");
    if (!known) return std::unexpected(known.error());
    if (unix_microseconds(stamp_) > *known) {
      if (auto done = write_counter(database_, "stamp", unix_microseconds(stamp_)); !done)
        return done;
    }
    saved_stamp_ = stamp_;
    return {};
  }

  // Takes back what is in memory of a transaction that was not committed, also after an exception.
  struct RollBack {
    explicit RollBack(Implementation& of) : implementation(of) {}
    RollBack(const RollBack&) = delete;
    RollBack& operator=(const RollBack&) = delete;
    ~RollBack() {
      if (!is_needed) return;
      implementation.writer_.roll_back();
      implementation.saved_stamp_ = Instant{};
    }
    Implementation& implementation;
    bool is_needed = true;
  };

  Result<void> complete_index() {
    if (auto there = files_.check(); !there) return there;
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    auto counter = ChangeCounter::read(database_);
    if (!counter) return std::unexpected(std::move(counter.error()));
    if (found_.is_of_index) {
      if (auto cleared = writer_.clear_index(); !cleared) return cleared;
    }
    if (auto begun = writer_.begin(*counter); !begun) return begun;
    if (auto ended = writer_.end_index(counter->last()); !ended) return ended;
    files_.will_commit();
    auto committed = transaction->commit();
    if (committed) found_.is_of_index = false;
    return committed;
  }

  StoreFiles files_;  // must outlive the database
  Database database_;
  Instant stamp_;        // the latest of the records that this object has seen
  Instant saved_stamp_;  // the one that the store has
  int most_log_pages_ = log_pages_before_copying;
  std::optional<std::int64_t> origin_;  // once there is one
  RecordWriter writer_;
  StatementPreparer prepare_;
  ReplayStatements replay_;
  Compaction compaction_;
  Damage found_;       // by the last search
  Damage unreadable_;  // by the replays, beside that
};

Store::Store(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& data_folder) {
  auto implementation = implement<Implementation>(open_database(data_folder, facts_schema()));
  if (!implementation) return std::unexpected(std::move(implementation.error()));
  return std::unique_ptr<Store>(new Store(*std::move(implementation)));
}

Result<std::unique_ptr<Store>> Store::open_for_reading(const std::string& data_folder) {
  std::error_code error;
  const std::string access = data_folder + "/" + access_schema().file;
  if (!std::filesystem::exists(access, error)) {
    return std::unexpected(Error{ErrorKind::not_found, access + " is missing"});
  }
  auto implementation = implement<Implementation>(open_facts_for_reading(data_folder));
  if (!implementation) return std::unexpected(std::move(implementation.error()));
  return std::unique_ptr<Store>(new Store(*std::move(implementation)));
}

Result<std::unique_ptr<Store>> Store::open_locked(
    const std::string& data_folder, const std::function<void(const std::string&)>& log) {
  if (auto prepared = prepare_data_folder(data_folder); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  auto last_commit = LastCommit::look(data_folder, data_folder + "/" + facts_schema().file);
  if (!last_commit) return std::unexpected(std::move(last_commit.error()));
  auto store = open(data_folder);
  if (!store) return store;
  const auto last = (*store)->last_change();
  if (!last) return std::unexpected(last.error());
  Implementation& implementation = *(*store)->implementation_;
  const auto replaced = (*last_commit)->compare(implementation.database(), *last);
  if (!replaced) return std::unexpected(replaced.error());
  if (*replaced) log(**replaced);
  const std::string access = data_folder + "/" + access_schema().file;
  if (auto prepared = prepare_file(access); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  implementation.files().watch(implementation.database(), *std::move(last_commit), data_folder,
                               access);
  return store;
}

std::shared_ptr<const DataFiles> Store::files() const {
  return implementation_->files().data_files();
}

Result<WriteSummary> Store::write(LicenseId license, std::span<const chat::Record> records) {
  return implementation_->write(license, std::span(&records, 1), [] { return false; });
}

Result<WriteSummary> Store::write(LicenseId license,
                                  std::span<const std::span<const chat::Record>> records,
                                  const std::function<bool()>& is_enough) {
  return implementation_->write(license, records, is_enough);
}

Result<DeletionStep> Store::begin_deleting(LicenseId license, const chat::Deletion& deletion) {
  return implementation_->begin_deleting(license, deletion);
}

Result<std::vector<LicenseId>> Store::deletions_under_way() {
  return implementation_->deletions_under_way();
}

Result<DeletionStep> Store::go_on_deleting(const std::function<bool()>& is_enough) {
  return implementation_->go_on_deleting(is_enough);
}

Result<Compacted> Store::compact(const std::function<bool()>& is_enough) {
  return implementation_->compact(is_enough);
}

void Store::take_deleted() {
  implementation_->writer().take_deleted();
}

Result<void> Store::begin_import(std::size_t most_ids_in_memory) {
  return implementation_->begin_import(most_ids_in_memory);
}

bool Store::is_log_long() const {
  return implementation_->is_log_long();
}

Result<void> Store::end_import() {
  return implementation_->end_import();
}

void Store::set_patience(std::chrono::milliseconds patience) {
  implementation_->database().set_patience(patience);
}

void Store::leave_log() {
  implementation_->database().leave_log();
}

Result<void> Store::prepare_for_webhooks() {
  return implementation_->writer().threads().make_chat_index();
}

Result<ChangeNumber> Store::last_change() {
  auto counter = ChangeCounter::read(implementation_->database());
  if (!counter) return std::unexpected(std::move(counter.error()));
  return counter->last();
}

Result<Instant> Store::last_stamp() {
  const auto stamp = read_counter(implementation_->database(), "stamp");
  if (!stamp) return std::unexpected(stamp.error());
  return from_unix_microseconds(*stamp);
}

Result<std::int64_t> Store::origin() {
  return implementation_->origin();
}

Result<bool> Store::knows(std::int64_t origin, ChangeNumber last) {
  return knows_origin(implementation_->database(), origin, last);
}

Result<Damage> Store::find_damage() {
  return implementation_->find_damage();
}

Damage Store::damage() const {
  return implementation_->damage();
}

Result<void> Store::replay(ChangeNumber after, std::size_t batch_size,
                           const std::function<Result<void>(std::span<const chat::Change>)>& take) {
  auto done = implementation_->replay(after, batch_size, take);
  // A replay of everything fills the cache.
  if (after == ChangeNumber{0}) implementation_->database().release_memory();
  return done;
}

Result<void> Store::export_records(
    LicenseId license, const std::function<Result<void>(std::span<const chat::Record>)>& take) {
  return store::export_records(implementation_->database(), implementation_->writer().strings(),
                               implementation_->writer().deletions(), license, take);
}

Result<std::vector<LicenseId>> Store::licenses() {
  return implementation_->licenses();
}

Result<bool> Store::has_records(LicenseId license) {
  return implementation_->has_records(license);
}

Result<std::optional<std::string>> Store::agent_timezone(LicenseId license,
                                                         const std::string& agent_id) {
  return implementation_->writer().agents().timezone(license, agent_id);
}

Result<chat::Team> Store::team(LicenseId license) {
  return implementation_->writer().agents().team(license);
}

Result<std::vector<chat::FormLabel>> Store::form_labels(LicenseId license) {
  return implementation_->writer().labels().read(license);
}

Result<std::optional<chat::ChatRecord>> Store::find_thread(LicenseId license,
                                                           std::string_view thread_id) {
  return implementation_->find_thread(license, thread_id);
}

Result<bool> Store::is_deleted(LicenseId license) {
  const auto deleted = implementation_->writer().deletions().of(license);
  if (!deleted) return std::unexpected(deleted.error());
  return *deleted != nullptr && (*deleted)->is_of_everything;
}

Result<std::optional<std::string>> Store::fetch_state(LicenseId license, std::string_view source) {
  return implementation_->writer().fetch_states().read(license, source);
}

}  // namespace chatreports::store
