#include "store/read_records.h"

#include <utility>
#include <vector>

#include "chat/merge.h"
#include "chat/operations.h"
#include "store/damaged.h"
#include "store/list_codec.h"
#include "store/record_codec.h"
#include "store/row_checksum.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

using Take = std::function<Result<void>(std::span<const chat::Record>)>;

// Goals and sales of records of their own, taken out of the thread's record.
void take_apart(const std::string& thread_id, chat::AchievementKind kind,
                std::vector<chat::Achievement>& achievements, std::vector<chat::Record>& records) {
  for (const chat::Achievement& achievement : achievements) {
    if (achievement.from_chat) continue;
    records.emplace_back(chat::AchievementRecord{kind, thread_id, achievement.id, achievement.at});
  }
  std::erase_if(achievements,
                [](const chat::Achievement& achievement) { return !achievement.from_chat; });
}

class Reading {
 public:
  Reading(Database& database, const StringTable& strings, LicenseId license, const Take& take)
      : database_(database),
        strings_(strings),
        license_(license),
        take_(take),
        prepare_(database),
        agents_(prepare_("SELECT change, license, agent_id, name, timezone, group_ids, updated_at, "
                         "is_deleted, webhook_group_ids, is_bot, checksum FROM agents "
                         "WHERE license = ?1 ORDER BY agent_id")),
        groups_(prepare_("SELECT change, license, group_id, name, members, members_updated_at, "
                         "checksum FROM groups "
                         "WHERE license = ?1 ORDER BY group_id")),
        statuses_(prepare_("SELECT status_number, changed, license, agent_id, at, status, checksum "
                           "FROM agent_statuses WHERE license = ?1 ORDER BY status_number")),
        greetings_(prepare_("SELECT event_number, changed, license, unique_id, event, greeting_id, "
                            "group_id, at, checksum FROM greeting_events WHERE license = ?1 "
                            "ORDER BY event_number")),
        threads_(
            prepare_("SELECT thread_number, changed, license, thread_id, complete_since, chat_id, "
                     "record, checksum FROM threads WHERE license = ?1 ORDER BY thread_number")),
        labels_(prepare_("SELECT license, form_id, field_id, answer_id, label, at, checksum "
                         "FROM form_labels WHERE license = ?1 "
                         "ORDER BY form_id, field_id, answer_id")) {}

  Result<void> run() {
    if (prepare_.error()) return std::unexpected(*prepare_.error());
    const auto tables = {
        Table{&agents_, &Reading::read_agent, CheckedTable::agents, "agents", 10},
        Table{&groups_, &Reading::read_group, CheckedTable::groups, "groups", 6},
        Table{&statuses_, &Reading::read_status, CheckedTable::agent_statuses, "agent_statuses", 6},
        Table{&greetings_, &Reading::read_greeting, CheckedTable::greeting_events,
              "greeting_events", 8},
        Table{&threads_, &Reading::read_thread, CheckedTable::threads, "threads", 7},
        Table{&labels_, &Reading::read_label, CheckedTable::form_labels, "form_labels", 6}};
    for (const auto& [statement, read, table, name, columns] : tables) {
      const ResetAtEnd reset(*statement);
      statement->bind(1, license_.value);
      for (;;) {
        auto found = statement->step();
        if (!found) return std::unexpected(std::move(found.error()));
        if (!*found) break;
        if (!is_intact(*statement, table, columns)) {
          return std::unexpected(damaged_row(database_.path(), name, statement->integer(0)));
        }
        if (auto done = (this->*read)(); !done) return done;
        if (records_.size() < batch_size) continue;
        if (auto done = hand_over(); !done) return done;
      }
    }
    return hand_over();
  }

 private:
  static constexpr std::size_t batch_size = 1'024;

  struct Table {
    Statement* rows;
    Result<void> (Reading::*read)();
    CheckedTable number;
    const char* name;
    int columns;  // before the checksum
  };

  Result<void> hand_over() {
    if (records_.empty()) return {};
    auto taken = take_(records_);
    records_.clear();
    return taken;
  }

  static std::optional<std::string> text(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return std::string(row.bytes(column));
  }

  Result<void> read_agent() {
    chat::AgentRecord agent{std::string(agents_.bytes(2)), text(agents_, 3), text(agents_, 4), {}};
    if (!agents_.is_null(5)) {
      auto groups = decode_integers(agents_.bytes(5));
      if (!groups) return std::unexpected(std::move(groups.error()));
      agent.groups = *std::move(groups);
    }
    agent.is_bot = agents_.integer(9) != 0;
    records_.emplace_back(std::move(agent));
    return {};
  }

  Result<void> read_group() {
    chat::GroupRecord group{groups_.integer(2), text(groups_, 3), {}, {}};
    if (!groups_.is_null(4)) {
      auto members = decode_texts(groups_.bytes(4));
      if (!members) return std::unexpected(std::move(members.error()));
      group.members = *std::move(members);
      group.told_at.at = {groups_.integer(5)};
    }
    records_.emplace_back(std::move(group));
    return {};
  }

  Result<void> read_status() {
    records_.emplace_back(
        chat::AgentStatusRecord{std::string(statuses_.bytes(3)),
                                static_cast<chat::AgentStatus>(statuses_.integer(5)),
                                {statuses_.integer(4)}});
    return {};
  }

  Result<void> read_greeting() {
    records_.emplace_back(
        chat::GreetingRecord{greetings_.integer(5),
                             std::string(greetings_.bytes(3)),
                             static_cast<chat::GreetingEvent>(greetings_.integer(4)),
                             greetings_.optional_integer(6),
                             {greetings_.integer(7)}});
    return {};
  }

  Result<void> read_label() {
    records_.emplace_back(chat::FormLabel{std::string(labels_.bytes(1)),
                                          std::string(labels_.bytes(2)),
                                          std::string(labels_.bytes(3)),
                                          std::string(labels_.bytes(4)),
                                          {labels_.integer(5)}});
    return {};
  }

  // A thread of which no chat record has come is known by its goals and sales alone.
  Result<void> read_thread() {
    chat::ChatRecord chat{std::string(threads_.bytes(3)), {}, std::string(threads_.bytes(5))};
    auto record = decode(threads_.bytes(6), strings_);
    if (!record) {
      return std::unexpected(
          damaged_record(database_.path(), license_, threads_.integer(0), record.error()));
    }
    chat.thread = *std::move(record);
    take_apart(chat.thread_id, chat::AchievementKind::goal, chat.thread.goals, records_);
    take_apart(chat.thread_id, chat::AchievementKind::sale, chat.thread.sales, records_);
    for (const chat::QueueStay& stay : chat.thread.queue_stays) {
      records_.emplace_back(chat::QueueRecord{chat.thread_id, stay});
    }
    if (!chat.thread.from_chat_record) return {};
    chat.thread = chat::resolve(chat.thread);
    chat.thread.is_beginning = false;
    const std::vector<chat::ToldOperation> operations = std::exchange(chat.thread.operations, {});
    if (!chat::needs_customer(chat.thread)) chat.thread.customer.reset();  // as encode does
    chat.thread.queue_stays.clear();
    const std::string thread_id = chat.thread_id;
    records_.emplace_back(std::move(chat));
    for (const chat::ToldOperation& told : operations) {
      records_.emplace_back(
          chat::WebhookRecord{thread_id, {}, {}, {told.what}, {told.told_at.at, false}});
    }
    return {};
  }

  Database& database_;
  const StringTable& strings_;
  const LicenseId license_;
  const Take& take_;
  StatementPreparer prepare_;
  Statement agents_;
  Statement groups_;
  Statement statuses_;
  Statement greetings_;
  Statement threads_;
  Statement labels_;
  std::vector<chat::Record> records_;
};

}  // namespace

Result<void> read_records(Database& database, StringRows& strings, LicenseId license,
                          const Take& take) {
  auto snapshot = Transaction::begin_read(database);
  if (!snapshot) return std::unexpected(std::move(snapshot.error()));
  if (auto read = strings.read_new(); !read) return read;
  return Reading(database, strings.table(), license, take).run();
}

}  // namespace chatreports::store
