#include "store/chat_table.h"

#include <fmt/format.h>

#include "store/chat_updates_codec.h"
#include "store/damaged.h"

namespace chatreports::store {

ChatTable::ChatTable(Database& database, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      totals_(totals),
      any_(prepare("SELECT 1 FROM chats LIMIT 1")),
      find_(prepare(select_rows(CheckedTable::chats, "WHERE license = ?1 AND chat_id = ?2"))),
      write_(prepare(insert_row(CheckedTable::chats) +
                     " ON CONFLICT(license, chat_id) DO UPDATE SET updates = excluded.updates, "
                     "checksum = excluded.checksum")),
      chats_of_(prepare("SELECT chat_id FROM chats WHERE license = ?1")),
      erase_(prepare("DELETE FROM chats WHERE license = ?1 AND chat_id = ?2")),
      erase_all_(prepare("DELETE FROM chats WHERE license = ?1")) {}

Result<chat::ChatUpdates> ChatTable::find(LicenseId license, std::string_view chat_id) {
  if (!is_empty_) {
    const ResetAtEnd reset(any_);
    auto any = any_.step();
    if (!any) return std::unexpected(std::move(any.error()));
    is_empty_ = !*any;
  }
  if (*is_empty_) return chat::ChatUpdates{};
  auto row = find_row(license, chat_id);
  if (!row) return std::unexpected(std::move(row.error()));
  return *row ? std::move((*row)->updates) : chat::ChatUpdates{};
}

Result<void> ChatTable::write(LicenseId license, std::string_view chat_id,
                              const chat::ChatUpdates& updates) {
  const auto known = find_row(license, chat_id);
  if (!known) return std::unexpected(known.error());
  const std::string bytes = encode(updates);
  is_empty_ = false;
  const std::int64_t checksum =
      bind_row(write_, CheckedTable::chats, license.value, chat_id, Blob{bytes});
  if (auto done = write_.run(); !done) return done;
  if (*known) {
    totals_.replaced(CheckedTable::chats, license, (*known)->checksum, checksum);
  } else {
    totals_.added(CheckedTable::chats, license, checksum);
  }
  return {};
}

Result<void> ChatTable::erase(LicenseId license, std::string_view chat_id) {
  const auto known = find_row(license, chat_id);
  if (!known) return std::unexpected(known.error());
  if (!*known) return {};
  totals_.removed(CheckedTable::chats, license, (*known)->checksum);
  return erase_.bind(1, license.value).bind_text(2, chat_id).run();
}

Result<void> ChatTable::erase(LicenseId license) {
  auto done = erase_all_.bind(1, license.value).run();
  if (done) done = totals_.clear(CheckedTable::chats, license);
  return done;
}

Result<std::vector<std::string>> ChatTable::chats_of(LicenseId license) {
  std::vector<std::string> ids;
  auto done = for_each_row(chats_of_.bind(1, license.value), [&]() -> Result<void> {
    ids.emplace_back(chats_of_.bytes(0));
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return ids;
}

Result<std::optional<ChatTable::Row>> ChatTable::find_row(LicenseId license,
                                                          std::string_view chat_id) {
  const ResetAtEnd reset(find_);
  auto found = find_.bind(1, license.value).bind_text(2, chat_id).step();
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::nullopt;
  Error why{row_is_damaged, "they are not what was written"};
  if (is_intact(find_, CheckedTable::chats)) {
    auto updates = decode_chat_updates(find_.bytes(2));
    if (updates) return Row{*std::move(updates), checksum_in_row(find_, CheckedTable::chats)};
    why = std::move(updates.error());
  }
  return std::unexpected(damaged_row(
      database_.path(), fmt::format("the updates of a chat of licence {} cannot be read: {}",
                                    license.value, why.message)));
}

}  // namespace chatreports::store
