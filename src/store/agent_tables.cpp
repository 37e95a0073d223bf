#include "store/agent_tables.h"

#include <utility>
#include <vector>

#include "store/damaged.h"
#include "store/list_codec.h"
#include "store/row_checksum.h"

namespace chatreports::store {
namespace {

std::optional<std::string> text_of(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.bytes(column));
}

// Decodes a list; nothing if the column is NULL.
template <class List>
Result<std::optional<List>> list_of(const Statement& row, int column, const std::string& path,
                                    std::string_view table,
                                    Result<List> (*decode)(std::string_view)) {
  if (row.is_null(column)) return std::optional<List>();
  auto list = decode(row.bytes(column));
  if (list) return std::optional<List>(*std::move(list));
  return std::unexpected(damaged_row(path, table, row.integer(0), list.error().message));
}

template <class T>
std::optional<std::string_view> view_of(const std::optional<T>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::optional<Blob> blob_of(const std::optional<std::string>& bytes) {
  return bytes ? std::optional(Blob{*bytes}) : std::nullopt;
}

}  // namespace

AgentTables::AgentTables(Database& database, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      totals_(totals),
      find_agent_(
          prepare(select_rows(CheckedTable::agents, "WHERE license = ?1 AND agent_id = ?2"))),
      find_group_(
          prepare(select_rows(CheckedTable::groups, "WHERE license = ?1 AND group_id = ?2"))),
      agents_(prepare(select_rows(CheckedTable::agents, "WHERE license = ?1 ORDER BY agent_id"))),
      groups_(prepare(select_rows(CheckedTable::groups, "WHERE license = ?1 ORDER BY group_id"))),
      write_agent_(prepare(
          insert_row(CheckedTable::agents) +
          " ON CONFLICT(license, agent_id) DO UPDATE SET change = excluded.change, "
          "name = excluded.name, timezone = excluded.timezone, group_ids = excluded.group_ids, "
          "updated_at = excluded.updated_at, is_deleted = excluded.is_deleted, "
          "webhook_group_ids = excluded.webhook_group_ids, is_bot = excluded.is_bot, "
          "checksum = excluded.checksum")),
      write_group_(prepare(insert_row(CheckedTable::groups) +
                           " ON CONFLICT(license, group_id) DO UPDATE SET "
                           "change = excluded.change, name = excluded.name, "
                           "members = excluded.members, "
                           "members_updated_at = excluded.members_updated_at, "
                           "checksum = excluded.checksum")),
      erase_agent_(prepare("DELETE FROM agents WHERE license = ?1 AND agent_id = ?2")),
      erase_agents_(prepare("DELETE FROM agents WHERE license = ?1")),
      erase_groups_(prepare("DELETE FROM groups WHERE license = ?1")) {}

Result<bool> AgentTables::write(LicenseId license, const chat::AgentRecord& record,
                                ChangeCounter& counter) {
  const auto row = find_agent(license, record.id);
  if (!row) return std::unexpected(row.error());
  const auto known = *row ? std::optional((*row)->known) : std::nullopt;
  return write_agent(license, record.id, *row, chat::merge(known, record), counter);
}

Result<bool> AgentTables::write(LicenseId license, const chat::GroupRecord& record,
                                ChangeCounter& counter) {
  const auto row = find_group(license, record.id);
  if (!row) return std::unexpected(row.error());
  const auto known = *row ? std::optional((*row)->known) : std::nullopt;
  const chat::Group now = chat::merge(known, record);
  if (known == now) return false;
  if (auto done = write_group(license, record.id, *row, now, counter); !done) {
    return std::unexpected(std::move(done.error()));
  }
  for (const auto& [agent_id, is_member] : chat::member_changes(known, now)) {
    const auto agent = find_agent(license, agent_id);
    if (!agent) return std::unexpected(agent.error());
    const auto known_agent = *agent ? std::optional((*agent)->known) : std::nullopt;
    const auto written =
        write_agent(license, agent_id, *agent,
                    chat::set_member(known_agent, agent_id, record.id, is_member), counter);
    if (!written) return written;
  }
  return true;
}

Result<void> AgentTables::write_group(LicenseId license, std::int64_t group_id,
                                      const std::optional<Row<chat::Group>>& before,
                                      const chat::Group& now, ChangeCounter& counter) {
  const auto members = now.members ? std::optional(encode_texts(*now.members)) : std::nullopt;
  const auto updated_at =
      now.members ? std::optional(unix_microseconds(now.members_updated_at)) : std::nullopt;
  const std::int64_t checksum =
      bind_row(write_group_, CheckedTable::groups, counter.next(), license.value, group_id,
               view_of(now.name), blob_of(members), updated_at);
  if (auto done = write_group_.run(); !done) return done;
  count(CheckedTable::groups, license, before ? std::optional(before->checksum) : std::nullopt,
        checksum, counter);
  return {};
}

Result<void> AgentTables::erase(LicenseId license) {
  auto done = erase_agents_.bind(1, license.value).run();
  if (done) done = erase_groups_.bind(1, license.value).run();
  if (done) done = totals_.clear(CheckedTable::agents, license);
  if (done) done = totals_.clear(CheckedTable::groups, license);
  return done;
}

Result<void> AgentTables::hide(LicenseId license, const chat::HiddenAgents& agents,
                               ChangeCounter& counter) {
  const auto team = this->team(license);
  if (!team) return std::unexpected(team.error());
  for (const chat::TeamAgent& of_team : team->agents) {
    std::string hidden_id = of_team.id;
    agents.hide_in(hidden_id);
    if (hidden_id == of_team.id) continue;
    const auto row = find_agent(license, of_team.id);
    if (!row) return std::unexpected(row.error());
    const auto hidden = find_agent(license, hidden_id);
    if (!hidden) return std::unexpected(hidden.error());
    auto done = erase_agent_.bind(1, license.value).bind_text(2, of_team.id).run();
    if (!done) return done;
    totals_.removed(CheckedTable::agents, license, (*row)->checksum);
    chat::Agent now = (*row)->known;
    now.name.reset();
    now.timezone.reset();
    const auto written = write_agent(license, hidden_id, *hidden, now, counter);
    if (!written) return std::unexpected(written.error());
  }
  for (const chat::TeamGroup& of_team : team->groups) {
    const auto row = find_group(license, of_team.id);
    if (!row) return std::unexpected(row.error());
    chat::Group now = (*row)->known;
    if (now.members) agents.hide_in(*now.members);
    if (now == (*row)->known) continue;
    if (auto done = write_group(license, of_team.id, *row, now, counter); !done) return done;
  }
  return {};
}

Result<bool> AgentTables::write_agent(LicenseId license, const std::string& agent_id,
                                      const std::optional<Row<chat::Agent>>& before,
                                      const chat::Agent& now, ChangeCounter& counter) {
  if (before && before->known == now) return false;
  const auto groups = now.groups ? std::optional(encode_integers(*now.groups)) : std::nullopt;
  const auto webhook_groups = now.webhook_groups.empty()
                                  ? std::nullopt
                                  : std::optional(encode_integers(now.webhook_groups));
  const auto updated_at =
      now.updated_at ? std::optional(unix_microseconds(*now.updated_at)) : std::nullopt;
  const std::int64_t checksum = bind_row(
      write_agent_, CheckedTable::agents, counter.next(), license.value, std::string_view(agent_id),
      view_of(now.name), view_of(now.timezone), blob_of(groups), updated_at,
      std::int64_t{now.is_deleted}, blob_of(webhook_groups), std::int64_t{now.is_bot});
  if (auto done = write_agent_.run(); !done) return std::unexpected(std::move(done.error()));
  count(CheckedTable::agents, license, before ? std::optional(before->checksum) : std::nullopt,
        checksum, counter);
  return true;
}

Result<chat::Team> AgentTables::team(LicenseId license) {
  chat::Team team;
  const auto read_each = [&](Statement& rows, CheckedTable table, const auto& read) {
    return for_each_row(rows.bind(1, license.value), [&]() -> Result<void> {
      if (is_intact(rows, table)) return read();
      return std::unexpected(damaged_row(database_.path(), form_of(table).name, rows.integer(0)));
    });
  };
  auto done = read_each(agents_, CheckedTable::agents, [&]() -> Result<void> {
    auto agent = read_agent(agents_, database_.path());
    if (!agent) return std::unexpected(std::move(agent.error()));
    team.agents.push_back({std::string(agents_.bytes(2)), std::move(agent->name), agent->is_bot});
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  done = read_each(groups_, CheckedTable::groups, [&]() -> Result<void> {
    auto group = read_group(groups_, database_.path());
    if (!group) return std::unexpected(std::move(group.error()));
    team.groups.push_back({groups_.integer(2), std::move(group->name)});
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return team;
}

void AgentTables::count(CheckedTable table, LicenseId license, std::optional<std::int64_t> before,
                        std::int64_t now, ChangeCounter& counter) {
  if (before) {
    totals_.replaced(table, license, *before, now);
  } else {
    totals_.added(table, license, now);
  }
  counter.spend();
}

template <class Known>
Result<std::optional<AgentTables::Row<Known>>> AgentTables::find(
    Statement& statement, CheckedTable table,
    Result<Known> (*read)(const Statement&, const std::string& path)) {
  const ResetAtEnd reset(statement);
  const auto found = statement.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  if (!is_intact(statement, table)) {
    return std::unexpected(
        damaged_row(database_.path(), form_of(table).name, statement.integer(0)));
  }
  auto known = read(statement, database_.path());
  if (!known) return std::unexpected(std::move(known.error()));
  return Row<Known>{*std::move(known), checksum_in_row(statement, table)};
}

Result<std::optional<AgentTables::Row<chat::Agent>>> AgentTables::find_agent(
    LicenseId license, const std::string& agent_id) {
  return find(find_agent_.bind(1, license.value).bind_text(2, agent_id), CheckedTable::agents,
              read_agent);
}

Result<std::optional<AgentTables::Row<chat::Group>>> AgentTables::find_group(
    LicenseId license, std::int64_t group_id) {
  return find(find_group_.bind(1, license.value).bind(2, group_id), CheckedTable::groups,
              read_group);
}

Result<std::optional<std::string>> AgentTables::timezone(LicenseId license,
                                                         const std::string& agent_id) {
  auto row = find_agent(license, agent_id);
  if (!row) return std::unexpected(std::move(row.error()));
  return *row ? std::move((*row)->known.timezone) : std::nullopt;
}

Result<chat::Agent> read_agent(const Statement& row, const std::string& path) {
  chat::Agent agent;
  agent.name = text_of(row, 3);
  agent.timezone = text_of(row, 4);
  auto groups = list_of(row, 5, path, "agents", decode_integers);
  if (!groups) return std::unexpected(std::move(groups.error()));
  agent.groups = *std::move(groups);
  if (const auto at = row.optional_integer(6)) agent.updated_at = from_unix_microseconds(*at);
  agent.is_deleted = row.integer(7) != 0;
  auto webhook_groups = list_of(row, 8, path, "agents", decode_integers);
  if (!webhook_groups) return std::unexpected(std::move(webhook_groups.error()));
  if (*webhook_groups) agent.webhook_groups = **std::move(webhook_groups);
  agent.is_bot = row.integer(9) != 0;
  return agent;
}

Result<chat::Group> read_group(const Statement& row, const std::string& path) {
  chat::Group group;
  group.name = text_of(row, 3);
  auto members = list_of(row, 4, path, "groups", decode_texts);
  if (!members) return std::unexpected(std::move(members.error()));
  group.members = *std::move(members);
  if (const auto at = row.optional_integer(5))
    group.members_updated_at = from_unix_microseconds(*at);
  return group;
}

}  // namespace chatreports::store
