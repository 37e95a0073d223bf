#include "store/export_records.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "chat/merge.h"
#include "chat/resolve.h"
#include "store/agent_tables.h"
#include "store/damaged.h"
#include "store/record_codec.h"
#include "store/row_checksum.h"
#include "store/stored_id.h"

namespace chatreports::store {
namespace {

using Take = std::function<Result<void>(std::span<const chat::Record>)>;

// Moves goals and sales of their own records from the thread's record to `records`.
void take_apart(const std::string& thread_id, chat::AchievementKind kind,
                std::vector<chat::Achievement>& achievements, std::vector<chat::Record>& records) {
  for (const chat::Achievement& achievement : achievements) {
    if (achievement.from_chat) continue;
    records.emplace_back(chat::AchievementRecord{kind, thread_id, achievement.id, achievement.at});
  }
  std::erase_if(achievements,
                [](const chat::Achievement& achievement) { return !achievement.from_chat; });
}

class Export {
 public:
  Export(Database& database, const StringTable& strings, std::vector<DeletionUnderWay> deletions,
         LicenseId license, const Take& take)
      : database_(database),
        strings_(strings),
        deletions_(std::move(deletions)),
        license_(license),
        take_(take),
        prepare_(database),
        agents_(prepare_rows(CheckedTable::agents, "agent_id")),
        groups_(prepare_rows(CheckedTable::groups, "group_id")),
        statuses_(prepare_rows(CheckedTable::agent_statuses, "status_number")),
        greetings_(prepare_rows(CheckedTable::greeting_events, "event_number")),
        threads_(prepare_rows(CheckedTable::threads, "thread_number")),
        labels_(prepare_rows(CheckedTable::form_labels, "form_id, field_id, answer_id")) {}

  Result<void> run() {
    if (prepare_.error()) return std::unexpected(*prepare_.error());
    const std::array tables = {
        Table{&agents_, &Export::export_agent, CheckedTable::agents},
        Table{&groups_, &Export::export_group, CheckedTable::groups},
        Table{&statuses_, &Export::export_status, CheckedTable::agent_statuses},
        Table{&greetings_, &Export::export_greeting, CheckedTable::greeting_events},
        Table{&threads_, &Export::export_thread, CheckedTable::threads},
        Table{&labels_, &Export::export_label, CheckedTable::form_labels}};
    for (const auto& [rows, export_row, table] : tables) {
      auto done = for_each_row(rows->bind(1, license_.value), [&]() -> Result<void> {
        if (!is_intact(*rows, table)) {
          return std::unexpected(
              damaged_row(database_.path(), form_of(table).name, rows->integer(0)));
        }
        if (auto exported = (this->*export_row)(); !exported) return exported;
        return records_.size() < batch_size ? Result<void>() : hand_over();
      });
      if (!done) return done;
    }
    return hand_over();
  }

 private:
  static constexpr std::size_t batch_size = 1'024;

  struct Table {
    Statement* rows;
    Result<void> (Export::*export_row)();
    CheckedTable table;
  };

  Statement prepare_rows(CheckedTable table, std::string_view order) {
    return prepare_(select_rows(table, std::string("WHERE license = ?1 ORDER BY ").append(order)));
  }

  Result<void> hand_over() {
    if (records_.empty()) return {};
    auto taken = take_(records_);
    records_.clear();
    return taken;
  }

  Result<void> export_agent() {
    auto known = read_agent(agents_, database_.path());
    if (!known) return std::unexpected(std::move(known.error()));
    chat::AgentRecord agent;
    agent.id = agents_.bytes(2);
    agent.name = std::move(known->name);
    agent.timezone = std::move(known->timezone);
    agent.groups = std::move(known->groups);
    agent.is_bot = known->is_bot;
    records_.emplace_back(std::move(agent));
    return {};
  }

  Result<void> export_group() {
    auto known = read_group(groups_, database_.path());
    if (!known) return std::unexpected(std::move(known.error()));
    chat::GroupRecord group;
    group.id = groups_.integer(2);
    group.name = std::move(known->name);
    group.members = std::move(known->members);
    if (group.members) group.time.at = known->members_updated_at;
    records_.emplace_back(std::move(group));
    return {};
  }

  // Of rows that a deletion under way removes. Late statuses do no harm.
  bool is_deleted(std::int64_t number, Instant at) const {
    return std::ranges::any_of(
        deletions_, [&](const DeletionUnderWay& deletion) { return deletion.removes(number, at); });
  }

  Result<void> export_status() {
    if (is_deleted(statuses_.integer(0), latest_instant)) return {};
    records_.emplace_back(chat::AgentStatusRecord{
        std::string(statuses_.bytes(3)), static_cast<chat::AgentStatus>(statuses_.integer(5)),
        from_unix_microseconds(statuses_.integer(4))});
    return {};
  }

  Result<void> export_greeting() {
    const Instant at = from_unix_microseconds(greetings_.integer(7));
    if (is_deleted(greetings_.integer(0), at)) return {};
    records_.emplace_back(
        chat::GreetingRecord{greetings_.integer(5), std::string(greetings_.bytes(3)),
                             static_cast<chat::GreetingEvent>(greetings_.integer(4)),
                             greetings_.optional_integer(6), at});
    return {};
  }

  Result<void> export_label() {
    records_.emplace_back(chat::FormLabel{
        std::string(labels_.bytes(1)), std::string(labels_.bytes(2)), std::string(labels_.bytes(3)),
        std::string(labels_.bytes(4)), from_unix_microseconds(labels_.integer(5))});
    return {};
  }

  // A thread without a chat record is exported as its goals, sales and waits in the queue.
  Result<void> export_thread() {
    chat::ChatRecord chat{id_in(threads_, 3), {}, id_in(threads_, 5)};
    auto record = decode(threads_.bytes(6), strings_);
    if (!record) {
      return std::unexpected(
          damaged_record(database_.path(), license_, threads_.integer(0), record.error()));
    }
    chat.thread = *std::move(record);
    // A thread without a chat record has no start, which is earlier than any.
    if (is_deleted(threads_.integer(0), chat.thread.started_at)) return {};
    take_apart(chat.thread_id, chat::AchievementKind::goal, chat.thread.goals, records_);
    take_apart(chat.thread_id, chat::AchievementKind::sale, chat.thread.sales, records_);
    for (const chat::QueueStay& stay : chat.thread.queue_stays) {
      records_.emplace_back(chat::QueueRecord{chat.thread_id, stay});
    }
    if (!chat.thread.from_chat_record) return {};
    chat.thread = chat::resolve(chat.thread);
    chat.thread.is_beginning = false;
    const std::vector<chat::TimedUpdate> updates = std::exchange(chat.thread.updates, {});
    if (!chat::needs_customer(chat.thread)) chat.thread.customer.reset();  // as encode does
    chat.thread.queue_stays.clear();
    const std::string thread_id = chat.thread_id;
    records_.emplace_back(std::move(chat));
    for (const chat::TimedUpdate& update : updates) {
      records_.emplace_back(
          chat::WebhookRecord{thread_id, {}, {}, {update.what}, {update.time.at, false}});
    }
    return {};
  }

  Database& database_;
  const StringTable& strings_;
  const std::vector<DeletionUnderWay> deletions_;  // of the licence
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

Result<void> export_records(Database& database, StringRows& strings, Deletions& deletions,
                            LicenseId license, const Take& take) {
  auto snapshot = Transaction::begin_read(database);
  if (!snapshot) return std::unexpected(std::move(snapshot.error()));
  if (auto read = strings.read_new(); !read) return read;
  auto under_way = deletions.under_way();
  if (!under_way) return std::unexpected(std::move(under_way.error()));
  std::erase_if(*under_way,
                [license](const DeletionUnderWay& one) { return one.license != license; });
  return Export(database, strings.table(), *std::move(under_way), license, take).run();
}

}  // namespace chatreports::store
