#include "store/agent_tables.h"

#include "store/codec.h"

namespace chatreports::store {

AgentTables::AgentTables(Database& database, Preparation& prepare)
    : database_(database),
      upsert_agent_(prepare(R"sql(
        INSERT INTO agents(change, license, agent_id, name, timezone, group_ids, told_at, is_deleted)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT(license, agent_id) DO UPDATE SET
          change = excluded.change, name = coalesce(excluded.name, name),
          timezone = coalesce(excluded.timezone, timezone),
          group_ids = coalesce(excluded.group_ids, group_ids),
          told_at = coalesce(excluded.told_at, told_at), is_deleted = excluded.is_deleted
        WHERE (excluded.told_at IS NULL OR told_at IS NULL OR excluded.told_at >= told_at)
          AND (coalesce(excluded.name, name) IS NOT name
            OR coalesce(excluded.timezone, timezone) IS NOT timezone
            OR coalesce(excluded.group_ids, group_ids) IS NOT group_ids
            OR excluded.is_deleted <> is_deleted))sql")),
      // Told of again, an agent is the one that is known, unless that was deleted.
      create_agent_(prepare(R"sql(
        INSERT INTO agents(change, license, agent_id, name, timezone, group_ids, told_at, is_deleted)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT(license, agent_id) DO UPDATE SET
          change = excluded.change, name = coalesce(name, excluded.name),
          timezone = coalesce(timezone, excluded.timezone),
          group_ids = CASE WHEN is_deleted THEN excluded.group_ids
                      ELSE coalesce(group_ids, excluded.group_ids) END,
          told_at = CASE WHEN is_deleted THEN excluded.told_at ELSE told_at END, is_deleted = 0
        WHERE (NOT is_deleted OR excluded.told_at > told_at)
          AND (is_deleted OR coalesce(name, excluded.name) IS NOT name
            OR coalesce(timezone, excluded.timezone) IS NOT timezone
            OR coalesce(group_ids, excluded.group_ids) IS NOT group_ids))sql")),
      upsert_group_(prepare(R"sql(
        INSERT INTO groups(change, license, group_id, name) VALUES(?1, ?2, ?3, ?4)
        ON CONFLICT(license, group_id) DO UPDATE SET
          change = excluded.change, name = excluded.name
        WHERE coalesce(excluded.name, name) IS NOT name)sql")),
      find_timezone_(prepare("SELECT timezone FROM agents WHERE license = ?1 AND agent_id = ?2")) {}

Result<bool> AgentTables::run(Statement& upsert, ChangeCounter& counter) {
  if (auto done = upsert.run(); !done) return std::unexpected(std::move(done.error()));
  if (database_.rows_changed() == 0) return false;
  counter.spend();
  return true;
}

Result<bool> AgentTables::write(LicenseId license, const chat::AgentRecord& record,
                                ChangeCounter& counter) {
  std::string groups;
  const bool is_by_record = record.told == chat::AgentTold::by_record;
  Statement& upsert = record.told == chat::AgentTold::created ? create_agent_ : upsert_agent_;
  upsert.bind(1, counter.next())
      .bind(2, license.value)
      .bind_text(3, record.id)
      .bind_optional_text(4, record.name)
      .bind_optional_text(5, record.timezone);
  if (record.groups) {
    encode_integers(*record.groups, groups);
    upsert.bind_bytes(6, groups);
  } else {
    upsert.bind_null(6);
  }
  if (is_by_record) {
    upsert.bind_null(7);
  } else {
    upsert.bind(7, record.told_at.at.microseconds);
  }
  upsert.bind(8, std::int64_t{record.told == chat::AgentTold::deleted});
  return run(upsert, counter);
}

Result<bool> AgentTables::write(LicenseId license, const chat::GroupRecord& record,
                                ChangeCounter& counter) {
  upsert_group_.bind(1, counter.next())
      .bind(2, license.value)
      .bind(3, record.id)
      .bind_optional_text(4, record.name);
  return run(upsert_group_, counter);
}

Result<std::optional<std::string>> AgentTables::timezone(LicenseId license,
                                                         const std::string& agent_id) {
  const ResetAtEnd reset(find_timezone_);
  auto found = find_timezone_.bind(1, license.value).bind_text(2, agent_id).step();
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found || find_timezone_.is_null(0)) return std::nullopt;
  return std::string(find_timezone_.bytes(0));
}

}  // namespace chatreports::store
