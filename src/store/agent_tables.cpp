#include "store/agent_tables.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "store/damaged.h"
#include "store/list_codec.h"

namespace chatreports::store {

AgentTables::AgentTables(Database& database, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      totals_(totals),
      upsert_agent_(prepare(R"sql(
        INSERT INTO agents(change, license, agent_id, name, timezone, group_ids, updated_at,
                           is_deleted, is_bot, checksum)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)
        ON CONFLICT(license, agent_id) DO UPDATE SET
          change = excluded.change, name = coalesce(excluded.name, name),
          timezone = coalesce(excluded.timezone, timezone),
          group_ids = coalesce(excluded.group_ids, group_ids),
          updated_at = coalesce(excluded.updated_at, updated_at), is_deleted = excluded.is_deleted,
          is_bot = max(is_bot, excluded.is_bot)
        WHERE (excluded.updated_at IS NULL OR updated_at IS NULL OR excluded.updated_at >= updated_at)
          AND (coalesce(excluded.name, name) IS NOT name
            OR coalesce(excluded.timezone, timezone) IS NOT timezone
            OR coalesce(excluded.group_ids, group_ids) IS NOT group_ids
            OR excluded.is_deleted <> is_deleted OR excluded.is_bot > is_bot))sql")),
      // Told of again, an agent is the one that is known, unless that was deleted.
      create_agent_(prepare(R"sql(
        INSERT INTO agents(change, license, agent_id, name, timezone, group_ids, updated_at,
                           is_deleted, is_bot, checksum)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)
        ON CONFLICT(license, agent_id) DO UPDATE SET
          change = excluded.change, name = coalesce(name, excluded.name),
          timezone = coalesce(timezone, excluded.timezone),
          group_ids = CASE WHEN is_deleted THEN coalesce(excluded.group_ids, group_ids)
                      ELSE coalesce(group_ids, excluded.group_ids) END,
          updated_at = CASE WHEN is_deleted THEN excluded.updated_at ELSE updated_at END, is_deleted = 0,
          is_bot = max(is_bot, excluded.is_bot)
        WHERE (NOT is_deleted OR excluded.updated_at > updated_at)
          AND (is_deleted OR coalesce(name, excluded.name) IS NOT name
            OR coalesce(timezone, excluded.timezone) IS NOT timezone
            OR coalesce(group_ids, excluded.group_ids) IS NOT group_ids
            OR excluded.is_bot > is_bot))sql")),
      name_agent_(prepare(R"sql(
        INSERT INTO agents(change, license, agent_id, is_bot, checksum) VALUES(?1, ?2, ?3, ?4, 0)
        ON CONFLICT(license, agent_id) DO UPDATE SET change = excluded.change, is_bot = 1
        WHERE excluded.is_bot > is_bot)sql")),
      set_told_groups_(prepare(R"sql(
        INSERT INTO agents(change, license, agent_id, webhook_group_ids, is_bot, checksum)
        VALUES(?1, ?2, ?3, ?4, ?5, 0)
        ON CONFLICT(license, agent_id) DO UPDATE SET
          change = excluded.change, webhook_group_ids = excluded.webhook_group_ids)sql")),
      upsert_group_(prepare(R"sql(
        INSERT INTO groups(change, license, group_id, name, checksum) VALUES(?1, ?2, ?3, ?4, 0)
        ON CONFLICT(license, group_id) DO UPDATE SET
          change = excluded.change, name = excluded.name
        WHERE coalesce(excluded.name, name) IS NOT name)sql")),
      set_members_(prepare("UPDATE groups SET change = ?1, members = ?4, members_updated_at = ?5 "
                           "WHERE license = ?2 AND group_id = ?3")),
      find_agent_(
          prepare("SELECT change, license, agent_id, name, timezone, group_ids, updated_at, "
                  "is_deleted, webhook_group_ids, is_bot, checksum FROM agents "
                  "WHERE license = ?1 AND agent_id = ?2")),
      find_group_(prepare("SELECT change, license, group_id, name, members, members_updated_at, "
                          "checksum FROM groups "
                          "WHERE license = ?1 AND group_id = ?2")),
      seal_agent_(prepare("UPDATE agents SET checksum = ?2 WHERE change = ?1")),
      seal_group_(prepare("UPDATE groups SET checksum = ?2 WHERE change = ?1")) {}

// Whatever `find` has been bound to.
Result<std::optional<AgentTables::Row>> AgentTables::find(const Table& table) {
  const ResetAtEnd reset(table.find);
  const auto found = table.find.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  const Row row{table.find.integer(0), table.find.integer(table.columns)};
  if (is_intact(table.find, table.number, table.columns)) return row;
  return std::unexpected(damaged_row(database_.path(), table.name, row.change));
}

// SQL says what becomes of the row; what it has become gets its checksum.
Result<bool> AgentTables::run(const Table& table, Statement& upsert, LicenseId license,
                              ChangeCounter& counter) {
  const auto before = find(table);
  if (!before) return std::unexpected(before.error());
  if (auto done = upsert.run(); !done) return std::unexpected(std::move(done.error()));
  if (database_.rows_changed() == 0) return false;
  std::int64_t checksum = 0;
  {
    const ResetAtEnd reset(table.find);
    const auto found = table.find.step();
    if (!found) return std::unexpected(found.error());
    CHECK(*found);
    checksum = checksum_of_row(table.find, table.number, table.columns);
  }
  auto sealed = table.seal.bind(1, counter.next()).bind(2, checksum).run();
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  if (*before) {
    totals_.replaced(table.number, license, (*before)->checksum, checksum);
  } else {
    totals_.added(table.number, license, checksum);
  }
  counter.spend();
  return true;
}

Result<bool> AgentTables::write(LicenseId license, const chat::AgentRecord& record,
                                ChangeCounter& counter) {
  if (record.told == chat::AgentTold::named || record.told == chat::AgentTold::suspended) {
    name_agent_.bind(1, counter.next()).bind(2, license.value).bind_text(3, record.id);
    name_agent_.bind(4, std::int64_t{record.is_bot});
    find_agent_.bind(1, license.value).bind_text(2, record.id);
    return run(agents(), name_agent_, license, counter);
  }
  std::string groups;
  const bool is_by_record = record.told == chat::AgentTold::by_record;
  Statement& upsert = record.told == chat::AgentTold::created ? create_agent_ : upsert_agent_;
  upsert.bind(1, counter.next())
      .bind(2, license.value)
      .bind_text(3, record.id)
      .bind_optional_text(4, record.name)
      .bind_optional_text(5, record.timezone);
  if (record.groups) {
    groups = encode_integers(*record.groups);
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
  upsert.bind(9, std::int64_t{record.is_bot});
  find_agent_.bind(1, license.value).bind_text(2, record.id);
  return run(agents(), upsert, license, counter);
}

Result<bool> AgentTables::write(LicenseId license, const chat::GroupRecord& record,
                                ChangeCounter& counter) {
  upsert_group_.bind(1, counter.next())
      .bind(2, license.value)
      .bind(3, record.id)
      .bind_optional_text(4, record.name);
  find_group_.bind(1, license.value).bind(2, record.id);
  const auto changed = run(groups(), upsert_group_, license, counter);
  if (!changed || !record.members) return changed;
  const auto told = write_members(license, record, counter);
  if (!told) return told;
  return *changed || *told;
}

Result<bool> AgentTables::write_members(LicenseId license, const chat::GroupRecord& record,
                                        ChangeCounter& counter) {
  const std::int64_t told_at = record.told_at.at.microseconds;
  std::vector<std::string> known;
  find_group_.bind(1, license.value).bind(2, record.id);
  {
    const ResetAtEnd reset(find_group_);
    const auto found = find_group_.step();
    if (!found) return std::unexpected(found.error());
    if (*found && !find_group_.is_null(4)) {
      if (find_group_.integer(5) > told_at) return false;
      auto decoded = decode_texts(find_group_.bytes(4));
      if (!decoded) {
        return std::unexpected(damaged_row(database_.path(), "groups", find_group_.integer(0),
                                           decoded.error().message));
      }
      known = *std::move(decoded);
      if (known == *record.members && find_group_.integer(5) == told_at) return false;
    }
  }
  const std::string members = encode_texts(*record.members);
  set_members_.bind(1, counter.next()).bind(2, license.value).bind(3, record.id);
  set_members_.bind_bytes(4, members).bind(5, told_at);
  auto changed = run(groups(), set_members_, license, counter);
  std::vector<std::string> others;
  std::ranges::set_symmetric_difference(known, *record.members, std::back_inserter(others));
  for (const std::string& agent_id : others) {
    if (!changed) return changed;
    const bool is_member = std::ranges::binary_search(*record.members, agent_id);
    changed = tell_group(license, agent_id, record.id, is_member, counter);
  }
  return changed;
}

Result<bool> AgentTables::tell_group(LicenseId license, const std::string& agent_id,
                                     std::int64_t group, bool is_member, ChangeCounter& counter) {
  std::vector<std::int64_t> groups;
  find_agent_.bind(1, license.value).bind_text(2, agent_id);
  {
    const ResetAtEnd reset(find_agent_);
    const auto found = find_agent_.step();
    if (!found) return std::unexpected(found.error());
    if (*found && !find_agent_.is_null(8)) {
      auto decoded = decode_integers(find_agent_.bytes(8));
      if (!decoded) {
        return std::unexpected(damaged_row(database_.path(), "agents", find_agent_.integer(0),
                                           decoded.error().message));
      }
      groups = *std::move(decoded);
    }
  }
  std::erase(groups, group);
  if (is_member) groups.insert(std::ranges::lower_bound(groups, group), group);
  const std::string bytes = encode_integers(groups);
  set_told_groups_.bind(1, counter.next()).bind(2, license.value).bind_text(3, agent_id);
  set_told_groups_.bind_bytes(4, bytes).bind(5, std::int64_t{chat::is_bot_id(agent_id)});
  return run(agents(), set_told_groups_, license, counter);
}

Result<std::vector<std::int64_t>> groups_of_agent(const Statement& row, int groups_column,
                                                  int told_groups_column) {
  std::vector<std::int64_t> groups;
  for (const int column : {groups_column, told_groups_column}) {
    if (row.is_null(column)) continue;
    auto more = decode_integers(row.bytes(column));
    if (!more) return more;
    groups.insert(groups.end(), more->begin(), more->end());
  }
  std::ranges::sort(groups);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

Result<std::optional<std::string>> AgentTables::timezone(LicenseId license,
                                                         const std::string& agent_id) {
  const ResetAtEnd reset(find_agent_);
  const auto found = find_agent_.bind(1, license.value).bind_text(2, agent_id).step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  if (!is_intact(find_agent_, CheckedTable::agents, 10)) {
    return std::unexpected(damaged_row(database_.path(), "agents", find_agent_.integer(0)));
  }
  if (find_agent_.is_null(4)) return std::nullopt;
  return std::string(find_agent_.bytes(4));
}

}  // namespace chatreports::store
