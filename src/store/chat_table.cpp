#include "store/chat_table.h"

#include <fmt/format.h>

#include "store/codec.h"

namespace chatreports::store {

ChatTable::ChatTable(Database& database, Preparation& prepare)
    : database_(database),
      any_(prepare("SELECT 1 FROM chats LIMIT 1")),
      find_(prepare("SELECT operations FROM chats WHERE license = ?1 AND chat_key = ?2")),
      write_(prepare("INSERT INTO chats(license, chat_key, operations) VALUES(?1, ?2, ?3) "
                     "ON CONFLICT(license, chat_key) DO UPDATE SET "
                     "operations = excluded.operations")) {}

Result<ToldOfChat> ChatTable::find(LicenseId license, std::uint64_t chat_key) {
  if (!is_empty_) {
    const ResetAtEnd reset(any_);
    auto any = any_.step();
    if (!any) return std::unexpected(std::move(any.error()));
    is_empty_ = !*any;
  }
  if (*is_empty_) return ToldOfChat{};
  const ResetAtEnd reset(find_);
  auto found = find_.bind(1, license.value).bind(2, static_cast<std::int64_t>(chat_key)).step();
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return ToldOfChat{};
  auto told = decode_told_of_chat(find_.bytes(0));
  if (!told) {
    return failed(
        fmt::format("{} is damaged: what was told of a chat of licence {} cannot be read: "
                    "{}; restore the file from a backup, or move it away and import the "
                    "records again",
                    database_.path(), license.value, told.error().message));
  }
  return told;
}

Result<void> ChatTable::write(LicenseId license, std::uint64_t chat_key, const ToldOfChat& told) {
  std::string bytes;
  encode(told, bytes);
  is_empty_ = false;
  return write_.bind(1, license.value)
      .bind(2, static_cast<std::int64_t>(chat_key))
      .bind_bytes(3, bytes)
      .run();
}

}  // namespace chatreports::store
