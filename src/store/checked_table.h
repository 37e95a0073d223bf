#pragma once
// The tables whose rows have checksums, and their columns.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatreports::store {

// Stores contain these numbers: in the totals, and in every checksum.
enum class CheckedTable : std::uint8_t {
  threads = 0,
  greeting_events = 1,
  agent_statuses = 2,
  agents = 3,
  groups = 4,
  chats = 5,
  strings = 6,
  row_index = 7,
  thread_moves = 8,
  greeting_event_replacements = 9,
  counters = 10,
  totals = 11,
  tokens = 12,
  form_labels = 13,
  digest_keys = 14,
  token_uses = 15,
  deletions = 16,
  fetch_states = 17,
  rating_scales = 18,
};

struct TableForm {
  consteval TableForm(CheckedTable of, std::string_view named, std::string_view of_columns,
                      int of_license = -1, std::array<int, 2> of_ids = {-1, -1})
      : table(of), name(named), columns(of_columns), license(of_license), ids(of_ids) {
    for (const char character : columns) column_count += character == ',' ? 1 : 0;
  }

  CheckedTable table;
  std::string_view name;
  std::string_view columns;  // in the order of the table, without the checksum
  int license;               // the column of the licence; -1: the rows belong to all licences
  std::array<int, 2> ids;    // the columns of ids that may be packed (stored_id.h); -1: none
  int column_count = 1;      // and so the column of the checksum
};

constexpr std::array<TableForm, 19> table_forms = {{
    {CheckedTable::threads,
     "threads",
     "thread_number, changed, license, thread_id, complete_since, chat_id, record",
     2,
     {3, 5}},
    {CheckedTable::greeting_events, "greeting_events",
     "event_number, changed, license, unique_id, event, greeting_id, group_id, at", 2},
    {CheckedTable::agent_statuses, "agent_statuses",
     "status_number, changed, license, agent_id, at, status", 2},
    {CheckedTable::agents, "agents",
     "change, license, agent_id, name, timezone, group_ids, updated_at, is_deleted, "
     "webhook_group_ids, is_bot",
     1},
    {CheckedTable::groups, "groups", "change, license, group_id, name, members, members_updated_at",
     1},
    {CheckedTable::chats, "chats", "license, chat_id, updates", 0},
    {CheckedTable::strings, "strings", "number, string"},
    {CheckedTable::row_index, "row_index", "digest, number"},
    {CheckedTable::thread_moves, "thread_moves", "thread_number, change, started_at"},
    {CheckedTable::greeting_event_replacements, "greeting_event_replacements",
     "event_number, change, greeting_id, group_id, at"},
    {CheckedTable::counters, "counters", "name, value"},
    {CheckedTable::totals, "totals", "license, of_table, rows, sum"},
    {CheckedTable::tokens, "tokens",
     "id, hash, license, scopes, agent_id, created_at, expires_at, name, "
     "only_groups, only_agents"},
    {CheckedTable::form_labels, "form_labels", "license, form_id, field_id, answer_id, label, at",
     0},
    {CheckedTable::digest_keys, "digest_keys", "license, key"},
    {CheckedTable::token_uses, "token_uses", "token, used_at"},
    {CheckedTable::deletions, "deletions", "license, kind, subject, before, change, examined", 0},
    {CheckedTable::fetch_states, "fetch_states", "license, source, state", 0},
    {CheckedTable::rating_scales, "rating_scales", "license, highest, good_from"},
}};

constexpr const TableForm& form_of(CheckedTable table) {
  return table_forms[static_cast<std::size_t>(table)];
}

// The statement that selects all columns and the checksum behind them; `condition` follows.
inline std::string select_rows(CheckedTable table, std::string_view condition = {}) {
  const TableForm& form = form_of(table);
  std::string statement = "SELECT ";
  statement.append(form.columns).append(", checksum FROM ").append(form.name);
  if (!condition.empty()) statement.append(" ").append(condition);
  return statement;
}

// The statement that inserts a row, whose columns and checksum are the parameters from 1.
inline std::string insert_row(CheckedTable table) {
  const TableForm& form = form_of(table);
  std::string statement = "INSERT INTO ";
  statement.append(form.name).append("(").append(form.columns).append(", checksum) VALUES(?1");
  for (int column = 2; column <= form.column_count + 1; ++column) {
    statement.append(", ?").append(std::to_string(column));
  }
  return statement += ")";
}

}  // namespace chatreports::store
