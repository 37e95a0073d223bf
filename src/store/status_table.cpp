#include "store/status_table.h"

#include "store/damaged.h"
#include "store/encoding.h"

namespace chatreports::store {

StatusTable::StatusTable(Database& database, RowIndex& index, Totals& totals,
                         StatementPreparer& prepare)
    : database_(database),
      index_(index),
      totals_(totals),
      find_(prepare(select_rows(CheckedTable::agent_statuses, "WHERE status_number = ?1"))),
      insert_(prepare(insert_row(CheckedTable::agent_statuses))),
      replace_(prepare("UPDATE agent_statuses SET changed = ?2, status = ?6, checksum = ?7 "
                       "WHERE status_number = ?1")),
      rows_after_(prepare("SELECT status_number, license, agent_id, at FROM agent_statuses "
                          "WHERE status_number > ?1 ORDER BY status_number")),
      rows_within_(prepare(
          select_rows(CheckedTable::agent_statuses,
                      "WHERE status_number > ?1 AND status_number <= ?2 AND license = ?3"))),
      last_before_(prepare("SELECT agent_id, max(at) FROM agent_statuses "
                           "WHERE license = ?1 AND at < ?2 GROUP BY agent_id")),
      erase_(prepare("DELETE FROM agent_statuses WHERE status_number = ?1")) {}

Result<bool> StatusTable::write(LicenseId license, const chat::AgentStatusRecord& record,
                                ChangeCounter& counter) {
  const std::int64_t at = unix_microseconds(record.at);
  const auto status = static_cast<std::int64_t>(record.status);
  const auto row = find(license, record.agent_id, at);
  if (!row) return std::unexpected(row.error());
  if (*row && (*row)->status == status) return false;
  const std::int64_t change = counter.next();
  const auto bind = [&](Statement& statement, std::int64_t status_number,
                        std::optional<std::int64_t> changed) {
    return bind_row(statement, CheckedTable::agent_statuses, status_number, changed, license.value,
                    std::string_view(record.agent_id), at, status);
  };
  Result<void> done;
  if (*row) {
    const std::int64_t checksum = bind(replace_, (*row)->status_number, change);
    done = replace_.run();
    totals_.replaced(CheckedTable::agent_statuses, license, (*row)->checksum, checksum);
  } else {
    const std::int64_t checksum = bind(insert_, change, std::nullopt);
    done = insert_.run();
    totals_.added(CheckedTable::agent_statuses, license, checksum);
    if (done) done = index_.add(RowKind::agent_status, license, id_of(record.agent_id, at), change);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  return true;
}

void StatusTable::prefetch(LicenseId license, const chat::AgentStatusRecord& record) {
  index_.prefetch(RowKind::agent_status, license,
                  id_of(record.agent_id, unix_microseconds(record.at)));
}

Result<std::map<std::string, std::int64_t>> StatusTable::last_before(LicenseId license,
                                                                     Instant time) {
  std::map<std::string, std::int64_t> last;
  auto done = for_each_row(last_before_.bind(1, license.value).bind(2, unix_microseconds(time)),
                           [&]() -> Result<void> {
                             last[std::string(last_before_.bytes(0))] = last_before_.integer(1);
                             return {};
                           });
  if (!done) return std::unexpected(std::move(done.error()));
  return last;
}

Result<std::vector<StatusTable::Status>> StatusTable::within(LicenseId license,
                                                             RowNumbers numbers) {
  std::vector<Status> statuses;
  auto done = for_each_row(
      rows_within_.bind(1, numbers.after).bind(2, numbers.last).bind(3, license.value),
      [&]() -> Result<void> {
        statuses.push_back({rows_within_.integer(0),
                            {std::string(rows_within_.bytes(3)),
                             static_cast<chat::AgentStatus>(rows_within_.integer(5)),
                             from_unix_microseconds(rows_within_.integer(4))},
                            checksum_in_row(rows_within_, CheckedTable::agent_statuses),
                            is_intact(rows_within_, CheckedTable::agent_statuses)});
        return {};
      });
  if (!done) return std::unexpected(std::move(done.error()));
  return statuses;
}

Result<void> StatusTable::erase(LicenseId license, const Status& status) {
  auto done = erase_.bind(1, status.number).run();
  if (!done) return done;
  totals_.removed(CheckedTable::agent_statuses, license, status.checksum);
  if (!status.is_intact) totals_.repaired(CheckedTable::agent_statuses, license);
  return index_.remove(RowKind::agent_status, license,
                       id_of(status.record.agent_id, unix_microseconds(status.record.at)),
                       status.number);
}

Result<bool> StatusTable::erase(LicenseId license, RowNumbers numbers, const IsErased& is_erased) {
  const auto statuses = within(license, numbers);
  if (!statuses) return std::unexpected(statuses.error());
  bool has_erased = false;
  for (const Status& status : *statuses) {
    if (!is_erased(status.record.agent_id, unix_microseconds(status.record.at))) continue;
    auto done = erase(license, status);
    if (!done) return std::unexpected(std::move(done.error()));
    has_erased = true;
  }
  return has_erased;
}

Result<void> StatusTable::hide(LicenseId license, RowNumbers numbers,
                               const chat::HiddenAgents& agents, ChangeCounter& counter) {
  const auto statuses = within(license, numbers);
  if (!statuses) return std::unexpected(statuses.error());
  for (const Status& status : *statuses) {
    if (!status.is_intact) continue;
    chat::AgentStatusRecord hidden = status.record;
    agents.hide_in(hidden.agent_id);
    if (hidden == status.record) continue;
    if (auto done = erase(license, status); !done) return done;
    const auto written = write(license, hidden, counter);
    if (!written) return std::unexpected(written.error());
  }
  return {};
}

Result<void> StatusTable::index_after(std::int64_t status_number) {
  return for_each_row(rows_after_.bind(1, status_number), [this] {
    return index_.add(RowKind::agent_status, LicenseId{rows_after_.integer(1)},
                      id_of(rows_after_.bytes(2), rows_after_.integer(3)), rows_after_.integer(0));
  });
}

Result<std::optional<StatusTable::Row>> StatusTable::find(LicenseId license,
                                                          std::string_view agent_id,
                                                          std::int64_t at) {
  const ResetAtEnd reset(find_);
  const auto number =
      index_.find_row(RowKind::agent_status, license, id_of(agent_id, at), find_, [&] {
        return find_.integer(2) == license.value && find_.bytes(3) == agent_id &&
               find_.integer(4) == at;
      });
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  if (!is_intact(find_, CheckedTable::agent_statuses)) {
    return std::unexpected(damaged_row(database_.path(), "agent_statuses", **number));
  }
  return Row{**number, find_.integer(5), checksum_in_row(find_, CheckedTable::agent_statuses)};
}

std::string_view StatusTable::id_of(std::string_view agent_id, std::int64_t at) {
  id_.clear();
  Encoder encoder(id_);
  encoder.integer(at);
  encoder.bytes(agent_id);
  return id_;
}

}  // namespace chatreports::store
