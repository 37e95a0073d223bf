#include "generate/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "chat/derive.h"
#include "chat/merge.h"
#include "generate/arrivals.h"
#include "generate/identifiers.h"
#include "ingest/parse_record.h"
#include "time/rfc3339.h"
#include "time/zone.h"

namespace chatreports::generate {
namespace {

using namespace std::chrono_literals;

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

Options options_of(std::uint64_t chats, int days, int agents, std::uint64_t seed = 1) {
  Options options;
  options.chats = chats;
  options.days = days;
  options.agents = agents;
  options.seed = seed;
  options.end = parse_rfc3339("2021-05-01T00:00:00Z").value().instant;
  return options;
}

std::string generated(const Options& options) {
  std::string all;
  generate(options, [&all](std::string_view lines) {
    all += lines;
    return true;
  });
  return all;
}

// The records that the product reads in the lines. Each must be accepted.
std::vector<chat::Record> records_in(std::string_view lines) {
  std::vector<chat::Record> found;
  ingest::RecordParser parser;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    parser.parse(line, [&](Result<chat::Record> record) {
      if (record) {
        found.push_back(std::move(*record));
      } else {
        ADD_FAILURE() << record.error().message << ": " << line;
      }
    });
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return found;
}

template <class Kind>
std::vector<Kind> only(const std::vector<chat::Record>& records) {
  std::vector<Kind> found;
  for (const chat::Record& record : records) {
    if (const auto* wanted = std::get_if<Kind>(&record)) found.push_back(*wanted);
  }
  return found;
}

std::vector<chat::ChatRecord> chats_of(const Options& options) {
  return only<chat::ChatRecord>(records_in(generated(options)));
}

// When a record's line should stand; agents and groups are of no time.
std::optional<Instant> time_of(const chat::Record& record) {
  if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) return chat->thread.started_at;
  if (const auto* status = std::get_if<chat::AgentStatusRecord>(&record)) return status->at;
  if (const auto* greeting = std::get_if<chat::GreetingRecord>(&record)) return greeting->at;
  if (const auto* reached = std::get_if<chat::AchievementRecord>(&record)) return reached->at;
  return {};
}

bool has_property(const chat::ThreadRecord& thread, std::string_view name_space,
                  std::string_view name, const std::optional<chat::Value>& value = {}) {
  return std::ranges::any_of(thread.properties, [&](const chat::Property& property) {
    return property.name_space == name_space && property.name == name &&
           (!value || property.value == *value);
  });
}

// How many of a thousand chats are so.
template <class Condition>
std::size_t per_mille(const std::vector<chat::ChatRecord>& chats, Condition condition) {
  const auto count = std::ranges::count_if(
      chats, [&](const chat::ChatRecord& chat) { return condition(chat.thread); });
  return static_cast<std::size_t>(count) * 1'000 / chats.size();
}

template <class Number>
auto is_between(Number least, Number most) {
  return AllOf(Ge(least), Le(most));
}

const std::vector<chat::Record>& month_of_records() {
  static const std::vector<chat::Record> records = records_in(generated(options_of(6'000, 30, 7)));
  return records;
}

const std::vector<chat::ChatRecord>& month_of_chats() {
  static const auto chats = only<chat::ChatRecord>(month_of_records());
  return chats;
}

TEST(Generator, TheSameOptionsMakeTheSameBytes) {
  EXPECT_EQ(generated(options_of(500, 10, 5, 3)), generated(options_of(500, 10, 5, 3)));
}

TEST(Generator, AnotherSeedMakesOthers) {
  EXPECT_NE(generated(options_of(500, 10, 5, 3)), generated(options_of(500, 10, 5, 4)));
}

TEST(Generator, TheBytesAreTheSameOnEveryMachine) {
  std::uint64_t digest = 0xcbf29ce484222325;  // FNV-1a
  for (const char byte : generated(options_of(2'000, 30, 7, 3))) {
    digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  // Changes with every change of what is made up; then it must be the same for each compiler.
  EXPECT_EQ(digest, 543642968041920165u);
}

TEST(Generator, MakesAsManyChatsAsAskedFor) {
  for (const std::uint64_t chats : {0, 1, 2, 23, 167, 169, 5'000}) {
    EXPECT_THAT(chats_of(options_of(chats, 7, 3)), SizeIs(chats));
  }
}

TEST(Generator, TakesOddOptions) {
  EXPECT_THAT(chats_of(options_of(10, 1, 1)), SizeIs(10));
  EXPECT_THAT(chats_of(options_of(300, 2, 1'000)), SizeIs(300));
  EXPECT_THAT(chats_of(options_of(3, 4'000, 2)), SizeIs(3));
  EXPECT_THAT(chats_of(options_of(50'000, 1, 2)), SizeIs(50'000));
}

TEST(Generator, BeginsWithTheGroupsAndTheAgents) {
  const auto records = records_in(generated(options_of(100, 2, 12)));
  const auto agents = only<chat::AgentRecord>(records);
  ASSERT_THAT(agents, SizeIs(12));
  EXPECT_EQ(agents[0].id, "agent001@example.com");
  EXPECT_EQ(agents[11].id, "agent012@example.com");
  const auto groups = only<chat::GroupRecord>(records);
  EXPECT_EQ(groups[0], (chat::GroupRecord{0, "General"}));
  for (const chat::AgentRecord& agent : agents) {
    EXPECT_THAT(agent.groups->size(), is_between(1u, 2u));
    EXPECT_TRUE(Zone::named(*agent.timezone)) << *agent.timezone;
    for (const std::int64_t group : *agent.groups) {
      EXPECT_THAT(groups, Contains(Field(&chat::GroupRecord::id, group)));
    }
  }
  for (std::size_t i = 0; i < agents.size() + groups.size(); ++i) {
    EXPECT_FALSE(time_of(records[i]).has_value());
  }
}

TEST(Generator, IsInOrderOfTimeAndInRange) {
  const Options options = options_of(6'000, 30, 7);
  Instant last = options.end - std::chrono::days(30);
  for (const chat::Record& record : month_of_records()) {
    const auto at = time_of(record);
    if (!at) continue;
    EXPECT_GE(*at, last);
    last = *at;
  }
  EXPECT_LT(last, options.end);
}

TEST(Generator, NothingIsOfTheFuture) {
  Options options = options_of(4'000, 1, 3);
  options.end = parse_rfc3339("2021-04-08T10:17:23.5Z").value().instant;
  std::size_t going_on = 0;
  for (const chat::ChatRecord& chat : chats_of(options)) {
    EXPECT_LT(chat.thread.ended_at.value_or(chat.thread.started_at), options.end);
    for (const chat::Event& event : chat.thread.events) EXPECT_LT(event.created_at, options.end);
    for (const chat::Achievement& goal : chat.thread.goals) EXPECT_LT(goal.at, options.end);
  }
  const std::string lines = generated(options);
  for (std::size_t at = 0; (at = lines.find(R"("active":true)", at + 1)) != std::string::npos;) {
    ++going_on;
  }
  EXPECT_THAT(going_on, is_between(10u, 1'000u));
}

TEST(Generator, TheEventsOfAChatAreInOrderAndWithinIt) {
  for (const chat::ChatRecord& chat : month_of_chats()) {
    Instant last = chat.thread.started_at;
    for (const chat::Event& event : chat.thread.events) {
      EXPECT_GE(event.created_at, last);
      last = event.created_at;
    }
    EXPECT_GE(chat.thread.ended_at.value_or(last), last);
  }
}

TEST(Generator, NoTwoChatsShareAnId) {
  std::set<std::string> ids;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    EXPECT_THAT(chat.thread_id, SizeIs(10));
    EXPECT_TRUE(ids.insert(chat.thread_id).second) << chat.thread_id;
  }
}

TEST(Identifiers, NeverMeet) {
  const Identifiers identifiers(1);
  constexpr std::uint64_t all = 3'656'158'440'062'976;  // 36^10
  std::set<std::string> ids;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    for (const std::uint64_t number : {i, all - 1 - i, all / 20'000 * i + 50'000}) {
      ids.insert(std::string(identifiers.of(Identifiers::Kind::thread, number).text()));
    }
  }
  EXPECT_THAT(ids, SizeIs(60'000));
}

TEST(Generator, StopsWhereNothingMoreIsTaken) {
  int calls = 0;
  generate(options_of(50'000, 30, 7), [&calls](std::string_view) { return ++calls < 3; });
  EXPECT_EQ(calls, 3);
}

TEST(Generator, HandsOverWholeLinesInModestPieces) {
  generate(options_of(5'000, 30, 7), [](std::string_view lines) {
    EXPECT_EQ(lines.back(), '\n');
    EXPECT_LT(lines.size(), std::size_t{256} << 10);
    return true;
  });
}

TEST(Generator, OfficeHoursAreBusierThanNightsAndWeekends) {
  std::map<bool, int> by_weekend;
  int day = 0;
  int night = 0;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    const auto midnight = std::chrono::floor<std::chrono::days>(chat.thread.started_at);
    ++by_weekend[std::chrono::weekday(midnight).iso_encoding() >= 6];
    const auto time = chat.thread.started_at - midnight;
    if (8h <= time && time < 16h) ++day;
    if (time < 6h) ++night;
  }
  EXPECT_GT(by_weekend[false], 4 * by_weekend[true]);
  EXPECT_GT(day, 8 * night);
  EXPECT_GT(night, 0);
}

TEST(Generator, ChatsAreOfManyKinds) {
  const auto& chats = month_of_chats();
  using Thread = chat::ThreadRecord;
  EXPECT_THAT(per_mille(chats,
                        [](const Thread& thread) {
                          return has_property(thread, "routing", "continuous", true);
                        }),
              is_between(60u, 100u));
  EXPECT_THAT(per_mille(chats, [](const Thread& thread) { return thread.agents.size() > 1; }),
              is_between(90u, 140u));
  EXPECT_THAT(
      per_mille(chats, [](const Thread& thread) { return !chat::derive(thread).first_response; }),
      is_between(40u, 70u));
  EXPECT_THAT(per_mille(chats,
                        [](const Thread& thread) {
                          return chat::derive(thread).started_by == chat::StartedBy::agent;
                        }),
              is_between(14u, 30u));
  EXPECT_THAT(per_mille(chats,
                        [](const Thread& thread) {
                          return chat::greeting_id(thread) && chat::greeting_unique_id(thread);
                        }),
              is_between(150u, 210u));
  EXPECT_THAT(per_mille(chats,
                        [](const Thread& thread) {
                          return has_property(thread, "rating", "score", std::int64_t{1});
                        }),
              is_between(200u, 250u));
  EXPECT_THAT(per_mille(chats,
                        [](const Thread& thread) {
                          return has_property(thread, "rating", "score", std::int64_t{0});
                        }),
              is_between(20u, 45u));
  EXPECT_THAT(
      per_mille(chats,
                [](const Thread& thread) { return has_property(thread, "rating", "comment"); }),
      is_between(30u, 70u));
  EXPECT_THAT(per_mille(chats, [](const Thread& thread) { return !thread.tags.empty(); }),
              is_between(700u, 800u));
}

TEST(Generator, SurveysOfBothKindsAreAnsweredInManyForms) {
  std::map<chat::SurveyType, std::size_t> chats;
  std::map<std::string, std::set<std::string>> answers;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    for (const chat::SurveySubmission& submission : chat::derive(chat.thread).submissions) {
      ++chats[submission.type];
      answers[submission.form_id].insert(submission.answers.begin(), submission.answers.end());
    }
  }
  const std::size_t all = month_of_chats().size();
  EXPECT_THAT(chats[chat::SurveyType::pre_chat], is_between(all * 12 / 100, all * 18 / 100));
  EXPECT_THAT(chats[chat::SurveyType::post_chat], is_between(all * 4 / 100, all * 8 / 100));
  EXPECT_THAT(answers, SizeIs(5));
  for (const auto& [form, chosen] : answers) EXPECT_GE(chosen.size(), 3u) << form;
}

TEST(Generator, FieldsAndChosenAnswersHaveLabels) {
  std::set<std::string> fields;
  std::set<std::string> answers;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    for (const chat::FormLabel& label : chat.labels) {
      EXPECT_FALSE(label.label.empty());
      (label.answer_id.empty() ? fields : answers).insert(label.label);
    }
  }
  EXPECT_THAT(fields, AllOf(SizeIs(12), Contains("How was the chat?")));
  EXPECT_THAT(answers, AllOf(SizeIs(26), Contains("Very good")));
}

TEST(Generator, CustomersAreOfManyCountriesAndMostlyOfFew) {
  std::map<std::string, std::size_t> countries;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    ++countries[std::string(chat::derive(chat.thread).country.code())];
  }
  EXPECT_THAT(countries, SizeIs(41));
  const std::size_t all = month_of_chats().size();
  EXPECT_THAT(countries[""], is_between(all * 14 / 1'000, all * 26 / 1'000));
  EXPECT_THAT(countries["US"], is_between(all * 20 / 100, all * 26 / 100));
  EXPECT_LT(countries["CL"], all / 50);
}

std::vector<chat::Thread> threads_of(const std::vector<chat::ChatRecord>& chats,
                                     bool (*condition)(const chat::Thread&)) {
  std::vector<chat::Thread> threads;
  for (const chat::ChatRecord& chat : chats) {
    chat::Thread thread = chat::derive(chat.thread);
    if (condition(thread)) threads.push_back(std::move(thread));
  }
  return threads;
}

bool is_queued(const chat::Thread& thread) {
  return thread.queue.has_value();
}

TEST(Generator, ChatsAreQueuedWhenTheTeamIsBusy) {
  const auto queued_per_mille = [](bool busy) {
    std::vector<chat::ChatRecord> chats;
    for (const chat::ChatRecord& chat : month_of_chats()) {
      if (is_busy(chat.thread.started_at) == busy) chats.push_back(chat);
    }
    EXPECT_GT(chats.size(), 1'000u);
    return threads_of(chats, is_queued).size() * 1'000 / chats.size();
  };
  EXPECT_THAT(queued_per_mille(true), is_between(110u, 140u));
  EXPECT_THAT(queued_per_mille(false), is_between(12u, 40u));
}

TEST(Generator, AFifthOfTheCustomersLeaveTheQueue) {
  std::size_t put_back = 0;
  std::size_t left = 0;
  std::vector<std::int64_t> seconds;
  const std::vector<chat::Thread> threads = threads_of(month_of_chats(), is_queued);
  for (const chat::Thread& thread : threads) {
    EXPECT_GE(thread.queue->began_at, thread.started_at);
    const bool was_put_back = thread.queue->began_at > thread.started_at;
    if (was_put_back) ++put_back;
    if (thread.queue->outcome == chat::QueueOutcome::left) {
      ++left;
      EXPECT_TRUE(thread.queue->customer.has_value());
      EXPECT_EQ(thread.agents.empty(), !was_put_back);
    } else {
      EXPECT_THAT(thread.agents, Not(IsEmpty()));
      seconds.push_back(thread.queue->waited.count() / microseconds_per_second);
    }
  }
  EXPECT_THAT(left, is_between(threads.size() * 15 / 100, threads.size() * 25 / 100));
  EXPECT_THAT(put_back, is_between(10u, 80u));
  std::ranges::sort(seconds);
  EXPECT_GE(seconds.front(), 0);
  EXPECT_THAT(seconds[seconds.size() / 2], is_between(20, 120));
  EXPECT_THAT(seconds.back(), is_between(500, 2'200));
}

TEST(Generator, TheLengthOfAWaitIsToldOrFollowsFromEvents) {
  std::map<bool, std::size_t> told;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    if (chat::derive(chat.thread).queue) ++told[chat.thread.queues_duration.has_value()];
  }
  EXPECT_THAT(told[true], is_between(told[false] * 2, told[false] * 4));
}

TEST(Generator, EventsOfEveryTypeHappen) {
  std::set<chat::EventType> types;
  bool whisper = false;
  bool welcome = false;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    for (const chat::Event& event : chat.thread.events) {
      types.insert(event.type);
      whisper = whisper || !event.visible_to_customer;
      welcome = welcome || event.automatic_welcome;
    }
  }
  using chat::EventType;
  EXPECT_EQ(types, (std::set{EventType::message, EventType::file, EventType::form,
                             EventType::filled_form, EventType::rich_message, EventType::custom,
                             EventType::system_message, EventType::system}));
  EXPECT_TRUE(whisper);
  EXPECT_TRUE(welcome);
}

TEST(Generator, PropertiesAreOfEveryKind) {
  std::set<std::size_t> kinds;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    for (const chat::Property& property : chat.thread.properties) {
      if (property.name_space == "shop") kinds.insert(property.value.index());
    }
  }
  EXPECT_THAT(kinds, SizeIs(std::variant_size_v<chat::Value>));
}

TEST(Generator, AcceptedGreetingsWereDisplayedBefore) {
  std::map<std::string, chat::GreetingRecord> displayed;
  std::map<chat::GreetingEvent, std::size_t> events;
  for (const auto& record : only<chat::GreetingRecord>(month_of_records())) {
    ++events[record.event];
    if (record.event == chat::GreetingEvent::displayed) displayed[record.unique_id] = record;
  }
  std::size_t accepted = 0;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    const auto id = chat::greeting_unique_id(chat.thread);
    if (!id) continue;
    ++accepted;
    ASSERT_TRUE(displayed.contains(*id)) << *id;
    EXPECT_EQ(displayed[*id].greeting_id, chat::greeting_id(chat.thread));
    EXPECT_LE(displayed[*id].at, chat.thread.started_at);
  }
  EXPECT_EQ(displayed.size(), events[chat::GreetingEvent::displayed]);
  EXPECT_THAT(displayed.size(), is_between(accepted * 25 / 10, accepted * 35 / 10));
  EXPECT_THAT(events[chat::GreetingEvent::canceled],
              is_between(accepted * 8 / 10, accepted * 14 / 10));
  EXPECT_THAT(events[chat::GreetingEvent::goal], is_between(accepted / 10, accepted * 3 / 10));
}

TEST(Generator, GoalsAndSalesAreOfChatsThatWereWritten) {
  std::map<std::string, Instant> starts;
  std::size_t goals = 0;
  std::size_t sales = 0;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    starts[chat.thread_id] = chat.thread.started_at;
    goals += chat.thread.goals.size();
    sales += chat.thread.sales.size();
  }
  EXPECT_GT(goals, 0u);
  for (const auto& record : only<chat::AchievementRecord>(month_of_records())) {
    ASSERT_TRUE(starts.contains(record.thread_id));
    EXPECT_GT(record.at, starts[record.thread_id]);
    ++(record.kind == chat::AchievementKind::goal ? goals : sales);
  }
  const std::size_t all = month_of_chats().size();
  EXPECT_THAT(goals, is_between(all * 35 / 1'000, all * 65 / 1'000));
  EXPECT_THAT(sales, is_between(all * 12 / 1'000, all * 28 / 1'000));
}

TEST(Generator, WorkingDaysBeginWithAcceptingAndEndOffline) {
  std::map<std::string, std::vector<chat::AgentStatusRecord>> by_agent;
  for (const auto& record : only<chat::AgentStatusRecord>(month_of_records())) {
    by_agent[record.agent_id].push_back(record);
  }
  EXPECT_THAT(by_agent, SizeIs(7));
  for (const auto& [agent, statuses] : by_agent) {
    auto status = chat::AgentStatus::offline;
    std::size_t pauses = 0;
    std::size_t days = 0;
    for (const auto& record : statuses) {
      EXPECT_NE(record.status, status) << agent;
      if (record.status == chat::AgentStatus::not_accepting_chats) ++pauses;
      if (record.status == chat::AgentStatus::offline) {
        EXPECT_EQ(status, chat::AgentStatus::accepting_chats) << agent;
        ++days;
      }
      status = record.status;
    }
    EXPECT_EQ(status, chat::AgentStatus::offline) << agent;
    EXPECT_THAT(days, is_between(15u, 30u));
    EXPECT_THAT(pauses, is_between(2 * days, 3 * days));
  }
}

TEST(Generator, WaitsAreHeavyTailed) {
  std::vector<std::int64_t> seconds;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    const chat::Thread thread = chat::derive(chat.thread);
    if (thread.first_response) {
      seconds.push_back(thread.first_response->wait.count() / microseconds_per_second);
    }
  }
  std::ranges::sort(seconds);
  EXPECT_THAT(seconds[seconds.size() / 2], is_between(60, 400));
  EXPECT_GT(seconds[seconds.size() * 95 / 100], 1'000);
  EXPECT_GT(seconds.back(), 50'000);
}

TEST(Generator, SomeAgentsAndTagsAreMorePopularThanOthers) {
  std::map<std::string, int> agents;
  std::map<std::string, int> tags;
  for (const chat::ChatRecord& chat : month_of_chats()) {
    for (const std::string& agent : chat.thread.agents) ++agents[agent];
    for (const std::string& tag : chat.thread.tags) ++tags[tag];
  }
  EXPECT_THAT(agents, SizeIs(7));
  EXPECT_THAT(tags, SizeIs(50));
  EXPECT_GT(tags["order"], 5 * tags["wrong number"]);
}

}  // namespace
}  // namespace chatreports::generate
