#include "store/plain_texts.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "chat/property_digest.h"
#include "store/codec.h"
#include "store/digest_keys.h"
#include "store/text_table.h"

namespace chatreports::store {
namespace {

// The counter `plain_texts`: what is still to be done. Afterwards it is not there.
enum class ToDo : std::int64_t { nothing = 0, empty_log = 1, rewrite = 2 };

Result<ToDo> what_to_do(Database& database) {
  const auto value =
      database.integer("SELECT ifnull(max(value), 0) FROM counters WHERE name = 'plain_texts'");
  if (!value) return std::unexpected(value.error());
  return static_cast<ToDo>(*value);
}

constexpr std::string_view rows_of_threads =
    "SELECT thread_number, license, record FROM threads WHERE thread_number > ?1 "
    "ORDER BY thread_number LIMIT 1000";
void receive(std::vector<chat::Property>& properties) {
  for (chat::Property& property : properties) {
    auto* text = std::get_if<std::string>(&property.value);
    if (text == nullptr) continue;
    *text = chat::received_property_text(property.name_space, property.name, *text);
  }
}

void receive(std::vector<chat::ToldOperation>& operations) {
  for (chat::ToldOperation& told : operations) {
    auto* property = std::get_if<chat::PropertyTold>(&told.what);
    if (property == nullptr || !property->value) continue;
    auto* text = std::get_if<std::string>(&*property->value);
    if (text == nullptr) continue;
    *text = chat::received_property_text(property->name_space, property->name, *text);
  }
}

// One transaction's work.
class Rewriting {
 public:
  Rewriting(Database& database, DigestKeys& keys)
      : database_(database),
        keys_(keys),
        prepare_(database),
        old_texts_(database, prepare_),
        threads_(prepare_(rows_of_threads)),
        update_thread_(prepare_("UPDATE threads SET record = ?2 WHERE thread_number = ?1")),
        chats_(prepare_("SELECT license, chat_key, operations FROM chats")),
        update_chat_(
            prepare_("UPDATE chats SET operations = ?3 WHERE license = ?1 AND chat_key = ?2")),
        insert_text_(prepare_("INSERT INTO texts(number, text) VALUES(?1, ?2)")) {}

  Result<void> run() {
    if (prepare_.error()) return std::unexpected(*prepare_.error());
    if (auto read = old_texts_.read_new(); !read) return read;
    if (auto done = rewrite_threads(); !done) return done;
    if (auto done = rewrite_chats(); !done) return done;
    // Records name texts by new numbers now, of which none is a customer's.
    if (auto done = database_.execute("DELETE FROM texts"); !done) return done;
    for (std::size_t number = 1; number <= texts_->size(); ++number) {
      auto done = insert_text_.bind(1, static_cast<std::int64_t>(number))
                      .bind_text(2, *texts_->find(number))
                      .run();
      if (!done) return done;
    }
    return {};
  }

 private:
  struct Row {
    std::int64_t number;
    LicenseId license;
    std::string record;
  };

  Result<void> rewrite_threads() {
    std::vector<Row> rows;
    std::int64_t last = 0;
    do {
      rows.clear();
      threads_.bind(1, last);
      const auto read = for_each_row(threads_, [&]() -> Result<void> {
        rows.push_back(
            {threads_.integer(0), {threads_.integer(1)}, std::string(threads_.bytes(2))});
        return {};
      });
      if (!read) return read;
      for (Row& row : rows) {
        if (auto done = rewrite_thread(row); !done) return done;
        last = row.number;
      }
    } while (!rows.empty());
    return {};
  }

  // A record that is damaged stays as it is: nobody can tell what in it is a text.
  Result<void> rewrite_thread(Row& row) {
    auto thread = decode(row.record, old_texts_.texts());
    if (!thread) return {};
    receive(thread->properties);
    receive(thread->chat_properties);
    receive(thread->operations);
    chat::Record record = chat::ChatRecord{"", *std::move(thread)};
    if (auto keyed = apply_key(row.license, record); !keyed) return keyed;
    encode(std::get<chat::ChatRecord>(record).thread, *texts_, row.record);
    return update_thread_.bind(1, row.number).bind_bytes(2, row.record).run();
  }

  // There are few: what webhooks told of whole chats.
  Result<void> rewrite_chats() {
    struct Chat {
      LicenseId license;
      std::int64_t key;
      ToldOfChat told;
    };
    std::vector<Chat> changed;
    const auto read = for_each_row(chats_, [&]() -> Result<void> {
      auto told = decode_told_of_chat(chats_.bytes(2));
      if (!told) return {};
      const ToldOfChat before = *told;
      receive(told->properties);
      if (*told != before) {
        changed.push_back({{chats_.integer(0)}, chats_.integer(1), *std::move(told)});
      }
      return {};
    });
    if (!read) return read;
    for (Chat& chat : changed) {
      chat::ThreadRecord holder;
      holder.operations = std::move(chat.told.properties);
      chat::Record record = chat::ChatRecord{"", std::move(holder)};
      if (auto keyed = apply_key(chat.license, record); !keyed) return keyed;
      chat.told.properties = std::move(std::get<chat::ChatRecord>(record).thread.operations);
      std::string bytes;
      encode(chat.told, bytes);
      auto done =
          update_chat_.bind(1, chat.license.value).bind(2, chat.key).bind_bytes(3, bytes).run();
      if (!done) return done;
    }
    return {};
  }

  Result<void> apply_key(LicenseId license, chat::Record& record) {
    if (!chat::awaits_key(record)) return {};
    std::unique_ptr<chat::PropertyDigester>& digester = digesters_[license];
    if (digester == nullptr) {
      const auto key = keys_.find_or_make(license);
      if (!key) return std::unexpected(key.error());
      digester = std::make_unique<chat::PropertyDigester>(*key);
    }
    digester->apply(record);
    return {};
  }

  Database& database_;
  DigestKeys& keys_;
  Preparation prepare_;
  TextTable old_texts_;
  Statement threads_;
  Statement update_thread_;
  Statement chats_;
  Statement update_chat_;
  Statement insert_text_;
  const std::unique_ptr<Texts> texts_ = std::make_unique<Texts>();
  std::map<LicenseId, std::unique_ptr<chat::PropertyDigester>> digesters_;
};

Result<void> rewrite(Database& database, const std::string& data_folder) {
  const auto keys = DigestKeys::open(data_folder);
  if (!keys) return std::unexpected(keys.error());
  // What is no longer used is overwritten.
  if (auto set = database.execute("PRAGMA secure_delete = ON"); !set) return set;
  auto transaction = Transaction::begin_write(database);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto to_do = what_to_do(database);
  if (!to_do) return std::unexpected(to_do.error());
  if (*to_do != ToDo::rewrite) return {};  // somebody else has done it meanwhile
  if (auto done = Rewriting(database, **keys).run(); !done) return done;
  auto done = database.execute("UPDATE counters SET value = 1 WHERE name = 'plain_texts'");
  if (!done) return done;
  // They are made anew. Without them nothing is lost, even if the transaction fails.
  std::error_code error;
  std::filesystem::remove_all(data_folder + "/engine", error);
  if (error) {
    return failed(
        fmt::format("{}/engine holds customers' texts and cannot be removed ({}); "
                    "remove it",
                    data_folder, error.message()));
  }
  return transaction->commit();
}

}  // namespace

Result<void> digest_plain_texts(Database& database, const std::string& data_folder) {
  auto to_do = what_to_do(database);
  if (!to_do) return std::unexpected(to_do.error());
  if (*to_do == ToDo::nothing) return {};
  if (*to_do == ToDo::rewrite) {
    if (auto done = rewrite(database, data_folder); !done) return done;
  }
  // The log may still hold pages as they were before. While somebody reads it, it can't be emptied.
  const auto is_busy = database.integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!is_busy) return std::unexpected(is_busy.error());
  if (*is_busy != 0) return {};
  return database.execute("DELETE FROM counters WHERE name = 'plain_texts'");
}

}  // namespace chatreports::store
