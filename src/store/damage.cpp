#include "store/damage.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <utility>

#include "store/row_checksum.h"
#include "store/totals.h"

namespace chatreports::store {
namespace {

constexpr std::size_t most_sentences = 10;

struct Table {
  CheckedTable number;
  const char* name;
  const char* columns;
  int license;  // the column of the licence; −1 where the rows belong to none
};

int columns_of(const Table& table) {
  int count = 1;
  for (const char* at = table.columns; *at != '\0'; ++at) count += *at == ',' ? 1 : 0;
  return count;
}

constexpr Table tables[] = {
    {CheckedTable::threads, "threads",
     "thread_number, changed, license, thread_id, complete_since, chat_id, record", 2},
    {CheckedTable::greeting_events, "greeting_events",
     "event_number, changed, license, unique_id, event, greeting_id, group_id, at", 2},
    {CheckedTable::agent_statuses, "agent_statuses",
     "status_number, changed, license, agent_id, at, status", 2},
    {CheckedTable::agents, "agents",
     "change, license, agent_id, name, timezone, group_ids, updated_at, is_deleted, "
     "webhook_group_ids, "
     "is_bot",
     1},
    {CheckedTable::groups, "groups", "change, license, group_id, name, members, members_updated_at",
     1},
    {CheckedTable::chats, "chats", "license, chat_id, updates", 0},
    {CheckedTable::strings, "strings", "number, string", -1},
    {CheckedTable::thread_moves, "thread_moves", "thread_number, change, started_at", -1},
    {CheckedTable::greeting_event_replacements, "greeting_event_replacements",
     "event_number, change, greeting_id, group_id, at", -1},
    {CheckedTable::form_labels, "form_labels", "license, form_id, field_id, answer_id, label, at",
     0},
};

using TotalsOf = std::map<std::pair<LicenseId, CheckedTable>, Total>;

class Search {
 public:
  explicit Search(Database& database) : database_(database) {}

  Result<Damage> run() {
    if (auto done = read_totals(); !done) return std::unexpected(done.error());
    for (const Table& table : tables) {
      if (auto done = read(table); !done) return std::unexpected(done.error());
    }
    if (auto done = read_index(); !done) return std::unexpected(done.error());
    for (const auto& [key, total] : found_) written_.try_emplace(key);
    for (const auto& [key, total] : written_) compare(key.first, key.second, total);
    return std::move(damage_);
  }

 private:
  Result<void> read_totals() {
    auto rows = database_.prepare("SELECT license, of_table, rows, sum, checksum FROM totals");
    if (!rows) return std::unexpected(std::move(rows.error()));
    return for_each_row(*rows, [&]() -> Result<void> {
      const std::pair key{LicenseId{rows->integer(0)}, static_cast<CheckedTable>(rows->integer(1))};
      // One that is damaged is none that the rows could come to.
      const bool is_whole = is_intact(*rows, CheckedTable::totals, 4);
      written_[key] = is_whole ? Total{rows->integer(2), rows->integer(3)} : Total{-1, 0};
      return {};
    });
  }

  Result<void> read(const Table& table) {
    auto rows =
        database_.prepare(fmt::format("SELECT {}, checksum FROM {}", table.columns, table.name));
    if (!rows) return std::unexpected(std::move(rows.error()));
    const int columns = columns_of(table);
    Total* total = nullptr;
    LicenseId license = of_all_licenses;
    return for_each_row(*rows, [&]() -> Result<void> {
      if (!is_intact(*rows, table.number, columns)) {
        if (damage_.rows.size() < most_sentences) {
          damage_.rows.push_back(fmt::format("row {} of {}", rows->integer(0), table.name));
        }
        return {};
      }
      const LicenseId of =
          table.license < 0 ? of_all_licenses : LicenseId{rows->integer(table.license)};
      if (total == nullptr || of != license) total = &found_[{of, table.number}];
      license = of;
      *total += {1, rows->integer(columns)};
      return {};
    });
  }

  Result<void> read_index() {
    auto rows = database_.prepare("SELECT digest, number FROM row_index");
    if (!rows) return std::unexpected(std::move(rows.error()));
    Total& total = found_[{of_all_licenses, CheckedTable::row_index}];
    return for_each_row(*rows, [&]() -> Result<void> {
      total += {1, checksum_of_row(*rows, CheckedTable::row_index, 2)};
      return {};
    });
  }

  void compare(LicenseId license, CheckedTable number, const Total& written) {
    const Total& found = found_[{license, number}];
    if (found == written) return;
    switch (number) {
      case CheckedTable::strings:
        damage_.is_of_strings = true;
        return;
      case CheckedTable::row_index:
        damage_.is_of_index = true;
        return;
      case CheckedTable::thread_moves:
      case CheckedTable::greeting_event_replacements:
        damage_.is_of_history = true;
        return;
      case CheckedTable::form_labels:
        damage_.is_of_labels = true;
        return;
      default:
        break;
    }
    for (const Table& table : tables) {
      if (table.number != number) continue;
      if (written.rows > found.rows) {
        const auto rows = static_cast<std::uint64_t>(written.rows - found.rows);
        damage_.add(license, rows,
                    fmt::format("of {} rows of {}, {} are damaged or missing", written.rows,
                                table.name, rows));
      } else if (written.rows < 0) {
        damage_.add(license, 1, fmt::format("the total of {} is damaged", table.name));
      } else {
        damage_.add(license, 1,
                    fmt::format("the rows of {} are not those that were written", table.name));
      }
    }
  }

  Database& database_;
  TotalsOf written_;
  TotalsOf found_;
  Damage damage_;
};

}  // namespace

void Damage::add(LicenseId license, std::uint64_t count, std::string sentence) {
  OfLicense& of = licenses[license];
  of.rows += count;
  if (of.sentences.size() < most_sentences) of.sentences.push_back(std::move(sentence));
}

void Damage::merge(const Damage& other) {
  for (const auto& [license, theirs] : other.licenses) {
    OfLicense& ours = licenses[license];
    if (ours.rows < theirs.rows) ours = theirs;
  }
  is_of_history = is_of_history || other.is_of_history;
  is_of_index = is_of_index || other.is_of_index;
  is_of_strings = is_of_strings || other.is_of_strings;
  is_of_labels = is_of_labels || other.is_of_labels;
  if (rows.empty()) rows = other.rows;
}

Result<Damage> find_damage(Database& database) {
  return Search(database).run();
}

}  // namespace chatreports::store
