#include "store/text_table.h"

#include <algorithm>

namespace chatreports::store {

TextTable::TextTable(Totals& totals, Preparation& prepare)
    : totals_(totals),
      select_(
          prepare("SELECT number, text, checksum FROM texts WHERE number > ?1 ORDER BY number")),
      last_(prepare("SELECT license, of_table, rows, sum, checksum FROM totals "
                    "WHERE license = ?1 AND of_table = ?2")),
      insert_(prepare("INSERT INTO texts(number, text, checksum) VALUES(?1, ?2, ?3)")) {}

Result<void> TextTable::read_new() {
  texts_.shrink(saved_);
  auto done =
      for_each_row(select_.bind(1, static_cast<std::int64_t>(saved_)), [this]() -> Result<void> {
        if (!is_intact(select_, CheckedTable::texts, 2)) return {};
        const auto number = static_cast<std::size_t>(select_.integer(0));
        while (texts_.size() + 1 < number) texts_.add_missing();
        texts_.add(select_.bytes(1));
        return {};
      });
  if (!done) return done;
  const auto last = last_number();
  if (!last) return std::unexpected(last.error());
  while (texts_.size() < *last) texts_.add_missing();
  saved_ = texts_.size();
  saved_at_begin_ = saved_;
  return {};
}

// Of the texts that were ever written, so that the number of one that is gone is not given again.
Result<std::size_t> TextTable::last_number() {
  const ResetAtEnd reset(last_);
  const auto found = last_.bind(1, of_all_licenses.value)
                         .bind(2, static_cast<std::int64_t>(CheckedTable::texts))
                         .step();
  if (!found) return std::unexpected(found.error());
  if (!*found || !is_intact(last_, CheckedTable::totals, 4)) return 0;
  return std::min(static_cast<std::size_t>(last_.integer(2)), Texts::most_texts);
}

Result<void> TextTable::save_new() {
  for (; saved_ < texts_.size(); ++saved_) {
    const auto number = static_cast<std::int64_t>(saved_ + 1);
    const std::string& text = *texts_.find(saved_ + 1);
    const auto checksum = RowChecksum(CheckedTable::texts).add(number).add_bytes(text).value();
    auto done = insert_.bind(1, number).bind_text(2, text).bind(3, checksum).run();
    if (!done) return done;
    totals_.added(CheckedTable::texts, of_all_licenses, checksum);
  }
  return {};
}

void TextTable::roll_back() {
  texts_.shrink(saved_at_begin_);
  saved_ = saved_at_begin_;
}

}  // namespace chatreports::store
