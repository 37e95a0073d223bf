#include "store/chat_table.h"

#include <fmt/format.h>

#include "store/codec.h"

namespace chatreports::store {

ChatTable::ChatTable(Database& database, Totals& totals, Preparation& prepare)
    : database_(database),
      totals_(totals),
      any_(prepare("SELECT 1 FROM chats LIMIT 1")),
      find_(prepare("SELECT license, chat_key, operations, checksum FROM chats "
                    "WHERE license = ?1 AND chat_key = ?2")),
      write_(prepare("INSERT INTO chats(license, chat_key, operations, checksum) "
                     "VALUES(?1, ?2, ?3, ?4) ON CONFLICT(license, chat_key) DO UPDATE SET "
                     "operations = excluded.operations, checksum = excluded.checksum")) {}

Result<ToldOfChat> ChatTable::find(LicenseId license, std::uint64_t chat_key) {
  if (!is_empty_) {
    const ResetAtEnd reset(any_);
    auto any = any_.step();
    if (!any) return std::unexpected(std::move(any.error()));
    is_empty_ = !*any;
  }
  if (*is_empty_) return ToldOfChat{};
  auto row = find_row(license, chat_key);
  if (!row) return std::unexpected(std::move(row.error()));
  return *row ? std::move((*row)->told) : ToldOfChat{};
}

Result<void> ChatTable::write(LicenseId license, std::uint64_t chat_key, const ToldOfChat& told) {
  const auto known = find_row(license, chat_key);
  if (!known) return std::unexpected(known.error());
  std::string bytes;
  encode(told, bytes);
  is_empty_ = false;
  const auto key = static_cast<std::int64_t>(chat_key);
  const std::int64_t checksum =
      RowChecksum(CheckedTable::chats).add(license.value).add(key).add_bytes(bytes).value();
  auto done =
      write_.bind(1, license.value).bind(2, key).bind_bytes(3, bytes).bind(4, checksum).run();
  if (!done) return done;
  if (*known) {
    totals_.replaced(CheckedTable::chats, license, (*known)->checksum, checksum);
  } else {
    totals_.added(CheckedTable::chats, license, checksum);
  }
  return {};
}

Result<std::optional<ChatTable::Row>> ChatTable::find_row(LicenseId license,
                                                          std::uint64_t chat_key) {
  const ResetAtEnd reset(find_);
  auto found = find_.bind(1, license.value).bind(2, static_cast<std::int64_t>(chat_key)).step();
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::nullopt;
  std::string_view why = "it is not what was written";
  if (is_intact(find_, CheckedTable::chats, 3)) {
    auto told = decode_told_of_chat(find_.bytes(2));
    if (told) return Row{*std::move(told), find_.integer(3)};
    why = "its form is not known";
  }
  return std::unexpected(
      Error{row_is_damaged,
            fmt::format("{} is damaged: what was told of a chat of licence {} cannot be read: {}; "
                        "`chatreports check` says all that is damaged and what to do",
                        database_.path(), license.value, why)});
}

}  // namespace chatreports::store
