#include "store/string_rows.h"

#include <algorithm>

namespace chatreports::store {

StringRows::StringRows(Totals& totals, StatementPreparer& prepare)
    : totals_(totals),
      select_(prepare(select_rows(CheckedTable::strings, "WHERE number > ?1 ORDER BY number"))),
      last_(prepare(select_rows(CheckedTable::totals, "WHERE license = ?1 AND of_table = ?2"))),
      insert_(prepare(insert_row(CheckedTable::strings))),
      find_(prepare(select_rows(CheckedTable::strings, "WHERE number = ?1"))),
      erase_(prepare("UPDATE strings SET string = ?2, checksum = ?3 WHERE number = ?1")) {}

Result<void> StringRows::read_new() {
  strings_.shrink(saved_);
  auto done =
      for_each_row(select_.bind(1, static_cast<std::int64_t>(saved_)), [this]() -> Result<void> {
        if (!is_intact(select_, CheckedTable::strings)) return {};
        const auto number = static_cast<std::size_t>(select_.integer(0));
        while (strings_.size() + 1 < number) strings_.add_missing();
        if (select_.bytes(1).empty()) {
          strings_.add_missing();
        } else {
          strings_.add(select_.bytes(1));
        }
        return {};
      });
  if (!done) return done;
  const auto last = last_number();
  if (!last) return std::unexpected(last.error());
  while (strings_.size() < *last) strings_.add_missing();
  saved_ = strings_.size();
  saved_at_begin_ = saved_;
  return {};
}

// Counts the lost ones, too, so that no number is given twice.
Result<std::size_t> StringRows::last_number() {
  const ResetAtEnd reset(last_);
  const auto found = last_.bind(1, of_all_licenses.value)
                         .bind(2, static_cast<std::int64_t>(CheckedTable::strings))
                         .step();
  if (!found) return std::unexpected(found.error());
  if (!*found || !is_intact(last_, CheckedTable::totals)) return 0;
  return std::min(static_cast<std::size_t>(last_.integer(2)), StringTable::most_strings);
}

Result<void> StringRows::save_new() {
  for (; saved_ < strings_.size(); ++saved_) {
    const auto number = static_cast<std::int64_t>(saved_ + 1);
    const std::string& string = *strings_.find(saved_ + 1);
    const std::int64_t checksum =
        bind_row(insert_, CheckedTable::strings, number, std::string_view(string));
    if (auto done = insert_.run(); !done) return done;
    totals_.added(CheckedTable::strings, of_all_licenses, checksum);
  }
  return {};
}

Result<void> StringRows::erase(const std::vector<std::uint32_t>& numbers) {
  for (const std::uint32_t number : numbers) {
    const ResetAtEnd reset(find_);
    const auto found = find_.bind(1, std::int64_t{number}).step();
    if (!found) return std::unexpected(found.error());
    if (!*found || !is_intact(find_, CheckedTable::strings)) continue;
    const std::int64_t before = checksum_in_row(find_, CheckedTable::strings);
    const std::int64_t after =
        bind_row(erase_, CheckedTable::strings, std::int64_t{number}, std::string_view());
    if (auto done = erase_.run(); !done) return done;
    totals_.replaced(CheckedTable::strings, of_all_licenses, before, after);
  }
  return {};
}

void StringRows::forget(const std::vector<std::uint32_t>& numbers) {
  for (const std::uint32_t number : numbers) {
    if (strings_.find(number) != nullptr) strings_.forget(number);
  }
}

void StringRows::roll_back() {
  strings_.shrink(saved_at_begin_);
  saved_ = saved_at_begin_;
}

}  // namespace chatreports::store
