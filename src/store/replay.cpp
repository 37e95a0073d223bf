#include "store/replay.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "base/check.h"
#include "chat/derive.h"
#include "store/agent_tables.h"
#include "store/damaged.h"
#include "store/record_codec.h"
#include "store/row_checksum.h"
#include "store/stored_id.h"
#include "store/thread_moves.h"

namespace chatreports::store {
namespace {

// The place of a changed thing in the order, and its change.
struct Place {
  std::int64_t at = 0;
  std::int64_t row = 0;  // its number in the table
  std::int64_t change = 0;
  auto operator<=>(const Place&) const = default;
};
static_assert(sizeof(Place) == 24, "as Store::replay says");

using PlacesByLicense = std::map<LicenseId, std::vector<Place>>;

class Replay {
 public:
  Replay(const Database& database, ReplayStatements& statements, const StringTable& strings,
         std::vector<DeletionUnderWay> deletions, ChangeNumber after, std::size_t batch_size,
         Damage& unreadable, const std::function<Result<void>(std::span<const chat::Change>)>& take)
      : database_(database),
        statements_(statements),
        strings_(strings),
        deletions_(std::move(deletions)),
        after_(after),
        batch_size_(batch_size),
        unreadable_(unreadable),
        take_(take) {
    batch_.reserve(std::min<std::size_t>(batch_size, 65'536));
  }

  Result<void> run() {
    struct Kind {
      Statement& places_of;
      ReadTime read_time;
      ReadChange read;
      PlacesByLicense places;
    };
    std::array kinds = {Kind{statements_.thread_places, started_at, &Replay::thread_change, {}},
                        Kind{statements_.greeting_places, at, &Replay::greeting_change, {}},
                        Kind{statements_.agent_places, at, &Replay::agent_change, {}},
                        Kind{statements_.status_places, at, &Replay::status_change, {}}};
    std::set<LicenseId> licenses;
    for (Kind& kind : kinds) {
      if (auto done = collect(kind.places_of, kind.read_time, kind.places); !done) return done;
      for (const auto& [license, places] : kind.places) licenses.insert(license);
    }
    if (auto done = leave_out_deleted(kinds.front().places); !done) return done;
    for (const LicenseId license : licenses) {
      for (Kind& kind : kinds) {
        if (auto done = hand_over(license, kind.places[license], kind.read); !done) return done;
      }
      if (auto done = hand_over_removals(license); !done) return done;
    }
    return flush();
  }

  std::size_t left_out() const { return left_out_; }

 private:
  using ReadTime = std::int64_t (*)(const Statement&);
  using ReadChange = Result<chat::Change> (Replay::*)(LicenseId, const Place&);

  // The second column.
  static std::int64_t at(const Statement& row) { return row.integer(1); }
  static std::int64_t started_at(const Statement& row) {
    return unix_microseconds(started_at_of(row.bytes(1)));
  }

  Result<void> collect(Statement& statement, ReadTime read_time, PlacesByLicense& places) {
    return for_each_row(statement.bind(1, after_.value), [&]() -> Result<void> {
      places[LicenseId{statement.integer(0)}].push_back(
          {read_time(statement), statement.integer(2), statement.integer(3)});
      return {};
    });
  }

  // An update may have changed threads since they were deleted.
  Result<void> leave_out_deleted(PlacesByLicense& threads) {
    for (const DeletionUnderWay& deletion : deletions_) {
      std::vector<Place> kept;
      for (const Place& thread : threads[deletion.license]) {
        const auto start =
            start_after(thread.row, deletion.change, from_unix_microseconds(thread.at));
        if (!start) return std::unexpected(start.error());
        if (!deletion.removes(thread.row, *start)) kept.push_back(thread);
      }
      threads[deletion.license] = std::move(kept);
    }
    return {};
  }

  // Greeting events and statuses that a deletion under way removes have been handed over. Somebody
  // who has applied everything up to the deletion has applied its removal, too.
  Result<void> hand_over_removals(LicenseId license) {
    for (const DeletionUnderWay& deletion : deletions_) {
      if (deletion.license != license || deletion.change <= after_.value) continue;
      if (deletion.kind == DeletionKind::agent) continue;
      chat::Removal removal = chat::LicenseRemoval{};
      if (deletion.before) removal = chat::TimeRemoval{*deletion.before};
      batch_.emplace_back(ChangeNumber{deletion.change}, license, removal);
      if (auto done = flush_if_full(); !done) return done;
    }
    return {};
  }

  // Sorts the places, hands their changes over, and frees the memory.
  Result<void> hand_over(LicenseId license, std::vector<Place>& places, ReadChange read) {
    std::sort(places.begin(), places.end());
    for (const Place& place : places) {
      auto change = (this->*read)(license, place);
      if (!change && change.error().kind == row_is_damaged) continue;
      if (!change) return std::unexpected(std::move(change.error()));
      if (auto done = hand_over(*std::move(change)); !done) return done;
    }
    std::vector<Place>().swap(places);
    return {};
  }

  Result<void> hand_over(chat::Change change) {
    batch_.push_back(std::move(change));
    return flush_if_full();
  }

  Result<void> flush_if_full() { return batch_.size() < batch_size_ ? Result<void>() : flush(); }

  Result<void> flush() {
    if (batch_.empty()) return {};
    auto taken = take_(batch_);
    batch_.clear();
    return taken;
  }

  Result<chat::Change> thread_change(LicenseId license, const Place& place) {
    const std::int64_t number = place.row;
    Statement& row = statements_.thread;
    const ResetAtEnd reset(row);
    if (auto found = go_to(row, number, CheckedTable::threads); !found) {
      return std::unexpected(std::move(found.error()));
    }
    const auto record = decode(row.bytes(6), strings_);
    if (!record)
      return unreadable(damaged_record(database_.path(), license, number, record.error()), license);
    if (!record->from_chat_record) {
      return unreadable(damaged_record(database_.path(), license, number,
                                       {ErrorKind::failed, "it is said to be complete and is not"}),
                        license);
    }
    const std::int64_t complete_since = row.integer(4) == 0 ? number : row.integer(4);
    auto previous = started_at_then(number, complete_since, record->started_at);
    if (!previous) return std::unexpected(std::move(previous.error()));
    const std::string thread_id = id_in(row, 3);
    const std::string chat_id = id_in(row, 5);
    const chat::ThreadIds ids{thread_id, chat_id};
    Result<chat::Change> change(std::in_place, ChangeNumber{place.change}, license);
    change->what.emplace<chat::ThreadChange>(ThreadNumber{number}, *previous,
                                             chat::derive(*record, ids));
    return change;
  }

  // The start of the thread as it was after the change `after_`.
  Result<std::optional<Instant>> started_at_then(std::int64_t thread_number,
                                                 std::int64_t complete_since, Instant now) {
    if (complete_since > after_.value) return std::nullopt;
    auto start = start_after(thread_number, after_.value, now);
    if (!start) return std::unexpected(std::move(start.error()));
    return *start;
  }

  Result<Instant> start_after(std::int64_t thread_number, std::int64_t change, Instant now) {
    return store::start_after(statements_.move, database_.path(), thread_number, change, now);
  }

  Result<chat::Change> greeting_change(LicenseId license, const Place& place) {
    Statement& row = statements_.greeting;
    const ResetAtEnd reset(row);
    if (auto found = go_to(row, place.row, CheckedTable::greeting_events); !found) {
      return std::unexpected(std::move(found.error()));
    }
    const std::int64_t event = row.integer(4);
    if (event < 0 || event > static_cast<std::int64_t>(chat::GreetingEvent::goal)) {
      return unreadable(
          damaged_row(database_.path(), "greeting_events", place.row, "tells of no known event"),
          license);
    }
    chat::GreetingChange change;
    change.event.unique_id = row.bytes(3);
    change.event.event = static_cast<chat::GreetingEvent>(event);
    read_replaceable(row, 5, change.event);
    auto previous = greeting_then(place.row, change.event);
    if (!previous) return std::unexpected(std::move(previous.error()));
    change.previous = std::move(*previous);
    return chat::Change{{place.change}, license, std::move(change)};
  }

  // Both tables of greeting events have these three columns in this order.
  static void read_replaceable(const Statement& found, int column, chat::GreetingRecord& event) {
    event.greeting_id = found.integer(column);
    event.group_id = found.optional_integer(column + 1);
    event.at = from_unix_microseconds(found.integer(column + 2));
  }

  // Likewise for a greeting event, which is `now` at present.
  Result<std::optional<chat::GreetingRecord>> greeting_then(std::int64_t event_number,
                                                            const chat::GreetingRecord& now) {
    if (event_number > after_.value) return std::nullopt;
    const ResetAtEnd reset(statements_.replacement);
    auto replaced = statements_.replacement.bind(1, event_number).bind(2, after_.value).step();
    if (!replaced) return std::unexpected(std::move(replaced.error()));
    chat::GreetingRecord then = now;
    if (!*replaced) return then;
    if (!is_intact(statements_.replacement, CheckedTable::greeting_event_replacements)) {
      return std::unexpected(damaged_history(database_.path()));
    }
    read_replaceable(statements_.replacement, 2, then);
    return then;
  }

  Result<chat::Change> agent_change(LicenseId license, const Place& place) {
    Statement& row = statements_.agent;
    const ResetAtEnd reset(row);
    if (auto found = go_to(row, place.row, CheckedTable::agents); !found) {
      return std::unexpected(std::move(found.error()));
    }
    chat::AgentChange change{std::string(row.bytes(2)), {}};
    const auto agent = read_agent(row, database_.path());
    if (!agent) return unreadable(agent.error(), license);
    change.groups = chat::groups_of(*agent);
    return chat::Change{{place.change}, license, std::move(change)};
  }

  Result<chat::Change> status_change(LicenseId license, const Place& place) {
    Statement& row = statements_.status;
    const ResetAtEnd reset(row);
    if (auto found = go_to(row, place.row, CheckedTable::agent_statuses); !found) {
      return std::unexpected(std::move(found.error()));
    }
    const std::int64_t status = row.integer(5);
    if (status < 0 || status > static_cast<std::int64_t>(chat::AgentStatus::not_accepting_chats)) {
      return unreadable(
          damaged_row(database_.path(), "agent_statuses", place.row, "tells of no known status"),
          license);
    }
    return chat::Change{
        {place.change},
        license,
        chat::StatusChange{{std::string(row.bytes(3)), static_cast<chat::AgentStatus>(status),
                            from_unix_microseconds(row.integer(4))}}};
  }

  // Steps to the row of that number. Fails with row_is_damaged if its checksum is wrong.
  Result<void> go_to(Statement& row, std::int64_t number, CheckedTable table) {
    const auto found = row.bind(1, number).step();
    if (!found) return std::unexpected(found.error());
    if (*found && is_intact(row, table)) return {};
    ++left_out_;
    return std::unexpected(Error{row_is_damaged, ""});
  }

  // For a row with a right checksum that cannot be read: a string that it names is damaged, or the
  // program that wrote it was wrong.
  std::unexpected<Error> unreadable(Error why, LicenseId license) {
    unreadable_.add(license, 1, why.message);
    return std::unexpected(std::move(why));
  }

  const Database& database_;
  ReplayStatements& statements_;
  const StringTable& strings_;
  const std::vector<DeletionUnderWay> deletions_;
  ChangeNumber after_;
  std::size_t batch_size_;
  Damage& unreadable_;
  std::size_t left_out_ = 0;
  const std::function<Result<void>(std::span<const chat::Change>)>& take_;
  std::vector<chat::Change> batch_;
};

}  // namespace

ReplayStatements::ReplayStatements(StatementPreparer& prepare)
    : thread_places(
          prepare("SELECT license, record, thread_number, coalesce(changed, thread_number) "
                  "FROM threads WHERE thread_number > ?1 AND complete_since IS NOT NULL "
                  "UNION ALL SELECT license, record, thread_number, changed FROM threads "
                  "WHERE changed > ?1 AND thread_number <= ?1 AND complete_since IS NOT NULL")),
      greeting_places(prepare("SELECT license, at, event_number, coalesce(changed, event_number) "
                              "FROM greeting_events WHERE event_number > ?1 UNION ALL "
                              "SELECT license, at, event_number, changed FROM greeting_events "
                              "WHERE changed > ?1 AND event_number <= ?1")),
      agent_places(prepare("SELECT license, 0, change, change FROM agents WHERE change > ?1")),
      status_places(prepare("SELECT license, at, status_number, coalesce(changed, status_number) "
                            "FROM agent_statuses WHERE status_number > ?1 UNION ALL "
                            "SELECT license, at, status_number, changed FROM agent_statuses "
                            "WHERE changed > ?1 AND status_number <= ?1")),
      thread(prepare(select_rows(CheckedTable::threads, "WHERE thread_number = ?1"))),
      move(prepare(first_move_after())),
      greeting(prepare(select_rows(CheckedTable::greeting_events, "WHERE event_number = ?1"))),
      replacement(
          prepare(select_rows(CheckedTable::greeting_event_replacements,
                              "WHERE event_number = ?1 AND change > ?2 ORDER BY change LIMIT 1"))),
      agent(prepare(select_rows(CheckedTable::agents, "WHERE change = ?1"))),
      status(prepare(select_rows(CheckedTable::agent_statuses, "WHERE status_number = ?1"))) {}

Result<std::size_t> replay_changes(
    ReplaySource source, ChangeNumber after, std::size_t batch_size, Damage& unreadable,
    const std::function<Result<void>(std::span<const chat::Change>)>& take) {
  CHECK(batch_size > 0);
  auto snapshot = Transaction::begin_read(source.database);
  if (!snapshot) return std::unexpected(std::move(snapshot.error()));
  if (auto read = source.strings.read_new(); !read) return std::unexpected(std::move(read.error()));
  auto under_way = source.deletions.under_way();
  if (!under_way) return std::unexpected(std::move(under_way.error()));
  Replay replay(source.database, source.statements, source.strings.table(), *std::move(under_way),
                after, batch_size, unreadable, take);
  if (auto done = replay.run(); !done) return std::unexpected(std::move(done.error()));
  return replay.left_out();
}

}  // namespace chatreports::store
