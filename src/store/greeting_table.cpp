#include "store/greeting_table.h"

namespace chatreports::store {

GreetingTable::GreetingTable(Database& database, Preparation& prepare)
    : database_(database),
      insert_(prepare(R"sql(
        INSERT INTO greeting_events(change, license, unique_id, event, event_number, greeting_id,
                                    group_id, at)
        VALUES(?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7)
        ON CONFLICT(license, unique_id, event) DO NOTHING)sql")),
      remember_(prepare(R"sql(
        INSERT INTO greeting_event_replacements(change, event_number, greeting_id, group_id, at)
        SELECT ?1, event_number, greeting_id, group_id, at FROM greeting_events
        WHERE license = ?2 AND unique_id = ?3 AND event = ?4
          AND (greeting_id <> ?5 OR group_id IS NOT ?6 OR at <> ?7))sql")),
      replace_(prepare(R"sql(
        UPDATE greeting_events SET change = ?1, greeting_id = ?5, group_id = ?6, at = ?7
        WHERE license = ?2 AND unique_id = ?3 AND event = ?4)sql")),
      find_displayed_(prepare(
          "SELECT at FROM greeting_events WHERE license = ?1 AND unique_id = ?2 AND event = ?3")) {}

Result<bool> GreetingTable::write(LicenseId license, const chat::GreetingRecord& record,
                                  ChangeCounter& counter) {
  const auto inserted = run(insert_, license, record, counter);
  if (!inserted) return inserted;
  if (!*inserted) {
    // It is known. Where it was something else, that is remembered, and only then is it replaced.
    const auto differs = run(remember_, license, record, counter);
    if (!differs || !*differs) return differs;
    const auto replaced = run(replace_, license, record, counter);
    if (!replaced) return replaced;
  }
  counter.spend();
  return true;
}

Result<bool> GreetingTable::run(Statement& statement, LicenseId license,
                                const chat::GreetingRecord& record, const ChangeCounter& counter) {
  auto done = statement.bind(1, counter.next())
                  .bind(2, license.value)
                  .bind_text(3, record.unique_id)
                  .bind(4, static_cast<std::int64_t>(record.event))
                  .bind(5, record.greeting_id)
                  .bind(6, record.group_id)
                  .bind(7, record.at.microseconds)
                  .run();
  if (!done) return std::unexpected(std::move(done.error()));
  return database_.rows_changed() > 0;
}

Result<std::optional<Instant>> GreetingTable::displayed_at(LicenseId license,
                                                           std::string_view unique_id) {
  const ResetAtEnd reset(find_displayed_);
  auto found = find_displayed_.bind(1, license.value)
                   .bind_text(2, unique_id)
                   .bind(3, static_cast<std::int64_t>(chat::GreetingEvent::displayed))
                   .step();
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::nullopt;
  return Instant{find_displayed_.integer(0)};
}

}  // namespace chatreports::store
