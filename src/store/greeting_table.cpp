#include "store/greeting_table.h"

namespace chatreports::store {

GreetingTable::GreetingTable(RowIndex& index, Preparation& prepare)
    : index_(index),
      find_(prepare("SELECT license, unique_id, event, greeting_id, group_id, at "
                    "FROM greeting_events WHERE event_number = ?1")),
      insert_(prepare("INSERT INTO greeting_events(event_number, license, unique_id, event, "
                      "greeting_id, group_id, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")),
      remember_(prepare("INSERT INTO greeting_event_replacements(event_number, change, "
                        "greeting_id, group_id, at) VALUES(?1, ?2, ?3, ?4, ?5)")),
      replace_(prepare("UPDATE greeting_events SET changed = ?2, greeting_id = ?3, group_id = ?4, "
                       "at = ?5 WHERE event_number = ?1")),
      rows_after_(prepare("SELECT event_number, license, unique_id FROM greeting_events "
                          "WHERE event_number > ?1 ORDER BY event_number")) {}

Result<bool> GreetingTable::write(LicenseId license, const chat::GreetingRecord& record,
                                  ChangeCounter& counter) {
  const auto row = find(license, record.unique_id, record.event);
  if (!row) return std::unexpected(row.error());
  Result<void> done;
  if (!*row) {
    done = insert(license, record, counter.next());
  } else if ((*row)->greeting_id != record.greeting_id || (*row)->group_id != record.group_id ||
             (*row)->at != record.at.microseconds) {
    done = replace(**row, record, counter.next());
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
  return Instant{(*row)->at};
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
    return find_.integer(0) == license.value && find_.bytes(1) == unique_id &&
           find_.integer(2) == static_cast<std::int64_t>(event);
  });
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  return Row{**number, find_.integer(3), find_.optional_integer(4), find_.integer(5)};
}

Result<void> GreetingTable::insert(LicenseId license, const chat::GreetingRecord& record,
                                   std::int64_t event_number) {
  auto done = insert_.bind(1, event_number)
                  .bind(2, license.value)
                  .bind_text(3, record.unique_id)
                  .bind(4, static_cast<std::int64_t>(record.event))
                  .bind(5, record.greeting_id)
                  .bind(6, record.group_id)
                  .bind(7, record.at.microseconds)
                  .run();
  if (!done) return done;
  return index_.add(RowKind::greeting_event, license, record.unique_id, event_number);
}

// What it was is remembered.
Result<void> GreetingTable::replace(const Row& row, const chat::GreetingRecord& record,
                                    std::int64_t change) {
  auto done = remember_.bind(1, row.event_number)
                  .bind(2, change)
                  .bind(3, row.greeting_id)
                  .bind(4, row.group_id)
                  .bind(5, row.at)
                  .run();
  if (!done) return done;
  return replace_.bind(1, row.event_number)
      .bind(2, change)
      .bind(3, record.greeting_id)
      .bind(4, record.group_id)
      .bind(5, record.at.microseconds)
      .run();
}

}  // namespace chatreports::store
