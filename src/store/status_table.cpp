#include "store/status_table.h"

#include "store/bytes.h"

namespace chatreports::store {

StatusTable::StatusTable(RowIndex& index, Preparation& prepare)
    : index_(index),
      find_(prepare("SELECT license, agent_id, at, status FROM agent_statuses "
                    "WHERE status_number = ?1")),
      insert_(prepare("INSERT INTO agent_statuses(status_number, license, agent_id, at, status) "
                      "VALUES(?1, ?2, ?3, ?4, ?5)")),
      replace_(prepare("UPDATE agent_statuses SET changed = ?2, status = ?3 "
                       "WHERE status_number = ?1")),
      rows_after_(prepare("SELECT status_number, license, agent_id, at FROM agent_statuses "
                          "WHERE status_number > ?1 ORDER BY status_number")) {}

Result<bool> StatusTable::write(LicenseId license, const chat::AgentStatusRecord& record,
                                ChangeCounter& counter) {
  const std::int64_t at = record.at.microseconds;
  const auto status = static_cast<std::int64_t>(record.status);
  const auto row = find(license, record.agent_id, at);
  if (!row) return std::unexpected(row.error());
  if (*row && (*row)->status == status) return false;
  Result<void> done;
  if (*row) {
    done = replace_.bind(1, (*row)->status_number).bind(2, counter.next()).bind(3, status).run();
  } else {
    insert_.bind(1, counter.next()).bind(2, license.value).bind_text(3, record.agent_id);
    done = insert_.bind(4, at).bind(5, status).run();
    if (done) {
      done = index_.add(RowKind::agent_status, license, id_of(record.agent_id, at), counter.next());
    }
  }
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  return true;
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
        return find_.integer(0) == license.value && find_.bytes(1) == agent_id &&
               find_.integer(2) == at;
      });
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  return Row{**number, find_.integer(3)};
}

std::string_view StatusTable::id_of(std::string_view agent_id, std::int64_t at) {
  id_.clear();
  ByteWriter writer(id_);
  writer.integer(at);
  writer.bytes(agent_id);
  return id_;
}

}  // namespace chatreports::store
