#include "store/plain_texts.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/engine_files.h"
#include "chat/property_digest.h"
#include "store/codec.h"
#include "store/digest_keys.h"
#include "store/schema.h"
#include "store/texts.h"

namespace chatreports::store {
namespace {

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
        old_texts_rows_(prepare_("SELECT number, text FROM texts ORDER BY number")),
        threads_(prepare_(rows_of_threads)),
        update_thread_(prepare_("UPDATE threads SET record = ?2 WHERE thread_number = ?1")),
        chats_(prepare_("SELECT license, chat_key, operations FROM chats")),
        update_chat_(
            prepare_("UPDATE chats SET operations = ?3 WHERE license = ?1 AND chat_key = ?2")),
        insert_text_(prepare_("INSERT INTO texts(number, text) VALUES(?1, ?2)")) {}

  Result<void> run() {
    if (prepare_.error()) return std::unexpected(*prepare_.error());
    const auto read = for_each_row(old_texts_rows_, [&]() -> Result<void> {
      old_texts_->add(old_texts_rows_.bytes(1));
      return {};
    });
    if (!read) return read;
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
    auto thread = decode(row.record, *old_texts_);
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
  Statement old_texts_rows_;
  Statement threads_;
  Statement update_thread_;
  Statement chats_;
  Statement update_chat_;
  Statement insert_text_;
  const std::unique_ptr<Texts> old_texts_ = std::make_unique<Texts>();
  const std::unique_ptr<Texts> texts_ = std::make_unique<Texts>();
  std::map<LicenseId, std::unique_ptr<chat::PropertyDigester>> digesters_;
};

Result<void> digest_plain_texts(Database& database, DigestKeys& keys,
                                const std::string& data_folder) {
  if (auto done = Rewriting(database, keys).run(); !done) return done;
  // They are made anew. Without them nothing is lost, even if the transaction fails.
  const std::error_code error = remove_engine_files(data_folder + "/engine");
  if (!error) return {};
  return failed(fmt::format(
      "{}/engine holds customers' texts in files that cannot be removed ({}); remove them",
      data_folder, error.message()));
}

// Takes what was there before out of the log. The file keeps no trace: what is no longer used is
// overwritten (PRAGMA secure_delete).
Result<void> forget_plain_texts(Database& database) {
  const auto is_to_do =
      database.integer("SELECT count(*) FROM counters WHERE name = 'plain_texts'");
  if (!is_to_do) return std::unexpected(is_to_do.error());
  if (*is_to_do == 0) return {};
  const auto is_busy = database.integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!is_busy) return std::unexpected(is_busy.error());
  // While somebody reads the log, it can't be emptied: the next one will.
  if (*is_busy != 0) return {};
  return database.execute("DELETE FROM counters WHERE name = 'plain_texts'");
}

}  // namespace

Result<Database> open_facts(const std::string& data_folder) {
  const auto keys = DigestKeys::open(data_folder);
  if (!keys) return std::unexpected(keys.error());
  auto database = open_database(data_folder, facts_schema(),
                                [&](std::size_t step, Database& opened) -> Result<void> {
                                  if (step != step_of_plain_texts()) return {};
                                  return digest_plain_texts(opened, **keys, data_folder);
                                });
  if (!database) return database;
  if (auto done = forget_plain_texts(*database); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return database;
}

}  // namespace chatreports::store
