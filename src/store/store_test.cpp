#include "store/store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "chat/record_size.h"
#include "store/sqlite.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using chat::AchievementKind;
using chat::GreetingEvent;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr LicenseId license{1};
constexpr LicenseId other_license{2};

std::unique_ptr<Store> open(const TemporaryFolder& folder) {
  auto store = Store::open(folder.data());
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

chat::ChatRecord chat(const std::string& thread_id, std::int64_t started_at) {
  chat::ChatRecord record;
  record.thread_id = thread_id;
  record.thread.from_chat_record = true;
  record.thread.started_at = from_unix_microseconds(started_at);
  return record;
}

chat::ChatRecord chat_with_greeting(const std::string& thread_id, const std::string& unique_id) {
  auto record = chat(thread_id, 100);
  record.thread.properties = {{"lc2", "greeting_id", std::int64_t{5}},
                              {"lc2", "greeting_unique_id", unique_id}};
  return record;
}

chat::GreetingRecord displayed(const std::string& unique_id, std::int64_t at) {
  return {5, unique_id, GreetingEvent::displayed, std::nullopt, from_unix_microseconds(at)};
}

// Written and unchanged records.
std::pair<std::uint64_t, std::uint64_t> write(Store& store, LicenseId of,
                                              std::vector<chat::Record> records) {
  const auto summary = store.write(of, records);
  if (!summary) throw std::runtime_error(summary.error().message);
  return {summary->written, summary->unchanged};
}

constexpr std::pair<std::uint64_t, std::uint64_t> one_written{1, 0};
constexpr std::pair<std::uint64_t, std::uint64_t> one_unchanged{0, 1};

std::vector<chat::Change> replay(Store& store, std::int64_t after = 0) {
  std::vector<chat::Change> all;
  const auto done = store.replay({after}, 100, [&](std::span<const chat::Change> changes) {
    all.insert(all.end(), changes.begin(), changes.end());
    return Result<void>();
  });
  if (!done) throw std::runtime_error(done.error().message);
  return all;
}

const chat::ThreadChange& thread_of(const chat::Change& change) {
  return std::get<chat::ThreadChange>(change.what);
}

TEST(Store, is_empty_at_first_and_closed_to_others) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  EXPECT_EQ(store->last_change()->value, 0);
  EXPECT_THAT(replay(*store), IsEmpty());
  EXPECT_FALSE(store->agent_timezone(license, "a")->has_value());
  EXPECT_FALSE(store->has_records(license).value());
  write(*store, license, {chat("t", 1)});
  EXPECT_TRUE(store->has_records(license).value());
  EXPECT_FALSE(store->has_records({license.value + 1}).value());
  for (const auto& entry : std::filesystem::directory_iterator(folder.data())) {
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u) << entry.path();
  }
}

TEST(Store, writing_known_records_changes_nothing) {
  const TemporaryFolder folder;
  const std::vector<chat::Record> records = {
      chat_with_greeting("t", "u"),
      chat::AchievementRecord{AchievementKind::goal, "t", 7, from_unix_microseconds(3)},
      chat::AchievementRecord{AchievementKind::sale, "unknown", 7, {}},
      displayed("u", 5),
      chat::AgentRecord{"a", "Anna", "Europe/Warsaw", std::vector<std::int64_t>{1, 2}},
      chat::GroupRecord{1, "Sales"},
      chat::AgentStatusRecord{"a", chat::AgentStatus::accepting_chats, from_unix_microseconds(9)}};
  const auto store = open(folder);
  EXPECT_EQ(write(*store, license, records), std::pair(7ul, 0ul));
  const auto last = *store->last_change();
  const auto before = replay(*store);
  EXPECT_EQ(write(*store, license, records), std::pair(0ul, 7ul));
  EXPECT_EQ(write(*open(folder), license, records), std::pair(0ul, 7ul));
  EXPECT_EQ(store->last_change(), last);
  EXPECT_EQ(replay(*store), before);
  EXPECT_EQ(write(*store, other_license, records), std::pair(7ul, 0ul));
}

TEST(Store, a_thread_may_occur_many_times_in_one_write) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  EXPECT_EQ(write(*store, license,
                  {chat::AchievementRecord{AchievementKind::goal, "t", 7, {}}, chat("t", 10),
                   chat("t", 20), chat("t", 20),
                   chat::AchievementRecord{AchievementKind::goal, "t", 8, {}}}),
            std::pair(4ul, 1ul));
  const auto changes = replay(*store);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].number.value, 4);
  EXPECT_EQ(thread_of(changes[0]).thread.value, 1);  // its first record
  EXPECT_EQ(unix_microseconds(thread_of(changes[0]).facts.started_at), 20);
  EXPECT_THAT(thread_of(changes[0]).facts.goals, ElementsAre(7, 8));
}

TEST(Store, replays_by_license_then_threads_by_start_then_greetings_by_time) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  write(*store, other_license, {chat("a", 5), displayed("u", 1)});
  write(*store, license, {chat("late", 30), chat("early", 10), chat("also early", 10)});
  write(*store, license, {displayed("v", 9), displayed("w", 8)});
  std::vector<std::string> order;
  for (const auto& change : replay(*store)) {
    const auto* thread = std::get_if<chat::ThreadChange>(&change.what);
    order.push_back(thread != nullptr
                        ? fmt::format("{}: {} {}", change.license.value,
                                      unix_microseconds(thread->facts.started_at),
                                      thread->thread.value)
                        : fmt::format("{}: {}", change.license.value,
                                      std::get<chat::GreetingChange>(change.what).event.unique_id));
  }
  EXPECT_THAT(order,
              ElementsAre("1: 10 4", "1: 10 5", "1: 30 3", "1: w", "1: v", "2: 5 1", "2: u"));
}

TEST(Store, replays_agents_and_their_statuses_as_they_are_now) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  using chat::AgentStatus;
  write(*store, license, {chat::AgentRecord{"ann", "Ann", {}, {{1, 2}}}});  // 1
  write(*store, license,
        {chat::AgentStatusRecord{"ann", AgentStatus::accepting_chats,
                                 from_unix_microseconds(20)}});  // 2
  write(*store, license,
        {chat::AgentStatusRecord{"bob", AgentStatus::accepting_chats,
                                 from_unix_microseconds(10)}});  // 3
  write(*store, license,
        {chat::AgentStatusRecord{"ann", AgentStatus::offline, from_unix_microseconds(20)}});  // 4
  write(*store, license, {chat::AgentRecord{"ann", {}, "Europe/Warsaw", {}}});                // 5
  const chat::Change ann{{5}, license, chat::AgentChange{"ann", {1, 2}}};
  const chat::Change ann_left{
      {4}, license, chat::StatusChange{{"ann", AgentStatus::offline, from_unix_microseconds(20)}}};
  const chat::Change bob_came{
      {3},
      license,
      chat::StatusChange{{"bob", AgentStatus::accepting_chats, from_unix_microseconds(10)}}};
  EXPECT_THAT(replay(*store), ElementsAre(ann, bob_came, ann_left));
  EXPECT_THAT(replay(*store, 3), ElementsAre(ann, ann_left));
  EXPECT_THAT(replay(*store, 5), IsEmpty());
}

TEST(Store, replay_returns_the_start_of_a_thread_at_that_change) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  write(*store, license, {chat::AchievementRecord{AchievementKind::goal, "t", 7, {}}});  // 1
  write(*store, license, {chat("t", 10)});                                               // 2
  write(*store, license, {chat("t", 20)});                                               // 3
  write(*store, license, {chat("t", 30)});                                               // 4
  const auto previous = [&](std::int64_t after) {
    return thread_of(replay(*store, after).at(0)).previous_started_at;
  };
  EXPECT_EQ(previous(0), std::nullopt);
  EXPECT_EQ(previous(1), std::nullopt);  // known, but in no report yet
  EXPECT_EQ(previous(2), from_unix_microseconds(10));
  EXPECT_EQ(previous(3), from_unix_microseconds(20));
  EXPECT_THAT(replay(*store, 4), IsEmpty());
}

TEST(Store, replay_returns_the_greeting_event_that_was_replaced) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  for (const std::int64_t at : {10, 20, 30}) write(*store, license, {displayed("u", at)});
  const auto previous = [&](std::int64_t after) {
    return std::get<chat::GreetingChange>(replay(*store, after).at(0).what).previous;
  };
  EXPECT_EQ(previous(0), std::nullopt);
  EXPECT_EQ(previous(1), displayed("u", 10));
  EXPECT_EQ(previous(2), displayed("u", 20));
}

TEST(Store, a_goal_waits_for_its_chat) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  write(*store, license,
        {chat::AchievementRecord{AchievementKind::goal, "t", 7, from_unix_microseconds(3)}});
  EXPECT_THAT(replay(*store), IsEmpty());
  EXPECT_EQ(store->last_change()->value, 1);
  write(*store, license, {chat("t", 10)});
  EXPECT_THAT(thread_of(replay(*store).at(0)).facts.goals, ElementsAre(7));
}

TEST(Store, a_greeting_gives_its_time_to_its_chats) {
  for (const bool greeting_first : {true, false}) {
    const TemporaryFolder folder;
    const auto store = open(folder);
    if (greeting_first) write(*store, license, {displayed("u", 50)});
    write(*store, license, {chat_with_greeting("t", "u"), chat_with_greeting("s", "other")});
    write(*store, other_license, {chat_with_greeting("t", "u")});
    if (!greeting_first) write(*store, license, {displayed("u", 50)});

    const auto sent_at = [&](std::size_t place) {
      return unix_microseconds(thread_of(replay(*store).at(place)).facts.greeting->sent_at);
    };
    EXPECT_EQ(sent_at(greeting_first ? 0 : 1), 100 - (greeting_first ? 50 : 0));
    EXPECT_EQ(sent_at(greeting_first ? 1 : 0), greeting_first ? 100 : 50);
    EXPECT_EQ(unix_microseconds(thread_of(replay(*store).back()).facts.greeting->sent_at), 100);
  }
}

TEST(Store, a_greeting_that_moves_updates_its_chats) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  write(*store, license, {displayed("u", 50), chat_with_greeting("t", "u"), displayed("u", 60)});
  const auto sent_at = [&] {
    return unix_microseconds(thread_of(replay(*store).at(0)).facts.greeting->sent_at);
  };
  EXPECT_EQ(sent_at(), 60);
  write(*store, license,
        {chat::GreetingRecord{5, "u", GreetingEvent::canceled, {}, from_unix_microseconds(70)}});
  EXPECT_EQ(sent_at(), 60);
  write(*store, license, {chat_with_greeting("t", "not displayed")});
  EXPECT_EQ(sent_at(), 100);
  write(*store, license, {displayed("u", 80)});
  EXPECT_EQ(sent_at(), 100);
  write(*store, license, {chat_with_greeting("t", "u")});
  EXPECT_EQ(sent_at(), 80);
}

TEST(Store, a_later_agent_record_replaces_the_fields_that_it_has) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", {}, "Europe/Warsaw", {}}}), one_written);
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", "Anna", {}, {}}}), one_written);
  EXPECT_EQ(store->agent_timezone(license, "a").value(), "Europe/Warsaw");
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", {}, {}, {}}}), one_unchanged);
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", {}, "Asia/Tokyo", {}}}), one_written);
  EXPECT_EQ(store->agent_timezone(license, "a").value(), "Asia/Tokyo");
  using Groups = std::vector<std::int64_t>;
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", {}, {}, Groups{}}}), one_written);
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", {}, {}, Groups{}}}), one_unchanged);
  EXPECT_EQ(write(*store, license, {chat::AgentRecord{"a", {}, {}, Groups{4}}}), one_written);
  EXPECT_FALSE(store->agent_timezone(other_license, "a")->has_value());
  EXPECT_EQ(store->last_change()->value, 5);

  EXPECT_EQ(write(*store, license, {chat::GroupRecord{1, {}}}), one_written);
  EXPECT_EQ(write(*store, license, {chat::GroupRecord{1, "Sales"}}), one_written);
  EXPECT_EQ(write(*store, license, {chat::GroupRecord{1, {}}}), one_unchanged);
}

// The groups of each agent in a replay.
std::map<std::string, std::vector<std::int64_t>> groups_of_agents(Store& store) {
  std::map<std::string, std::vector<std::int64_t>> groups;
  for (const chat::Change& change : replay(store)) {
    if (const auto* agent = std::get_if<chat::AgentChange>(&change.what)) {
      groups[agent->agent_id] = agent->groups;
    }
  }
  return groups;
}

TEST(Store, an_agent_is_in_the_groups_of_its_record_and_of_group_webhooks) {
  using Groups = std::map<std::string, std::vector<std::int64_t>>;
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto update = [](std::int64_t group, std::vector<std::string> members, std::int64_t at) {
    return chat::GroupRecord{group, {}, std::move(members), {from_unix_microseconds(at), false}};
  };
  write(*store, license, {chat::AgentRecord{"a", {}, {}, {{1}}}, update(2, {"a", "b"}, 10)});
  EXPECT_EQ(groups_of_agents(*store), (Groups{{"a", {1, 2}}, {"b", {2}}}));
  EXPECT_EQ(write(*store, license, {update(2, {"a", "b"}, 10)}), one_unchanged);
  const auto before = *store->last_change();
  write(*store, license, {update(2, {"b", "c"}, 20), update(1, {"b"}, 20)});
  EXPECT_EQ(groups_of_agents(*store), (Groups{{"a", {1}}, {"b", {1, 2}}, {"c", {2}}}));
  EXPECT_EQ(replay(*store, before.value).size(), 3u);
  // A late older webhook changes nothing, nor does one without members; a record changes its own
  // groups.
  EXPECT_EQ(write(*store, license, {update(2, {"a"}, 19)}), one_unchanged);
  write(*store, license,
        {chat::GroupRecord{2, "Sales"}, chat::AgentRecord{"b", {}, {}, std::vector<std::int64_t>{}},
         chat::AgentRecord{"c", {}, {}, {{7}}}});
  EXPECT_EQ(groups_of_agents(*store), (Groups{{"a", {1}}, {"b", {1, 2}}, {"c", {2, 7}}}));
  write(*store, license, {update(2, {}, 20)});
  EXPECT_EQ(groups_of_agents(*open(folder)), (Groups{{"a", {1}}, {"b", {1}}, {"c", {7}}}));
}

TEST(Store, a_deleted_agent_keeps_its_groups_and_goes_offline) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto update = [](chat::AgentUpdate what, std::int64_t at) {
    return chat::AgentRecord{"a", {}, {}, {}, what, {from_unix_microseconds(at), false}};
  };
  write(*store, license,
        {chat::AgentRecord{"a", {}, {}, {{1, 2}}}, update(chat::AgentUpdate::suspended, 10),
         update(chat::AgentUpdate::named, 15), update(chat::AgentUpdate::deleted, 20)});
  EXPECT_EQ(groups_of_agents(*store).at("a"), (std::vector<std::int64_t>{1, 2}));
  std::vector<std::int64_t> offline_at;
  for (const chat::Change& change : replay(*store)) {
    if (const auto* status = std::get_if<chat::StatusChange>(&change.what)) {
      EXPECT_EQ(status->status.status, chat::AgentStatus::offline);
      offline_at.push_back(unix_microseconds(status->status.at));
    }
  }
  EXPECT_EQ(offline_at, (std::vector<std::int64_t>{10, 20}));
}

TEST(Store, a_bot_stays_a_bot) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  chat::AgentRecord bot{"helper", {}, {}, {}};
  bot.is_bot = true;
  write(*store, license, {bot, chat::AgentRecord{"helper", "Helper", {}, {}}});
  std::vector<chat::Record> read;
  ASSERT_TRUE(store->export_records(license, [&](std::span<const chat::Record> records) {
    read.insert(read.end(), records.begin(), records.end());
    return Result<void>();
  }));
  bot.name = "Helper";
  EXPECT_THAT(read, ElementsAre(chat::Record(bot)));
}

TEST(Store, a_status_at_the_same_time_replaces_the_other) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  chat::AgentStatusRecord status{"a", chat::AgentStatus::accepting_chats,
                                 from_unix_microseconds(9)};
  EXPECT_EQ(write(*store, license, {status}), one_written);
  EXPECT_EQ(write(*store, license, {status}), one_unchanged);
  status.status = chat::AgentStatus::offline;
  EXPECT_EQ(write(*store, license, {status}), one_written);
  EXPECT_EQ(write(*store, license, {status}), one_unchanged);
  status.at = from_unix_microseconds(10);
  EXPECT_EQ(write(*store, license, {status}), one_written);
}

// Ids that were still in memory are read again from the rows.
TEST(Store, an_import_that_ends_early_loses_no_id) {
  const TemporaryFolder folder;
  const std::vector<chat::Record> records = {chat("t", 1), chat_with_greeting("s", "u"),
                                             displayed("v", 5)};
  {
    const auto store = open(folder);
    write(*store, license, {chat("before", 1)});
    ASSERT_TRUE(store->begin_import());
    EXPECT_EQ(write(*store, license, records), std::pair(3ul, 0ul));
    EXPECT_EQ(write(*store, license, records), std::pair(0ul, 3ul));
  }
  const auto indexed = [&folder] {
    auto database = Database::open(folder.data() + "/chatreports.sqlite");
    return database->integer("SELECT value FROM counters WHERE name = 'indexed'");
  };
  EXPECT_EQ(indexed(), 1);
  const auto store = open(folder);
  EXPECT_EQ(write(*store, license, records), std::pair(0ul, 3ul));
  EXPECT_EQ(indexed(), 4);
  write(*store, license, {displayed("u", 40)});
  EXPECT_EQ(unix_microseconds(thread_of(replay(*store, 4).at(0)).facts.greeting->sent_at), 40);
}

TEST(Store, an_import_that_ends_early_loses_no_greeting_of_an_older_chat) {
  const TemporaryFolder folder;
  {
    const auto store = open(folder);
    write(*store, license, {chat("t", 100)});
    ASSERT_TRUE(store->begin_import());
    EXPECT_EQ(write(*store, license, {chat_with_greeting("t", "u")}), one_written);
  }
  const auto store = open(folder);
  write(*store, license, {displayed("u", 40)});
  EXPECT_EQ(unix_microseconds(thread_of(replay(*store, 2).at(0)).facts.greeting->sent_at), 40);
}

TEST(Store, an_import_of_known_records_changes_nothing) {
  const TemporaryFolder folder;
  std::vector<chat::Record> records;
  for (int number = 0; number < 30'000; ++number) {
    records.emplace_back(chat(fmt::format("{}", number), number));
  }
  const std::span<const chat::Record> all = records;
  const auto write = [](Store& store, std::span<const chat::Record> some) {
    const auto summary = store.write(license, some);
    return summary ? static_cast<std::int64_t>(summary->written) : -1;
  };
  {
    const auto store = open(folder);
    EXPECT_EQ(write(*store, all.first(10'000)), 10'000u);
  }
  const auto store = open(folder);
  ASSERT_TRUE(store->begin_import(1'000));
  EXPECT_EQ(write(*store, all.first(20'000)), 10'000u);
  EXPECT_EQ(write(*store, all), 10'000u);
  EXPECT_EQ(write(*store, all), 0u);
  ASSERT_TRUE(store->end_import());
  EXPECT_EQ(write(*store, all), 0u);
  EXPECT_EQ(store->last_change()->value, 30'000);
}

// All of them have one digest.
TEST(Store, many_chats_may_come_from_one_greeting) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  constexpr std::size_t count = chat::max_threads_of_record;
  std::vector<chat::Record> records;
  for (std::size_t number = 0; number < count; ++number) {
    records.emplace_back(chat_with_greeting(fmt::format("{}", number), "u"));
  }
  ASSERT_TRUE(store->begin_import());
  EXPECT_EQ(write(*store, license, records), std::pair(count, std::size_t{0}));
  EXPECT_EQ(write(*store, license, records), std::pair(std::size_t{0}, count));
  ASSERT_TRUE(store->end_import());
  EXPECT_EQ(write(*store, license, records), std::pair(std::size_t{0}, count));
  EXPECT_EQ(write(*store, license, {displayed("u", 50)}), one_written);
  const auto changes = replay(*store, static_cast<std::int64_t>(count));
  EXPECT_EQ(changes.size(), count + 1);
  EXPECT_EQ(unix_microseconds(thread_of(changes.at(0)).facts.greeting->sent_at), 50);
}

TEST(Store, lists_the_agents_and_groups_of_a_licence) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  EXPECT_EQ(store->team(license).value(), chat::Team{});
  chat::AgentRecord bot{"z", "Robot", {}, {}};
  bot.is_bot = true;
  chat::GroupRecord sales{7, "Sales"};
  sales.members = {"member"};
  write(*store, license,
        {chat::AgentRecord{"b", "Bob", {}, {}}, bot, sales, chat::GroupRecord{2, {}}});
  write(*store, other_license, {chat::AgentRecord{"c", {}, {}, {}}});
  const chat::Team team{{{"b", "Bob", false}, {"member", {}, false}, {"z", "Robot", true}},
                        {{2, {}}, {7, "Sales"}}};
  EXPECT_EQ(store->team(license).value(), team);
}

TEST(Store, ids_are_any_bytes) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const std::string with_zero("t\0a", 3);
  EXPECT_EQ(write(*store, license,
                  {chat("", 1), chat("t", 1), chat(with_zero, 1),
                   chat("'; DROP TABLE threads;--", 1), chat("T", 1), chat("t ", 1)}),
            std::pair(6ul, 0ul));
  EXPECT_EQ(write(*store, license, {chat(with_zero, 1), chat("", 1)}), std::pair(0ul, 2ul));
}

TEST(Store, batches_are_bounded_and_end_with_the_first_error) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  std::vector<chat::Record> records;
  for (int number = 0; number < 7; ++number)
    records.emplace_back(chat(fmt::format("{}", number), 1));
  write(*store, license, records);
  std::vector<std::size_t> sizes;
  ASSERT_TRUE(store->replay({}, 3, [&](std::span<const chat::Change> changes) {
    sizes.push_back(changes.size());
    return Result<void>();
  }));
  EXPECT_THAT(sizes, ElementsAre(3, 3, 1));
  sizes.clear();
  const auto stopped = store->replay({}, 3, [&](std::span<const chat::Change> changes) {
    sizes.push_back(changes.size());
    return Result<void>(invalid("enough"));
  });
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().message, "enough");
  EXPECT_THAT(sizes, ElementsAre(3));
  EXPECT_EQ(write(*store, license, {chat("new", 1)}), one_written);
}

TEST(Store, a_replay_is_of_one_moment) {
  const TemporaryFolder folder;
  const auto writer = open(folder);
  const auto reader = open(folder);
  write(*writer, license, {chat("a", 1), chat("b", 2), chat("c", 3)});
  std::vector<std::int64_t> seen;
  ASSERT_TRUE(reader->replay({}, 1, [&](std::span<const chat::Change> changes) {
    write(*writer, license, {chat("c", 99), chat("d", 4)});
    seen.push_back(unix_microseconds(thread_of(changes[0]).facts.started_at));
    return Result<void>();
  }));
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
}

TEST(Store, many_can_open_a_new_folder_at_once) {
  const TemporaryFolder folder;
  std::vector<std::string> errors(8);
  std::vector<std::thread> threads;
  for (std::string& error : errors) {
    threads.emplace_back([&] {
      const auto store = Store::open(folder.data());
      if (!store) error = store.error().message;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(errors, testing::Each(""));
}

// Files that were made from the changes depend on it.
TEST(Origins, say_whether_changes_are_still_those_of_the_store) {
  const TemporaryFolder folder;
  const auto open = [&folder] { return *Store::open(folder.data()); };
  const auto write = [](Store& store, std::int64_t group) {
    const std::vector<chat::Record> records{chat::GroupRecord{group, "name"}};
    ASSERT_TRUE(store.write({1}, records).has_value());
  };
  std::int64_t first = 0;
  {
    const auto store = open();
    first = *store->origin();
    EXPECT_EQ(*store->origin(), first);
    EXPECT_EQ(store->knows(first, {0}), true);
    EXPECT_EQ(store->knows(first + 1, {0}), false);
    write(*store, 1);
    write(*store, 2);
    EXPECT_EQ(store->knows(first, {2}), true);
    EXPECT_EQ(store->knows(first, {3}), false) << "it has not come so far";
  }
  {
    const auto store = open();
    write(*store, 3);
    EXPECT_NE(*store->origin(), first);
    EXPECT_EQ(store->knows(first, {2}), true);
    EXPECT_EQ(store->knows(*store->origin(), {3}), true);
    EXPECT_EQ(store->knows(*store->origin(), {1}), false);
    EXPECT_EQ(store->knows(first, {3}), false) << "that change has another origin";
  }
  const std::string file = folder.data() + "/chatreports.sqlite";
  std::filesystem::copy(file, folder.path() + "/backup");
  std::int64_t lost = 0;
  {
    const auto store = open();
    write(*store, 4);
    lost = *store->origin();
  }
  std::filesystem::copy(folder.path() + "/backup", file,
                        std::filesystem::copy_options::overwrite_existing);
  const auto store = open();
  EXPECT_EQ(store->knows(lost, {4}), false);
  write(*store, 5);
  EXPECT_EQ(store->knows(lost, {4}), false) << "the store has another fourth change";
  EXPECT_EQ(store->knows(first, {2}), true);
}

}  // namespace
}  // namespace chatreports::store
