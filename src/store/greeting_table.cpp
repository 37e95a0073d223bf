#include "store/greeting_table.h"

#include <string>
#include <vector>

#include "store/damaged.h"

namespace chatreports::store {
namespace {

// Binds the columns and the checksum, which it returns.
std::int64_t bind_columns(Statement& statement, LicenseId license,
                          const chat::GreetingRecord& record, std::int64_t event_number,
                          std::optional<std::int64_t> changed) {
  return bind_row(statement, CheckedTable::greeting_events, event_number, changed, license.value,
                  std::string_view(record.unique_id), static_cast<std::int64_t>(record.event),
                  record.greeting_id, record.group_id, unix_microseconds(record.at));
}

}  // namespace

GreetingTable::GreetingTable(Database& database, RowIndex& index, Totals& totals,
                             StatementPreparer& prepare)
    : database_(database),
      index_(index),
      totals_(totals),
      find_(prepare(select_rows(CheckedTable::greeting_events, "WHERE event_number = ?1"))),
      insert_(prepare(insert_row(CheckedTable::greeting_events))),
      remember_(prepare(insert_row(CheckedTable::greeting_event_replacements))),
      replace_(prepare("UPDATE greeting_events SET changed = ?2, greeting_id = ?6, group_id = ?7, "
                       "at = ?8, checksum = ?9 WHERE event_number = ?1")),
      rows_after_(prepare("SELECT event_number, license, unique_id FROM greeting_events "
                          "WHERE event_number > ?1 ORDER BY event_number")),
      rows_within_(
          prepare(select_rows(CheckedTable::greeting_events,
                              "WHERE event_number > ?1 AND event_number <= ?2 AND license = ?3"))),
      replacements_(prepare(
          select_rows(CheckedTable::greeting_event_replacements, "WHERE event_number = ?1"))),
      erase_replacements_(
          prepare("DELETE FROM greeting_event_replacements WHERE event_number = ?1")),
      erase_(prepare("DELETE FROM greeting_events WHERE event_number = ?1")) {}

Result<bool> GreetingTable::write(LicenseId license, const chat::GreetingRecord& record,
                                  ChangeCounter& counter) {
  const auto row = find(license, record.unique_id, record.event);
  if (!row) return std::unexpected(row.error());
  Result<void> done;
  if (!*row) {
    done = insert(license, record, counter.next());
  } else if ((*row)->greeting_id != record.greeting_id || (*row)->group_id != record.group_id ||
             (*row)->at != unix_microseconds(record.at)) {
    done = replace(license, **row, record, counter.next());
  } else {
    return false;
  }
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  return true;
}

Result<std::optional<Instant>> GreetingTable::displayed_at(LicenseId license,
                                                           std::string_view unique_id) {
  const auto row = find(license, unique_id, chat::GreetingEvent::displayed);
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return from_unix_microseconds((*row)->at);
}

Result<bool> GreetingTable::erase(LicenseId license, RowNumbers numbers,
                                  std::optional<Instant> before) {
  struct Event {
    std::int64_t number = 0;
    std::string unique_id;
    std::int64_t checksum = 0;
    bool is_intact = false;
  };
  std::vector<Event> erased;
  auto done = for_each_row(
      rows_within_.bind(1, numbers.after).bind(2, numbers.last).bind(3, license.value),
      [&]() -> Result<void> {
        const bool is_whole = is_intact(rows_within_, CheckedTable::greeting_events);
        if (before && (!is_whole || from_unix_microseconds(rows_within_.integer(7)) >= *before)) {
          return {};
        }
        erased.push_back({rows_within_.integer(0), std::string(rows_within_.bytes(3)),
                          checksum_in_row(rows_within_, CheckedTable::greeting_events), is_whole});
        return {};
      });
  for (const Event& event : erased) {
    if (!done) break;
    done = for_each_row(replacements_.bind(1, event.number), [this]() -> Result<void> {
      totals_.removed(CheckedTable::greeting_event_replacements, of_all_licenses,
                      checksum_in_row(replacements_, CheckedTable::greeting_event_replacements));
      return {};
    });
    if (done) done = erase_replacements_.bind(1, event.number).run();
    if (done) done = erase_.bind(1, event.number).run();
    if (done) {
      done = index_.remove(RowKind::greeting_event, license, event.unique_id, event.number);
    }
    totals_.removed(CheckedTable::greeting_events, license, event.checksum);
    if (!event.is_intact) totals_.repaired(CheckedTable::greeting_events, license);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return !erased.empty();
}

Result<void> GreetingTable::index_after(std::int64_t event_number) {
  return for_each_row(rows_after_.bind(1, event_number), [this] {
    return index_.add(RowKind::greeting_event, LicenseId{rows_after_.integer(1)},
                      rows_after_.bytes(2), rows_after_.integer(0));
  });
}

Result<std::optional<GreetingTable::Row>> GreetingTable::find(LicenseId license,
                                                              std::string_view unique_id,
                                                              chat::GreetingEvent event) {
  const ResetAtEnd reset(find_);
  const auto number = index_.find_row(RowKind::greeting_event, license, unique_id, find_, [&] {
    return find_.integer(2) == license.value && find_.bytes(3) == unique_id &&
           find_.integer(4) == static_cast<std::int64_t>(event);
  });
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  if (!is_intact(find_, CheckedTable::greeting_events)) {
    return std::unexpected(damaged_row(database_.path(), "greeting_events", **number));
  }
  return Row{**number, find_.integer(5), find_.optional_integer(6), find_.integer(7),
             checksum_in_row(find_, CheckedTable::greeting_events)};
}

Result<void> GreetingTable::insert(LicenseId license, const chat::GreetingRecord& record,
                                   std::int64_t event_number) {
  const std::int64_t checksum = bind_columns(insert_, license, record, event_number, std::nullopt);
  if (auto done = insert_.run(); !done) return done;
  totals_.added(CheckedTable::greeting_events, license, checksum);
  return index_.add(RowKind::greeting_event, license, record.unique_id, event_number);
}

// Remembers what the event was before.
Result<void> GreetingTable::replace(LicenseId license, const Row& row,
                                    const chat::GreetingRecord& record, std::int64_t change) {
  const std::int64_t remembered =
      bind_row(remember_, CheckedTable::greeting_event_replacements, row.event_number, change,
               row.greeting_id, row.group_id, row.at);
  if (auto done = remember_.run(); !done) return done;
  totals_.added(CheckedTable::greeting_event_replacements, of_all_licenses, remembered);
  const std::int64_t checksum = bind_columns(replace_, license, record, row.event_number, change);
  totals_.replaced(CheckedTable::greeting_events, license, row.checksum, checksum);
  return replace_.run();
}

}  // namespace chatreports::store
