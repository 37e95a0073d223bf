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

// The tables that the search reads row by row.
bool is_searched(CheckedTable table) {
  switch (table) {
    case CheckedTable::threads:
    case CheckedTable::greeting_events:
    case CheckedTable::agent_statuses:
    case CheckedTable::agents:
    case CheckedTable::groups:
    case CheckedTable::chats:
    case CheckedTable::strings:
    case CheckedTable::thread_moves:
    case CheckedTable::greeting_event_replacements:
    case CheckedTable::form_labels:
    case CheckedTable::deletions:
      return true;
    case CheckedTable::row_index:  // has no checksum in its rows
    case CheckedTable::counters:
    case CheckedTable::totals:
    case CheckedTable::fetch_states:  // without the row, the chats are fetched again
    case CheckedTable::tokens:        // of the other file, as the next
    case CheckedTable::digest_keys:
    case CheckedTable::token_uses:
    case CheckedTable::rating_scales:
      break;
  }
  return false;
}

using TotalsOf = std::map<std::pair<LicenseId, CheckedTable>, Total>;

class Search {
 public:
  explicit Search(Database& database) : database_(database) {}

  Result<Damage> run() {
    if (auto done = read_totals(); !done) return std::unexpected(done.error());
    for (const TableForm& form : table_forms) {
      if (!is_searched(form.table)) continue;
      if (auto done = read(form); !done) return std::unexpected(done.error());
    }
    if (auto done = read_index(); !done) return std::unexpected(done.error());
    for (const auto& [key, total] : found_) written_.try_emplace(key);
    for (const auto& [key, total] : written_) compare(key.first, key.second, total);
    return std::move(damage_);
  }

 private:
  Result<void> read_totals() {
    auto rows = database_.prepare(select_rows(CheckedTable::totals));
    if (!rows) return std::unexpected(std::move(rows.error()));
    return for_each_row(*rows, [&]() -> Result<void> {
      const std::pair key{LicenseId{rows->integer(0)}, static_cast<CheckedTable>(rows->integer(1))};
      // The rows cannot add up to a damaged total.
      const bool is_whole = is_intact(*rows, CheckedTable::totals);
      written_[key] = is_whole ? Total{rows->integer(2), rows->integer(3)} : Total{-1, 0};
      return {};
    });
  }

  Result<void> read(const TableForm& form) {
    auto rows = database_.prepare(select_rows(form.table));
    if (!rows) return std::unexpected(std::move(rows.error()));
    Total* total = nullptr;
    LicenseId license = of_all_licenses;
    return for_each_row(*rows, [&]() -> Result<void> {
      if (!is_intact(*rows, form.table)) {
        if (damage_.rows.size() < most_sentences) {
          damage_.rows.push_back(fmt::format("row {} of {}", rows->integer(0), form.name));
        }
        return {};
      }
      const LicenseId of =
          form.license < 0 ? of_all_licenses : LicenseId{rows->integer(form.license)};
      if (total == nullptr || of != license) total = &found_[{of, form.table}];
      license = of;
      *total += {1, checksum_in_row(*rows, form.table)};
      return {};
    });
  }

  Result<void> read_index() {
    auto rows = database_.prepare("SELECT digest, number FROM row_index");
    if (!rows) return std::unexpected(std::move(rows.error()));
    Total& total = found_[{of_all_licenses, CheckedTable::row_index}];
    return for_each_row(*rows, [&]() -> Result<void> {
      total += {1, checksum_of_row(*rows, CheckedTable::row_index)};
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
    const std::string_view name = form_of(number).name;
    if (written.rows > found.rows) {
      const auto rows = static_cast<std::uint64_t>(written.rows - found.rows);
      damage_.add(
          license, rows,
          fmt::format("of {} rows of {}, {} are damaged or missing", written.rows, name, rows));
    } else if (written.rows < 0) {
      damage_.add(license, 1, fmt::format("the total of {} is damaged", name));
    } else {
      damage_.add(license, 1, fmt::format("the rows of {} are not those that were written", name));
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
