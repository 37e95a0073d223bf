#include "store/totals.h"

namespace chatreports::store {
namespace {

std::int64_t wrapping_sum(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) +
                                   static_cast<std::uint64_t>(right));
}

}  // namespace

Total& Total::operator+=(const Total& other) {
  rows += other.rows;
  sum = wrapping_sum(sum, other.sum);
  return *this;
}

Totals::Totals(Database& database, StatementPreparer& prepare)
    : database_(database),
      find_(prepare(select_rows(CheckedTable::totals, "WHERE license = ?1 AND of_table = ?2"))),
      write_(prepare(insert_row(CheckedTable::totals) +
                     " ON CONFLICT(license, of_table) DO UPDATE SET rows = excluded.rows, "
                     "sum = excluded.sum, checksum = excluded.checksum")),
      remove_(prepare("DELETE FROM totals WHERE license = ?1 AND of_table = ?2")) {}

Result<void> Totals::clear(CheckedTable table, LicenseId license) {
  changes_.erase({license, table});
  return remove_.bind(1, license.value).bind(2, static_cast<std::int64_t>(table)).run();
}

void Totals::added(CheckedTable table, LicenseId license, std::int64_t checksum) {
  changes_[{license, table}] += {1, checksum};
}

void Totals::removed(CheckedTable table, LicenseId license, std::int64_t checksum) {
  changes_[{license, table}] += {-1, wrapping_sum(0, -checksum)};
}

void Totals::replaced(CheckedTable table, LicenseId license, std::int64_t before,
                      std::int64_t after) {
  changes_[{license, table}] += {0, wrapping_sum(after, -before)};
}

Result<void> Totals::make_good() {
  for (const auto& [license, table] : repaired_) {
    const auto written = find(license, table);
    if (!written) return std::unexpected(written.error());
    if (!*written) continue;
    const auto whole = whole_rows(license, table);
    if (!whole) return std::unexpected(whole.error());
    Total& change = changes_[{license, table}];
    if ((*written)->rows + change.rows != whole->rows) continue;
    change.sum = wrapping_sum(whole->sum, -(*written)->sum);
  }
  return {};
}

Result<Total> Totals::whole_rows(LicenseId license, CheckedTable table) {
  auto rows = database_.prepare(select_rows(table, "WHERE license = ?1"));
  if (!rows) return std::unexpected(std::move(rows.error()));
  Total whole;
  rows->bind(1, license.value);
  auto done = for_each_row(*rows, [&]() -> Result<void> {
    if (is_intact(*rows, table)) whole += {1, checksum_in_row(*rows, table)};
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return whole;
}

Result<std::optional<Total>> Totals::find(LicenseId license, CheckedTable table) {
  const ResetAtEnd reset(find_);
  const auto found = find_.bind(1, license.value).bind(2, static_cast<std::int64_t>(table)).step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return Total{};
  if (!is_intact(find_, CheckedTable::totals)) return std::nullopt;
  return Total{find_.integer(2), find_.integer(3)};
}

Result<void> Totals::save() {
  if (has_repaired()) {
    if (auto done = make_good(); !done) return done;
  }
  for (const auto& [key, change] : changes_) {
    const auto& [license, table] = key;
    if (change == Total{}) continue;
    const auto number = static_cast<std::int64_t>(table);
    const auto known = find(license, table);
    if (!known) return std::unexpected(known.error());
    if (!*known) continue;
    Total total = **known;
    total += change;
    bind_row(write_, CheckedTable::totals, license.value, number, total.rows, total.sum);
    if (auto done = write_.run(); !done) return done;
  }
  changes_.clear();
  repaired_.clear();
  return {};
}

}  // namespace chatreports::store
