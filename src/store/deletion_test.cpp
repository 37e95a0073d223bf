// Deletions: the rows that they remove, those that stay, and records that come again.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "chat/hidden_agents.h"
#include "chat/ids.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr LicenseId license{1};
constexpr LicenseId other_license{2};

Instant second(std::int64_t number) {
  return from_unix_microseconds(1'600'000'000'000'000 + number * 1'000'000);
}

std::unique_ptr<Store> open(const TemporaryFolder& folder) {
  auto store = Store::open(folder.data());
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

chat::ChatRecord chat(const std::string& thread_id, std::int64_t start,
                      const std::string& agent_id = "ann@example.com") {
  chat::ChatRecord record;
  record.thread_id = thread_id;
  record.chat_id = "chat of " + thread_id;
  record.thread.from_chat_record = true;
  record.thread.started_at = second(start);
  record.thread.agents = {agent_id};
  chat::Event event;
  event.key = 1;
  event.author = chat::AuthorKind::agent;
  event.agent_id = agent_id;
  event.created_at = second(start + 1);
  record.thread.events = {event};
  return record;
}

chat::GreetingRecord displayed(const std::string& unique_id, std::int64_t at) {
  return {5, unique_id, chat::GreetingEvent::displayed, std::nullopt, second(at)};
}

chat::AgentStatusRecord status(const std::string& agent_id, std::int64_t at) {
  return {agent_id, chat::AgentStatus::accepting_chats, second(at)};
}

WriteSummary write(Store& store, LicenseId of, const std::vector<chat::Record>& records) {
  const auto summary = store.write(of, records);
  if (!summary) throw std::runtime_error(summary.error().message);
  return *summary;
}

// What an engine has.
struct Facts {
  std::map<ThreadNumber, chat::Thread> threads;
  std::map<std::pair<std::string, chat::GreetingEvent>, chat::GreetingRecord> greetings;
  std::map<std::string, std::vector<std::int64_t>> agents;
  std::map<std::pair<std::string, Instant>, chat::AgentStatus> statuses;

  std::vector<std::int64_t> starts() const {
    std::vector<std::int64_t> seconds;
    for (const auto& [number, thread] : threads) {
      seconds.push_back((thread.started_at - second(0)).count() / 1'000'000);
    }
    std::ranges::sort(seconds);
    return seconds;
  }
  bool operator==(const Facts&) const = default;
};

// Follows a store as an engine does.
class View {
 public:
  void follow(Store& store) {
    const auto done = store.replay(applied_, 3, [this](std::span<const chat::Change> changes) {
      for (const chat::Change& change : changes) apply(change);
      return Result<void>();
    });
    if (!done) throw std::runtime_error(done.error().message);
    applied_ = *store.last_change();
  }

  void apply(const chat::Change& change) {
    Facts& facts = licenses_[change.license];
    if (const auto* thread = std::get_if<chat::ThreadChange>(&change.what)) {
      facts.threads[thread->thread] = thread->facts;
    } else if (const auto* greeting = std::get_if<chat::GreetingChange>(&change.what)) {
      facts.greetings[{greeting->event.unique_id, greeting->event.event}] = greeting->event;
    } else if (const auto* agent = std::get_if<chat::AgentChange>(&change.what)) {
      facts.agents[agent->agent_id] = agent->groups;
    } else if (const auto* set = std::get_if<chat::StatusChange>(&change.what)) {
      facts.statuses[{set->status.agent_id, set->status.at}] = set->status.status;
    } else {
      remove(facts, std::get<chat::Removal>(change.what));
    }
    applied_ = std::max(applied_, change.number);
  }

  const Facts& of(LicenseId one) { return licenses_[one]; }

 private:
  static void remove(Facts& facts, const chat::Removal& removal) {
    if (const auto* thread = std::get_if<chat::ThreadRemoval>(&removal)) {
      facts.threads.erase(thread->thread);
    } else if (const auto* agent = std::get_if<chat::AgentRemoval>(&removal)) {
      std::erase_if(facts.agents, [agent](const auto& one) {
        return chat::is_replaced_by(one.first, agent->replaced_by);
      });
      std::erase_if(facts.statuses, [agent](const auto& one) {
        return chat::is_replaced_by(one.first.first, agent->replaced_by);
      });
    } else if (const auto* time = std::get_if<chat::TimeRemoval>(&removal)) {
      std::erase_if(facts.threads,
                    [time](const auto& one) { return one.second.started_at < time->before; });
      std::erase_if(facts.greetings,
                    [time](const auto& one) { return one.second.at < time->before; });
      std::map<std::string, Instant> last;
      for (const auto& [key, set] : facts.statuses) {
        if (key.second < time->before) last[key.first] = key.second;
      }
      std::erase_if(facts.statuses, [&](const auto& one) {
        return one.first.second < time->before && one.first.second != last[one.first.first];
      });
    } else {
      facts = {};
    }
  }

  std::map<LicenseId, Facts> licenses_;
  ChangeNumber applied_;
};

// Begins the deletion and carries it out.
std::uint64_t erase(Store& store, LicenseId of, const chat::Deletion& deletion, View& view) {
  view.follow(store);
  auto step = store.begin_deleting(of, deletion);
  if (!step) throw std::runtime_error(step.error().message);
  std::uint64_t threads = 0;
  while (true) {
    view.follow(store);
    for (const chat::Change& removal : step->removals) view.apply(removal);
    threads += step->removed + step->changed;
    if (step->is_done) return threads;
    step = store.go_on_deleting([] { return true; });
    if (!step) throw std::runtime_error(step.error().message);
  }
}

std::string bytes_of_file(const TemporaryFolder& folder) {
  std::ifstream file(folder.data() + "/chatreports.sqlite", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Deletion, of_a_thread_leaves_the_others) {
  const TemporaryFolder folder;
  View view;
  {
    const auto store = open(folder);
    write(*store, license, {chat("THREADAAAA", 10), chat("THREADBBBB", 20)});
    write(*store, other_license, {chat("THREADAAAA", 30)});
    view.follow(*store);
    EXPECT_EQ(erase(*store, license, chat::ThreadDeletion{"THREADAAAA"}, view), 1U);
    EXPECT_THAT(view.of(license).starts(), ElementsAre(20));
    EXPECT_THAT(view.of(other_license).starts(), ElementsAre(30));
    View newcomer;
    newcomer.follow(*store);
    EXPECT_EQ(newcomer.of(license), view.of(license));
    EXPECT_EQ(store->find_damage()->is_none(), true);
    // The same again is no error; a thread that was never there is one.
    EXPECT_EQ(erase(*store, license, chat::ThreadDeletion{"THREADAAAA"}, view), 0U);
    const auto unknown = store->begin_deleting(license, chat::ThreadDeletion{"THREADCCCC"});
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
    EXPECT_EQ(unknown.error().message, "licence 1 has no thread \"THREADCCCC\"");
  }
  EXPECT_THAT(bytes_of_file(folder), HasSubstr("chat of THREADBBBB"));
  EXPECT_THAT(std::string(bytes_of_file(folder)).find("chat of THREADAAAA"),
              bytes_of_file(folder).rfind("chat of THREADAAAA"))
      << "that of the other licence alone";
}

TEST(Deletion, what_was_deleted_does_not_come_back_unless_it_is_asked_for) {
  const TemporaryFolder folder;
  View view;
  const auto store = open(folder);
  const std::vector<chat::Record> all = {chat("t1", 10), chat("t2", 20), displayed("u", 11),
                                         displayed("v", 21)};
  write(*store, license, all);
  erase(*store, license, chat::ThreadDeletion{"t2"}, view);
  erase(*store, license, chat::TimeDeletion{second(20)}, view);
  EXPECT_THAT(view.of(license).starts(), IsEmpty());
  const auto again = write(*store, license, all);
  EXPECT_EQ(again.deleted, 3U);
  EXPECT_EQ(again.unchanged, 1U);
  const auto webhook = write(
      *store, license,
      {chat::WebhookRecord{"t2", {}, {}, {chat::TagUpdate{"vip", true}}, {second(30), false}}});
  EXPECT_EQ(webhook.deleted, 1U);
  view.follow(*store);
  EXPECT_THAT(view.of(license).starts(), IsEmpty());
  EXPECT_EQ(view.of(license).greetings.size(), 1U);

  store->take_deleted();
  EXPECT_EQ(write(*store, license, all).written, 3U);
  view.follow(*store);
  EXPECT_THAT(view.of(license).starts(), ElementsAre(10, 20));
  // From now on they are known, and change as others do.
  const auto later = open(folder);
  auto changed = chat("t1", 10);
  changed.thread.tags = {"vip"};
  EXPECT_EQ(write(*later, license, {changed}).written, 1U);
  EXPECT_EQ(later->find_damage()->is_none(), true);
}

TEST(Deletion, of_the_time_before_leaves_the_last_status) {
  const TemporaryFolder folder;
  View view;
  const auto store = open(folder);
  write(*store, license,
        {chat("t1", 10), chat("t2", 20), displayed("u", 19), displayed("v", 20), status("ann", 1),
         status("ann", 15), status("ann", 25), status("bob", 2)});
  write(*store, other_license, {chat("t1", 10), displayed("u", 19), status("ann", 1)});
  view.follow(*store);
  const Facts of_other = view.of(other_license);
  EXPECT_EQ(erase(*store, license, chat::TimeDeletion{second(20)}, view), 1U);
  const Facts& facts = view.of(license);
  EXPECT_THAT(facts.starts(), ElementsAre(20));
  EXPECT_EQ(facts.greetings.size(), 1U);
  EXPECT_EQ(facts.statuses.size(), 3U);
  EXPECT_EQ(facts.statuses.count({"ann", second(1)}), 0U);
  EXPECT_EQ(view.of(other_license), of_other);
  View newcomer;
  newcomer.follow(*store);
  EXPECT_EQ(newcomer.of(license), facts);
  // After an earlier time, the latest one counts as before.
  EXPECT_EQ(erase(*store, license, chat::TimeDeletion{second(5)}, view), 0U);
  EXPECT_EQ(write(*store, license, {chat("t1", 10)}).deleted, 1U);
  // Chats that were taken again can be deleted again, by an earlier time or the same.
  for (const std::int64_t before : {12, 20}) {
    const auto again = open(folder);
    again->take_deleted();
    EXPECT_EQ(write(*again, license, {chat("t1", 10), chat("t3", 15)}).deleted, 0U);
    view.follow(*again);
    EXPECT_EQ(erase(*again, license, chat::TimeDeletion{second(before)}, view),
              before == 12 ? 1U : 2U);
    View fresh;
    fresh.follow(*again);
    EXPECT_EQ(fresh.of(license), view.of(license));
  }
  EXPECT_EQ(write(*open(folder), license, {chat("t1", 10)}).deleted, 1U);
}

TEST(Deletion, of_a_licence_leaves_nothing_and_takes_nothing) {
  const TemporaryFolder folder;
  View view;
  {
    const auto store = open(folder);
    write(*store, license,
          {chat("THREADAAAA", 10), displayed("unique-one", 9), status("ann@example.com", 1),
           chat::AgentRecord{"ann@example.com", "Anna Example", {}, {}},
           chat::GroupRecord{7, "Sales of One"},
           chat::FormLabel{"f", "1", "", "Label of One", second(1)},
           chat::WebhookRecord{
               {}, "chat of THREADAAAA", {}, {chat::TagUpdate{"a tag"}}, {second(30), false}}});
    write(*store, other_license, {chat("THREADAAAA", 10)});
    view.follow(*store);
    EXPECT_EQ(erase(*store, license, chat::LicenseDeletion{}, view), 1U);
    EXPECT_EQ(view.of(license), Facts());
    EXPECT_THAT(*store->licenses(), ElementsAre(other_license));
    EXPECT_FALSE(*store->has_records(license));
    EXPECT_THAT(*store->form_labels(license), IsEmpty());
    EXPECT_EQ(write(*store, license, {chat("new", 99), chat::GroupRecord{8, "New"}}).deleted, 2U);
    EXPECT_EQ(store->find_damage()->is_none(), true);
    const auto records = [&](LicenseId of) {
      std::size_t count = 0;
      const auto done = store->export_records(of, [&](std::span<const chat::Record> some) {
        count += some.size();
        return Result<void>();
      });
      return done ? count : 999;
    };
    EXPECT_EQ(records(license), 0U);
    EXPECT_EQ(records(other_license), 1U);
    store->take_deleted();
    EXPECT_EQ(write(*store, license, {chat("new", 99)}).written, 1U);
  }
  const std::string bytes = bytes_of_file(folder);
  for (const char* text : {"Anna Example", "Sales of One", "Label of One", "unique-one"}) {
    EXPECT_THAT(bytes, Not(HasSubstr(text)));
  }
}

TEST(Deletion, of_an_agent_puts_a_digest_in_the_place_of_the_id) {
  const TemporaryFolder folder;
  const std::string hidden = chat::author_id_of(chat::author_digest("ann@example.com"));
  View view;
  {
    const auto store = open(folder);
    std::vector<chat::Record> records = {
        chat::AgentRecord{"ann@example.com", "Anna Example", "Europe/Warsaw", {{3}}},
        chat::GroupRecord{3, "Sales", {{"ann@example.com", "bob@example.com"}}, {second(1)}},
        status("ann@example.com", 1), status("bob@example.com", 1),
        chat("mixed", 20, "bob@example.com")};
    // Often enough for the string table.
    for (int number = 0; number < 40; ++number) {
      records.emplace_back(chat(fmt::format("t{}", number), 10));
    }
    write(*store, license, records);
    view.follow(*store);
    const Facts before = view.of(license);
    EXPECT_EQ(erase(*store, license, chat::AgentDeletion{"ann@example.com"}, view), 40U);
    Facts expected = before;
    for (auto& [number, thread] : expected.threads) {
      for (std::string& agent : thread.agents) {
        if (agent == "ann@example.com") agent = hidden;
      }
      for (chat::ChattingInterval& one : thread.chatting) {
        if (one.agent_id == "ann@example.com") one.agent_id = hidden;
      }
      if (thread.first_response && thread.first_response->agent_id == "ann@example.com") {
        thread.first_response->agent_id = hidden;
      }
    }
    expected.agents[hidden] = expected.agents.extract("ann@example.com").mapped();
    auto of_ann = expected.statuses.extract({"ann@example.com", second(1)});
    of_ann.key().first = hidden;
    expected.statuses.insert(std::move(of_ann));
    EXPECT_EQ(view.of(license), expected);
    View newcomer;
    newcomer.follow(*store);
    EXPECT_EQ(newcomer.of(license), expected);
    // Later records have the digest, too.
    write(*store, license,
          {chat("late", 50), status("ann@example.com", 60),
           chat::AgentRecord{"ann@example.com", "Anna Example", {}, {}}});
    view.follow(*store);
    EXPECT_EQ(view.of(license).agents.count("ann@example.com"), 0U);
    EXPECT_EQ(view.of(license).statuses.count({hidden, second(60)}), 1U);
    for (const auto& [number, thread] : view.of(license).threads) {
      EXPECT_THAT(thread.agents, Not(testing::Contains("ann@example.com")));
    }
    EXPECT_EQ(store->find_damage()->is_none(), true);
    EXPECT_EQ(*store->agent_timezone(license, hidden), std::nullopt);
  }
  EXPECT_THAT(bytes_of_file(folder), Not(HasSubstr("Anna Example")));
}

TEST(Deletion, that_was_broken_off_is_hidden_and_goes_on) {
  for (const chat::Deletion& deletion :
       {chat::Deletion(chat::TimeDeletion{second(20)}), chat::Deletion(chat::LicenseDeletion())}) {
    const TemporaryFolder folder;
    std::vector<chat::Record> records = {status("ann", 1), status("ann", 2), displayed("u", 3)};
    for (int number = 0; number < 1'000; ++number) {
      records.emplace_back(chat(fmt::format("t{}", number), 10));
    }
    records.emplace_back(chat("kept", 30));
    View running;
    std::int64_t origin = 0;
    ChangeNumber before;
    {
      const auto store = open(folder);
      write(*store, license, records);
      running.follow(*store);
      origin = *store->origin();
      before = *store->last_change();
      EXPECT_TRUE(*store->knows(origin, before));
      const auto begun = store->begin_deleting(license, deletion);
      ASSERT_TRUE(begun && !begun->is_done);
      for (const chat::Change& removal : begun->removals) running.apply(removal);
      const auto step = store->go_on_deleting([] { return true; });
      ASSERT_TRUE(step && !step->is_done);
    }
    const bool is_of_time = std::holds_alternative<chat::TimeDeletion>(deletion);
    const auto store = open(folder);
    EXPECT_FALSE(*store->knows(origin, before)) << "an engine's files from before";
    View newcomer;
    newcomer.follow(*store);
    EXPECT_EQ(newcomer.of(license), running.of(license));
    EXPECT_THAT(newcomer.of(license).starts(),
                is_of_time ? std::vector<std::int64_t>{30} : std::vector<std::int64_t>{});
    // A webhook about a thread whose row is still there finds no thread.
    EXPECT_EQ(write(*store, license,
                    {chat::WebhookRecord{
                        "t999", {}, {}, {chat::TagUpdate{"vip", true}}, {second(40), false}}})
                  .deleted,
              is_of_time ? 0U : 1U);
    // A webhook about a chat of such a thread changes the row, which stays hidden.
    write(*store, license,
          {chat::WebhookRecord{{},
                               "chat of t998",
                               {},
                               {chat::PropertyUpdate{chat::Layer::chat, "a", "b", true}},
                               {second(40), false}}});
    newcomer.follow(*store);
    EXPECT_EQ(newcomer.of(license), running.of(license));
    std::size_t exported = 0;
    ASSERT_TRUE(store->export_records(license, [&](std::span<const chat::Record> some) {
      for (const chat::Record& record : some) {
        exported += std::holds_alternative<chat::ChatRecord>(record) ? 1 : 0;
      }
      return Result<void>();
    }));
    EXPECT_EQ(exported, is_of_time ? 1U : 0U);
    std::uint64_t threads = 0;
    int steps = 0;
    for (bool is_done = false; !is_done; ++steps) {
      const auto step = store->go_on_deleting([] { return true; });
      ASSERT_TRUE(step.has_value());
      is_done = step->is_done;
      threads += step->removed + step->changed;
    }
    EXPECT_GT(threads, 400U);
    EXPECT_GT(steps, 0);
    newcomer.follow(*store);
    EXPECT_EQ(newcomer.of(license), running.of(license));
    auto database = Database::open(folder.data() + "/chatreports.sqlite");
    ASSERT_TRUE(database.has_value());
    EXPECT_EQ(database->integer("SELECT count(*) FROM threads"), is_of_time ? 2 : 0)
        << "one of them known by a webhook alone";
    EXPECT_EQ(database->integer("SELECT count(*) FROM row_index"), is_of_time ? 3 : 0)
        << "of two threads and a status";
    EXPECT_TRUE(store->find_damage()->is_none());
  }
}

// As a server does when nothing else is to be done.
void compact(Store& store) {
  for (auto compacted = Compacted::in_part; compacted != Compacted::whole;) {
    const auto step = store.compact([] { return true; });
    ASSERT_TRUE(step.has_value()) << step.error().message;
    compacted = *step;
  }
}

TEST(Deletion, leaves_nothing_in_the_files_after_compaction) {
  const TemporaryFolder folder;
  std::string log_and_file;
  const auto read_files = [&] {
    log_and_file = bytes_of_file(folder);
    std::ifstream log(folder.data() + "/chatreports.sqlite-wal", std::ios::binary);
    log_and_file.append(std::istreambuf_iterator<char>(log), {});
  };
  View view;
  auto store = open(folder);
  std::vector<chat::Record> records;
  for (int number = 0; number < 3'000; ++number) {
    auto record = chat(fmt::format("thread number {}", number), number < 2'000 ? 10 : 30);
    record.thread.tags = {number < 2'000 ? "old tag" : "new tag"};
    records.emplace_back(record);
  }
  write(*store, license, records);
  view.follow(*store);
  const auto bytes_before = std::filesystem::file_size(folder.data() + "/chatreports.sqlite-wal");
  erase(*store, license, chat::TimeDeletion{second(20)}, view);
  // A text that is needed again while it is looked for.
  for (int step = 0; step < 2; ++step) {
    ASSERT_EQ(*store->compact([] { return true; }), Compacted::in_part);
  }
  auto again = chat("thread number 5000", 40);
  again.thread.tags = {"new tag"};
  write(*store, license, {again});
  compact(*store);
  read_files();
  for (const char* text : {"old tag", "thread number 17", "thread number 1999"}) {
    EXPECT_THAT(log_and_file, Not(HasSubstr(text)));
  }
  EXPECT_THAT(log_and_file, HasSubstr("new tag"));
  EXPECT_THAT(log_and_file, HasSubstr("thread number 2000"));
  EXPECT_LT(log_and_file.size(), bytes_before * 2 / 3);
  EXPECT_TRUE(store->find_damage()->is_none());
  // The text gets a new number when it comes again.
  std::vector<chat::Record> later;
  for (int number = 0; number < 100; ++number) {
    auto record = chat(fmt::format("later thread {}", number), 50);
    record.thread.tags = {"old tag", "new tag"};
    later.emplace_back(record);
  }
  write(*store, license, later);
  view.follow(*store);
  store.reset();
  store = open(folder);
  View newcomer;
  newcomer.follow(*store);
  EXPECT_EQ(newcomer.of(license), view.of(license));
  EXPECT_EQ(newcomer.of(license).threads.size(), 1'101U);
  EXPECT_TRUE(store->find_damage()->is_none());
  EXPECT_EQ(*store->compact([] { return true; }), Compacted::whole) << "there is nothing to do";
}

TEST(Deletion, waits_with_the_log_for_a_reader_and_goes_on_after_a_kill) {
  const TemporaryFolder folder;
  View view;
  auto store = open(folder);
  write(*store, license, {chat("t1", 10), chat("t2", 30)});
  erase(*store, license, chat::TimeDeletion{second(20)}, view);
  ASSERT_EQ(*store->compact([] { return true; }), Compacted::in_part);
  store.reset();
  store = open(folder);
  auto reader = Database::open(folder.data() + "/chatreports.sqlite");
  ASSERT_TRUE(reader.has_value());
  {
    auto reading = Transaction::begin_read(*reader);
    ASSERT_TRUE(reading.has_value());
    ASSERT_TRUE(reader->integer("SELECT count(*) FROM threads").has_value());
    auto compacted = Compacted::in_part;
    while (compacted == Compacted::in_part) compacted = *store->compact([] { return true; });
    EXPECT_EQ(compacted, Compacted::waits_for_a_reader);
    EXPECT_EQ(*store->compact([] { return true; }), Compacted::waits_for_a_reader);
  }
  EXPECT_EQ(*store->compact([] { return true; }), Compacted::whole);
  EXPECT_EQ(std::filesystem::file_size(folder.data() + "/chatreports.sqlite-wal"), 0U);
}

TEST(Deletion, removes_damaged_rows_of_a_licence_too) {
  const TemporaryFolder folder;
  View view;
  const auto store = open(folder);
  write(*store, license, {chat("t1", 10), chat("t2", 20), displayed("u", 3), status("ann", 1)});
  auto database = Database::open(folder.data() + "/chatreports.sqlite");
  ASSERT_TRUE(database.has_value());
  for (const char* table : {"threads", "greeting_events", "agent_statuses"}) {
    const std::string damage = fmt::format("UPDATE {} SET checksum = checksum + 1", table);
    ASSERT_TRUE(database->execute(damage.c_str()).has_value());
  }
  EXPECT_FALSE(store->find_damage()->is_none());
  erase(*store, license, chat::LicenseDeletion{}, view);
  EXPECT_TRUE(store->find_damage()->licenses.empty());
}

TEST(Deletion, whose_row_is_damaged_is_damage_of_the_licence) {
  const TemporaryFolder folder;
  View view;
  {
    const auto store = open(folder);
    write(*store, license, {chat("t1", 10)});
    erase(*store, license, chat::TimeDeletion{second(20)}, view);
    auto database = Database::open(folder.data() + "/chatreports.sqlite");
    ASSERT_TRUE(database.has_value());
    ASSERT_TRUE(database->execute("UPDATE deletions SET before = 0").has_value());
  }
  const auto store = open(folder);
  EXPECT_EQ(store->find_damage()->licenses.count(license), 1U);
  const auto written = store->write(license, std::vector<chat::Record>{chat("t1", 10)});
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, HasSubstr("deletions"));
}

// Chats, greeting events and statuses that come before and after a deletion of a time: what is left
// is that of a store that never had the others.
RC_GTEST_PROP(DeletionModel, leaves_what_a_store_has_that_never_had_the_rest, ()) {
  const Instant before = second(*rc::gen::inRange(0, 6));
  const auto some_records = [] {
    return *rc::gen::container<std::vector<chat::Record>>(rc::gen::exec([]() -> chat::Record {
      const auto at = *rc::gen::inRange<std::int64_t>(0, 6);
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          return displayed(fmt::format("u{}", *rc::gen::inRange(0, 3)), at);
        case 1:
          return status(*rc::gen::element<std::string>("ann", "bob"), at);
        default:
          return chat(fmt::format("t{}", *rc::gen::inRange(0, 5)), at);
      }
    }));
  };
  const auto first = some_records();
  const auto second_half = some_records();
  RC_PRE(!first.empty());
  const TemporaryFolder folder;
  const auto store = open(folder);
  View view;
  write(*store, license, first);
  view.follow(*store);
  const auto begun = store->begin_deleting(license, chat::TimeDeletion{before});
  RC_ASSERT(begun.has_value());
  for (const chat::Change& removal : begun->removals) view.apply(removal);
  const bool goes_on_first = *rc::gen::arbitrary<bool>();
  const auto go_on = [&] {
    while (!store->go_on_deleting([] { return true; })->is_done) {
    }
  };
  if (goes_on_first) go_on();
  write(*store, license, second_half);
  view.follow(*store);
  if (!goes_on_first) go_on();
  view.follow(*store);

  // The same by hand.
  std::map<std::string, Instant> chats;
  std::map<std::string, Instant> greetings;
  std::map<std::string, std::set<Instant>> statuses;
  const auto add = [&](const std::vector<chat::Record>& records, bool is_after) {
    for (const chat::Record& record : records) {
      if (const auto* one = std::get_if<chat::ChatRecord>(&record)) {
        const Instant start = one->thread.started_at;
        if (!is_after || start >= before || chats.contains(one->thread_id)) {
          chats[one->thread_id] = start;
        }
      } else if (const auto* event = std::get_if<chat::GreetingRecord>(&record)) {
        if (!is_after || event->at >= before) greetings[event->unique_id] = event->at;
      } else {
        const auto& set = std::get<chat::AgentStatusRecord>(record);
        if (!is_after || set.at >= before) statuses[set.agent_id].insert(set.at);
      }
    }
  };
  add(first, false);
  std::erase_if(chats, [&](const auto& one) { return one.second < before; });
  std::erase_if(greetings, [&](const auto& one) { return one.second < before; });
  for (auto& [agent, times] : statuses) {
    auto kept = times.lower_bound(before);
    if (kept != times.begin()) --kept;
    times.erase(times.begin(), kept);
  }
  add(second_half, true);
  std::multiset<Instant> expected;
  for (const auto& [id, start] : chats) expected.insert(start);
  std::multiset<Instant> found;
  for (const auto& [number, thread] : view.of(license).threads) found.insert(thread.started_at);
  RC_ASSERT(found == expected);
  std::map<std::string, Instant> found_greetings;
  for (const auto& [key, event] : view.of(license).greetings) found_greetings[key.first] = event.at;
  RC_ASSERT(found_greetings == greetings);
  std::map<std::string, std::set<Instant>> found_statuses;
  for (const auto& [key, set] : view.of(license).statuses) {
    found_statuses[key.first].insert(key.second);
  }
  RC_ASSERT(found_statuses == statuses);
  View newcomer;
  newcomer.follow(*store);
  RC_ASSERT(newcomer.of(license) == view.of(license));
  RC_ASSERT(store->find_damage()->is_none());
}

}  // namespace
}  // namespace chatreports::store
