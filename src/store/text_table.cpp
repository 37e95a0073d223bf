#include "store/text_table.h"

#include <fmt/format.h>

namespace chatreports::store {

TextTable::TextTable(Database& database, Preparation& prepare)
    : database_(database),
      select_(prepare("SELECT number, text FROM texts WHERE number > ?1 ORDER BY number")),
      insert_(prepare("INSERT INTO texts(number, text) VALUES(?1, ?2)")) {}

Result<void> TextTable::read_new() {
  texts_.shrink(saved_);
  const ResetAtEnd reset(select_);
  select_.bind(1, static_cast<std::int64_t>(saved_));
  for (;;) {
    const auto found = select_.step();
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    if (select_.integer(0) != static_cast<std::int64_t>(saved_ + 1)) {
      return failed(
          fmt::format("{} is damaged: text {} is not there; restore the file from a backup, or "
                      "move it away and import the records again",
                      database_.path(), saved_ + 1));
    }
    texts_.add(select_.bytes(1));
    ++saved_;
  }
  saved_at_begin_ = saved_;
  return {};
}

Result<void> TextTable::save_new() {
  for (; saved_ < texts_.size(); ++saved_) {
    const std::uint64_t number = saved_ + 1;
    auto done =
        insert_.bind(1, static_cast<std::int64_t>(number)).bind_text(2, *texts_.find(number)).run();
    if (!done) return done;
  }
  return {};
}

void TextTable::roll_back() {
  texts_.shrink(saved_at_begin_);
  saved_ = saved_at_begin_;
}

}  // namespace chatreports::store
