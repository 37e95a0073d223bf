#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "chat/property_digest.h"
#include "chat/record_size.h"
#include "store/agent_tables.h"
#include "store/change_counter.h"
#include "store/data_folder.h"
#include "store/greeting_table.h"
#include "store/known_agents.h"
#include "store/label_table.h"
#include "store/last_commit.h"
#include "store/read_records.h"
#include "store/replay.h"
#include "store/row_index.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/status_table.h"
#include "store/string_rows.h"
#include "store/thread_table.h"

namespace chatreports::store {

namespace {

// When it was received, where it was told without a time.
std::optional<Instant> stamp_of(const chat::Record& record) {
  if (const auto* webhook = std::get_if<chat::WebhookRecord>(&record)) {
    if (webhook->told_at.is_receipt) return webhook->told_at.at;
  } else if (const auto* agent = std::get_if<chat::AgentRecord>(&record)) {
    if (agent->told_at.is_receipt) return agent->told_at.at;
  } else if (const auto* status = std::get_if<chat::AgentStatusRecord>(&record)) {
    if (status->is_receipt) return status->at;
  }
  return std::nullopt;
}

// A record's memory is fetched that many records before its turn.
constexpr std::size_t records_ahead = 4;

// To stand before what is wrong with it.
std::string name_of_thread(const chat::Record& record) {
  const auto name = [](const std::string& id) {
    return id.empty() ? std::string() : fmt::format("thread \"{}\": ", id);
  };
  if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) return name(chat->thread_id);
  if (const auto* told = std::get_if<chat::WebhookRecord>(&record)) return name(told->thread_id);
  if (const auto* queue = std::get_if<chat::QueueRecord>(&record)) return name(queue->thread_id);
  const auto* achievement = std::get_if<chat::AchievementRecord>(&record);
  return achievement == nullptr ? std::string() : name(achievement->thread_id);
}

}  // namespace

class Store::Implementation {
 public:
  explicit Implementation(Database opened)
      : database_(std::move(opened)),
        prepare_(database_),
        totals_(database_, prepare_),
        agents_(database_, totals_, prepare_),
        index_(database_, totals_, prepare_),
        strings_(totals_, prepare_),
        statuses_(database_, index_, totals_, prepare_),
        greetings_(database_, index_, totals_, prepare_),
        known_agents_(prepare_),
        labels_(totals_, prepare_),
        threads_(database_, index_, strings_.table(), greetings_, known_agents_, totals_, prepare_),
        replay_(prepare_) {}

  // So that the log is copied no more once it is closed. Where the files are no longer those that
  // were opened, a backup may have taken their place, and the log must not go into it.
  ~Implementation() {
    if (!check_files()) {
      database_.leave_log();
    } else if (last_commit_) {
      copy_log();
    }
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  Database& database() { return database_; }
  std::shared_ptr<const DataFiles> files() const { return files_; }

  // From now on each commit is noted.
  void note_commits(std::unique_ptr<LastCommit> last_commit, const std::string& data_folder,
                    const std::string& access) {
    last_commit_ = std::move(last_commit);
    files_ = std::make_shared<DataFiles>(data_folder, database_.path(), access);
    database_.keep_log();
    note_file();
  }

  const std::optional<Error>& error() const { return prepare_.error(); }
  AgentTables& agents() { return agents_; }
  ThreadTable& threads() { return threads_; }
  StringRows& strings() { return strings_; }
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
    if (auto there = check_files(); !there) return std::unexpected(std::move(there.error()));
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    auto begun = begin_origin();
    if (!begun) return begun;
    log_will_change();
    if (auto committed = transaction->commit(); !committed) {
      return std::unexpected(std::move(committed.error()));
    }
    origin_ = *begun;
    return *begun;
  }

  Result<bool> knows(std::int64_t origin, ChangeNumber last) {
    auto statement = database_.prepare(
        "SELECT 1 FROM origins WHERE id = ?1 AND first_change <= ?2 + 1 "
        "AND ?2 <= (SELECT value FROM counters WHERE name = 'change') "
        "AND NOT EXISTS(SELECT 1 FROM origins AS later WHERE later.number > origins.number "
        "AND later.first_change <= ?2)");
    if (!statement) return std::unexpected(std::move(statement.error()));
    return statement->bind(1, origin).bind(2, last.value).step();
  }

  Result<WriteSummary> write(LicenseId license,
                             std::span<const std::span<const chat::Record>> records,
                             const std::function<bool()>& is_enough) {
    Undoing undoing(*this);
    auto written = write_in_transaction(license, records, is_enough);
    if (written) undoing.is_needed = false;
    return written;
  }

  Result<void> replay(ChangeNumber after, std::size_t batch_size,
                      const std::function<Result<void>(std::span<const chat::Change>)>& take) {
    auto left_out =
        replay_changes(database_, replay_, strings_, after, batch_size, unreadable_, take);
    if (!left_out) return std::unexpected(std::move(left_out.error()));
    if (*left_out > 0) {
      // Whose these rows are they don't say for sure.
      if (auto found = find_damage(); !found) return std::unexpected(std::move(found.error()));
    }
    return {};
  }

  Result<void> begin_import(std::size_t most_ids_in_memory) {
    // So that nothing is missing in the index but what this import adds.
    if (auto ended = end_import(); !ended) return ended;
    if (auto set = database_.execute(import_settings()); !set) return set;
    index_.begin_import(most_ids_in_memory);
    is_importing_ = true;
    most_log_pages_ = log_pages_of_import;
    return {};
  }

  Result<void> end_import() {
    index_.end_import();
    is_importing_ = false;
    Undoing undoing(*this);
    auto done = complete_index();
    if (done) undoing.is_needed = false;
    return done;
  }

 private:
  Result<void> check_files() const { return files_ ? files_->check() : Result<void>(); }

  void log_will_change() {
    if (files_) files_->log_will_change();
  }

  // It is acknowledged only where the file that it went into is still in its place.
  Result<void> note_commit(ChangeNumber last) {
    if (!last_commit_) return {};
    last_commit_->note(last);
    if (database_.log_pages() >= most_log_pages_) copy_log();
    if (files_) files_->log_has_changed();
    return check_files();
  }

  Result<void> save_stamp() {
    if (stamp_ == saved_stamp_) return {};
    const auto known = read_counter(database_, "stamp");
    if (!known) return std::unexpected(known.error());
    if (stamp_.microseconds > *known) {
      if (auto done = write_counter(database_, "stamp", stamp_.microseconds); !done) return done;
    }
    saved_stamp_ = stamp_;
    return {};
  }

  // Where that fails the log grows, until it can be.
  void copy_log() {
    if (!check_files()) return;
    last_commit_->file_will_change();
    files_->store_will_change();
    static_cast<void>(database_.copy_log());
    last_commit_->file_has_changed(database_);
    note_file();
  }

  void note_file() {
    if (const auto state = last_commit_->file_state()) {
      files_->store_has_changed(state->counters_page, state->digest);
    }
  }

  Result<std::int64_t> begin_origin() {
    return database_.integer(
        "INSERT INTO origins(id, first_change) SELECT random(), value + 1 FROM counters "
        "WHERE name = 'change' RETURNING id");
  }

  Result<WriteSummary> write_in_transaction(LicenseId license,
                                            std::span<const std::span<const chat::Record>> records,
                                            const std::function<bool()>& is_enough) {
    if (auto there = check_files(); !there) return std::unexpected(std::move(there.error()));
    log_will_change();
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    std::optional<std::int64_t> origin = origin_;
    if (!origin) {
      auto begun = begin_origin();
      if (!begun) return std::unexpected(std::move(begun.error()));
      origin = *begun;
    }
    auto counter = ChangeCounter::read(database_);
    if (!counter) return std::unexpected(std::move(counter.error()));
    if (auto begun = begin_tables(*counter); !begun) {
      return std::unexpected(std::move(begun.error()));
    }
    auto summary = write_records(license, records, is_enough, *counter);
    if (!summary) return summary;
    auto saved = threads_.end(*counter);
    if (saved) saved = counter->save(database_);
    if (saved) saved = strings_.save_new();
    if (saved) saved = labels_.save();
    if (saved) saved = index_.end(counter->last());
    if (saved) saved = save_stamp();
    const bool has_repaired = totals_.has_repaired();
    if (saved) saved = totals_.save();
    if (!saved) return std::unexpected(std::move(saved.error()));
    if (auto committed = transaction->commit(); !committed) {
      return std::unexpected(std::move(committed.error()));
    }
    origin_ = origin;
    last_written_ = counter->last();
    if (auto noted = note_commit(counter->last()); !noted) {
      return std::unexpected(std::move(noted.error()));
    }
    // What is written is written; where this fails, more stays damaged than is.
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
        if (at + records_ahead < part.size()) prefetch(license, part[at + records_ahead]);
        if (std::holds_alternative<chat::IgnoredWebhook>(record)) {
          ++summary.ignored;
          continue;
        }
        if (const auto stamp = stamp_of(record)) stamp_ = std::max(stamp_, *stamp);
        auto changed = write_record(license, record, counter);
        if (changed) {
          ++(*changed ? summary.written : summary.unchanged);
        } else if (changed.error().kind == record_is_refused) {
          summary.refused.push_back(
              {summary.taken(), name_of_thread(record) + changed.error().message});
        } else {
          return std::unexpected(std::move(changed.error()));
        }
      }
    }
    return summary;
  }

  // Has the processor fetch what writing the record will look at first.
  void prefetch(LicenseId license, const chat::Record& record) {
    if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
      __builtin_prefetch(chat->thread.properties.data());
      __builtin_prefetch(chat->thread.events.data());
      index_.prefetch(RowKind::thread, license, chat->thread_id);
    } else if (const auto* status = std::get_if<chat::AgentStatusRecord>(&record)) {
      statuses_.prefetch(license, *status);
    } else if (const auto* greeting = std::get_if<chat::GreetingRecord>(&record)) {
      index_.prefetch(RowKind::greeting_event, license, greeting->unique_id);
      index_.prefetch(RowKind::thread_of_greeting, license, greeting->unique_id);
    }
  }

  // What the tables know of a transaction beside the file, if it is not committed.
  struct Undoing {
    explicit Undoing(Implementation& of) : implementation(of) {}
    Undoing(const Undoing&) = delete;
    Undoing& operator=(const Undoing&) = delete;
    ~Undoing() {
      if (!is_needed) return;
      implementation.threads_.roll_back();
      implementation.index_.roll_back();
      implementation.strings_.roll_back();
      implementation.totals_.roll_back();
      implementation.saved_stamp_ = Instant{0};
      implementation.known_agents_.forget();
      implementation.labels_.forget();
    }
    Implementation& implementation;
    bool is_needed = true;
  };

  Result<void> begin_tables(const ChangeCounter& counter) {
    if (auto read = strings_.read_new(); !read) return read;
    labels_.forget();
    // Somebody else has written since.
    if (counter.last() != last_written_) known_agents_.forget();
    const auto missing_after = index_.begin(counter.last());
    if (!missing_after) return std::unexpected(missing_after.error());
    if (!*missing_after) return {};
    if (auto done = threads_.index_after(**missing_after); !done) return done;
    if (auto done = statuses_.index_after(**missing_after); !done) return done;
    return greetings_.index_after(**missing_after);
  }

  Result<void> complete_index() {
    if (auto there = check_files(); !there) return there;
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    auto counter = ChangeCounter::read(database_);
    if (!counter) return std::unexpected(std::move(counter.error()));
    if (found_.is_of_index) {
      if (auto cleared = index_.clear(); !cleared) return cleared;
    }
    if (auto begun = begin_tables(*counter); !begun) return begun;
    if (auto ended = index_.end(counter->last()); !ended) return ended;
    if (auto saved = totals_.save(); !saved) return saved;
    log_will_change();
    auto committed = transaction->commit();
    if (committed) found_.is_of_index = false;
    return committed;
  }

  Result<bool> write_record(LicenseId license, const chat::Record& record, ChangeCounter& counter) {
    CHECK(!chat::awaits_key(record));
    if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
      return with_labels(license, chat->labels, threads_.write(license, *chat, counter));
    }
    if (const auto* achievement = std::get_if<chat::AchievementRecord>(&record)) {
      return threads_.write(license, *achievement, counter);
    }
    if (const auto* webhook = std::get_if<chat::WebhookRecord>(&record)) {
      return with_labels(license, webhook->labels, threads_.write(license, *webhook, counter));
    }
    if (const auto* queue = std::get_if<chat::QueueRecord>(&record)) {
      return threads_.write(license, *queue, counter);
    }
    if (const auto* label = std::get_if<chat::FormLabel>(&record)) {
      return labels_.write(license, std::span(label, 1));
    }
    if (const auto* greeting = std::get_if<chat::GreetingRecord>(&record)) {
      return write_greeting(license, *greeting, counter);
    }
    if (const auto* agent = std::get_if<chat::AgentRecord>(&record)) {
      return write_agent(license, *agent, counter);
    }
    if (const auto* group = std::get_if<chat::GroupRecord>(&record)) {
      return write_group(license, *group, counter);
    }
    return statuses_.write(license, std::get<chat::AgentStatusRecord>(record), counter);
  }

  // Labels are the licence's: they make no change of the thread.
  Result<bool> with_labels(LicenseId license, const std::vector<chat::FormLabel>& labels,
                           Result<bool> changed) {
    if (!changed || labels.empty()) return changed;
    const auto told = labels_.write(license, labels);
    if (!told) return told;
    return *changed || *told;
  }

  // Whether an agent who becomes known may change the threads that have events of this author. An
  // import may change any number of them; nobody waits for it.
  Result<void> check_threads_of(LicenseId license, const std::string& path,
                                const std::string& agent_id) {
    if (is_importing_) return {};
    const auto threads = threads_.threads_of_author(license, agent_id);
    if (!threads) return std::unexpected(threads.error());
    if (*threads <= chat::max_threads_of_record) return {};
    return refused(fmt::format(
        "{}: more than {} threads have events of \"{}\", who was not known as an agent; "
        "that is more than one record can change while a server runs: stop it, and "
        "give the record to chatreports import",
        path, chat::max_threads_of_record, agent_id));
  }

  // Nobody would ever say that a deleted or suspended agent has gone offline.
  Result<bool> write_agent(LicenseId license, const chat::AgentRecord& agent,
                           ChangeCounter& counter) {
    const auto is_known = known_agents_.has(license, agent.id);
    if (!is_known) return is_known;
    if (!*is_known) {
      if (auto done = check_threads_of(license, "id", agent.id); !done) {
        return std::unexpected(std::move(done.error()));
      }
    }
    auto changed = agents_.write(license, agent, counter);
    if (changed && !*is_known) {
      known_agents_.add(license, agent.id);
      threads_.follow_agent(license, agent.id);
    }
    const bool has_gone =
        agent.told == chat::AgentTold::deleted || agent.told == chat::AgentTold::suspended;
    if (!changed || !has_gone) return changed;
    auto gone = statuses_.write(
        license, chat::AgentStatusRecord{agent.id, chat::AgentStatus::offline, agent.told_at.at},
        counter);
    if (!gone) return gone;
    return *changed || *gone;
  }

  // Whom a group's webhook names, the licence knows as an agent from then on.
  Result<bool> write_group(LicenseId license, const chat::GroupRecord& group,
                           ChangeCounter& counter) {
    std::vector<std::string> new_agents;
    for (const std::string& member : group.members.value_or(std::vector<std::string>())) {
      const auto is_known = known_agents_.has(license, member);
      if (!is_known) return is_known;
      if (*is_known) continue;
      if (auto done = check_threads_of(license, "members", member); !done) {
        return std::unexpected(std::move(done.error()));
      }
      new_agents.push_back(member);
    }
    auto changed = agents_.write(license, group, counter);
    if (!changed || !*changed) return changed;
    for (const std::string& agent_id : new_agents) {
      known_agents_.add(license, agent_id);
      threads_.follow_agent(license, agent_id);
    }
    return changed;
  }

  Result<bool> write_greeting(LicenseId license, const chat::GreetingRecord& greeting,
                              ChangeCounter& counter) {
    const bool is_displayed = greeting.event == chat::GreetingEvent::displayed;
    std::size_t threads = 0;
    if (is_displayed) {
      const auto found = threads_.threads_of_greeting(license, greeting.unique_id);
      if (!found) return std::unexpected(found.error());
      threads = *found;
    }
    if (threads > chat::max_threads_of_record) {
      return refused(fmt::format(
          "unique_id: more than {} threads have it, which are more than one record can change",
          chat::max_threads_of_record));
    }
    auto changed = greetings_.write(license, greeting, counter);
    if (changed && *changed && threads > 0) threads_.follow_greeting(license, greeting.unique_id);
    return changed;
  }

  std::shared_ptr<DataFiles> files_;  // lives longer than the database; where the folder's lock is
                                      // held, as the next
  std::unique_ptr<LastCommit> last_commit_;
  Database database_;
  Instant stamp_{0};  // the latest of the records that this object has seen
  Instant saved_stamp_{0};
  bool is_importing_ = false;
  int most_log_pages_ = log_pages_before_copying;
  std::optional<std::int64_t> origin_;  // once there is one
  ChangeNumber last_written_;           // the last change that this object knows of
  StatementPreparer prepare_;
  Totals totals_;
  AgentTables agents_;
  RowIndex index_;
  StringRows strings_;
  StatusTable statuses_;
  GreetingTable greetings_;
  KnownAgents known_agents_;
  LabelTable labels_;
  ThreadTable threads_;
  ReplayStatements replay_;
  Damage found_;       // by the last search
  Damage unreadable_;  // what the replays have met beside that
};

Store::Store(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& data_folder) {
  auto database = open_database(data_folder, facts_schema());
  if (!database) return std::unexpected(std::move(database.error()));
  auto implementation = std::make_unique<Implementation>(std::move(*database));
  if (implementation->error()) return std::unexpected(*implementation->error());
  return std::unique_ptr<Store>(new Store(std::move(implementation)));
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
  implementation.note_commits(*std::move(last_commit), data_folder, access);
  return store;
}

std::shared_ptr<const DataFiles> Store::files() const {
  return implementation_->files();
}

Result<WriteSummary> Store::write(LicenseId license, std::span<const chat::Record> records) {
  return implementation_->write(license, std::span(&records, 1), [] { return false; });
}

Result<WriteSummary> Store::write(LicenseId license,
                                  std::span<const std::span<const chat::Record>> records,
                                  const std::function<bool()>& is_enough) {
  return implementation_->write(license, records, is_enough);
}

Result<void> Store::begin_import(std::size_t most_ids_in_memory) {
  return implementation_->begin_import(most_ids_in_memory);
}

Result<void> Store::end_import() {
  return implementation_->end_import();
}

void Store::leave_log() {
  implementation_->database().leave_log();
}

Result<void> Store::prepare_for_webhooks() {
  return implementation_->threads().make_chat_index();
}

Result<ChangeNumber> Store::last_change() {
  auto counter = ChangeCounter::read(implementation_->database());
  if (!counter) return std::unexpected(std::move(counter.error()));
  return counter->last();
}

Result<Instant> Store::last_stamp() {
  const auto stamp = read_counter(implementation_->database(), "stamp");
  if (!stamp) return std::unexpected(stamp.error());
  return Instant{*stamp};
}

Result<std::int64_t> Store::origin() {
  return implementation_->origin();
}

Result<bool> Store::knows(std::int64_t origin, ChangeNumber last) {
  return implementation_->knows(origin, last);
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

Result<void> Store::read_records(
    LicenseId license, const std::function<Result<void>(std::span<const chat::Record>)>& take) {
  return store::read_records(implementation_->database(), implementation_->strings(), license,
                             take);
}

Result<std::optional<std::string>> Store::agent_timezone(LicenseId license,
                                                         const std::string& agent_id) {
  return implementation_->agents().timezone(license, agent_id);
}

}  // namespace chatreports::store
