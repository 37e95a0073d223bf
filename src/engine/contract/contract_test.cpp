// Tests that every engine must pass.

#include <gtest/gtest.h>

#include "chat/ids.h"
#include "engine/contract/engines.h"
#include "report/plan_text.h"
#include "time/rfc3339.h"

namespace chatreports::engine {
namespace {

using report::Column;
using report::Field;
using report::Plan;

// A copy of a cell of a ChatsTable.
struct Cell {
  std::uint32_t bucket = 0;
  std::optional<report::Value> group;
  std::vector<report::Sum> figures;
  bool operator==(const Cell&) const = default;
};

class Contract : public testing::TestWithParam<contract::EngineUnderTest> {
 protected:
  void put(std::int64_t license, std::int64_t thread, chat::Thread facts,
           std::optional<Instant> previous_started_at = std::nullopt) {
    const chat::Change change{{++number_},
                              {license},
                              chat::ThreadChange{{thread}, previous_started_at, std::move(facts)}};
    ASSERT_TRUE(engine_->apply(std::span(&change, 1)));
  }

  report::DeparturesTable departures(const Plan& plan) {
    return std::get<report::DeparturesTable>(*engine_->run(plan));
  }

  std::vector<Cell> chats(const Plan& plan) {
    const report::Table table = *engine_->run(plan);
    std::vector<Cell> cells;
    for (const report::ChatsCell cell : std::get<report::ChatsTable>(table)) {
      cells.push_back({cell.bucket, {}, {cell.figures.begin(), cell.figures.end()}});
      if (cell.group != nullptr) cells.back().group = *cell.group;
    }
    return cells;
  }

  std::unique_ptr<Engine> engine_ = GetParam().open();
  std::int64_t number_ = 0;
};

Instant at(const char* text) {
  return parse_rfc3339(text)->instant;
}

chat::Thread thread_at(const char* started_at) {
  chat::Thread thread;
  thread.started_at = at(started_at);
  return thread;
}

Plan count_by_day(const char* from, const char* to) {
  return {{1},
          report::ChatsSource{std::nullopt, {{Column::count, {}}}},
          false,
          {},
          *Buckets::make(Zone::utc(), {at(from), at(to)}, Distribution::day)};
}

TEST_P(Contract, NothingIsKnownAtFirst) {
  EXPECT_TRUE(chats(count_by_day("2021-04-08T00:00:00Z", "2021-04-09T23:59:59Z")).empty());
  EXPECT_EQ(engine_->applied(), ChangeNumber{0});
}

TEST_P(Contract, BothEndsOfTheRangeBelongToIt) {
  put(1, 1, thread_at("2021-04-08T00:00:00Z"));
  put(1, 2, thread_at("2021-04-08T23:59:59.999999Z"));
  put(1, 3, thread_at("2021-04-09T12:00:00Z"));
  put(1, 4, thread_at("2021-04-09T12:00:00.000001Z"));
  put(1, 5, thread_at("2021-04-07T23:59:59.999999Z"));
  const std::vector<Cell> expected = {{0, std::nullopt, {2}}, {1, std::nullopt, {1}}};
  EXPECT_EQ(chats(count_by_day("2021-04-08T00:00:00Z", "2021-04-09T12:00:00Z")), expected);
  EXPECT_EQ(engine_->applied(), ChangeNumber{5});
}

TEST_P(Contract, LicencesDoNotMix) {
  put(1, 1, thread_at("2021-04-08T00:00:00Z"));
  put(2, 2, thread_at("2021-04-08T00:00:00Z"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T12:00:00Z");
  EXPECT_EQ(chats(plan)[0].figures[0], 1);
  plan.license = {2};
  EXPECT_EQ(chats(plan)[0].figures[0], 1);
  plan.license = {3};
  EXPECT_TRUE(chats(plan).empty());
}

TEST_P(Contract, TheContentOfALicenceIsThatOfItsChats) {
  EXPECT_EQ(engine_->content({1}), LicenseContent{});
  chat::Thread first = thread_at("2021-04-08T12:00:00Z");
  first.properties = {{"a", "b", true}, {"shop", "plan", std::string("pro")}};
  put(1, 1, first);
  put(1, 2, thread_at("2021-04-09T12:00:00Z"));
  chat::Thread moved = thread_at("2021-04-06T12:00:00Z");
  moved.properties = {{"a", "b", false}, {"a", "c", std::int64_t{1}}};
  put(1, 2, moved, at("2021-04-09T12:00:00Z"));
  put(2, 3, thread_at("2022-01-01T00:00:00Z"));
  const LicenseContent expected{2,
                                TimeRange{at("2021-04-06T12:00:00Z"), at("2021-04-08T12:00:00Z")},
                                {{"a", "b"}, {"a", "c"}, {"shop", "plan"}},
                                engine_->content({1}).last_change};
  EXPECT_EQ(engine_->content({1}), expected);
  EXPECT_EQ(engine_->content({2}).chats, 1U);
  EXPECT_LE(engine_->content({1}).last_change, engine_->applied());
  EXPECT_EQ(engine_->content({2}).last_change, engine_->applied());
}

TEST_P(Contract, AChangedThreadIsCountedOnceAndWhereItIsNow) {
  put(1, 1, thread_at("2021-04-08T10:00:00Z"));
  put(1, 2, thread_at("2021-04-08T11:00:00Z"));
  put(1, 1, thread_at("2021-04-09T10:00:00Z"), at("2021-04-08T10:00:00Z"));
  const std::vector<Cell> expected = {{0, std::nullopt, {1}}, {1, std::nullopt, {1}}};
  EXPECT_EQ(chats(count_by_day("2021-04-08T00:00:00Z", "2021-04-09T23:00:00Z")), expected);
}

TEST_P(Contract, AChatCountsUnderEachOfItsValues) {
  chat::Thread both = thread_at("2021-04-08T10:00:00Z");
  both.tags = {"sales", "spam"};
  chat::Thread one = thread_at("2021-04-08T11:00:00Z");
  one.tags = {"spam"};
  put(1, 1, both);
  put(1, 2, one);
  put(1, 3, thread_at("2021-04-08T12:00:00Z"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:00:00Z");
  std::get<report::ChatsSource>(plan.source).group_by = Field::tag();
  const std::vector<Cell> expected = {{0, report::Value("sales"), {1}},
                                      {0, report::Value("spam"), {2}}};
  EXPECT_EQ(chats(plan), expected);
}

TEST_P(Contract, AChatPickedByOtherThingsThanItsStartCountsInTheNearestBucket) {
  chat::Thread before = thread_at("2021-04-01T10:00:00Z");
  before.greeting = chat::Greeting{5, at("2021-04-08T10:00:00Z")};
  chat::Thread after = thread_at("2021-04-20T10:00:00Z");
  after.greeting = chat::Greeting{5, at("2021-04-08T10:00:00Z")};
  put(1, 1, before);
  put(1, 2, after);
  put(1, 3, thread_at("2021-04-08T12:00:00Z"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-10T23:00:00Z");
  plan.any_start = true;
  plan.predicate = report::Predicate::that(report::GreetingSent{plan.buckets.range()});
  const std::vector<Cell> expected = {{0, std::nullopt, {1}}, {2, std::nullopt, {1}}};
  EXPECT_EQ(chats(plan), expected);
}

TEST_P(Contract, SumsDoNotOverflow) {
  chat::Thread absurd = thread_at("0001-01-01T00:00:00Z");
  absurd.duration = latest_instant - earliest_instant;
  for (std::int64_t thread = 1; thread <= 100; ++thread) put(1, thread, absurd);
  Plan plan = count_by_day("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z");
  std::get<report::ChatsSource>(plan.source).measures = {{Column::duration, {}}};
  EXPECT_TRUE(chats(plan)[0].figures[0] == report::Sum{absurd.duration.count()} * 100);
}

TEST_P(Contract, TheHourOfTheDayIsSummedOverTheDays) {
  put(1, 1, thread_at("2021-04-08T13:10:00Z"));
  put(1, 2, thread_at("2021-04-09T13:50:00Z"));
  put(1, 3, thread_at("2021-04-09T00:00:00Z"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-10T23:00:00Z");
  plan.buckets = *Buckets::make(Zone::utc(), plan.buckets.range(), Distribution::hour);
  const std::vector<Cell> expected = {{0, std::nullopt, {1}}, {13, std::nullopt, {2}}};
  EXPECT_EQ(chats(plan), expected);
}

TEST_P(Contract, SubmissionsCountUnderEachGroup) {
  chat::Thread thread = thread_at("2021-04-08T13:10:00Z");
  thread.groups = {3, 8};
  thread.submissions = {{"10", chat::SurveyType::pre_chat, thread.started_at, {"q:0", "q:1"}}};
  put(1, 1, thread);
  thread.groups = {};
  put(1, 2, thread);
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:00:00Z");
  plan.source = report::SubmissionsSource{};
  const std::vector<report::SubmissionsCell> expected = {
      {0, "10", "", 1}, {0, "10", "q:0", 1}, {0, "10", "q:1", 1},
      {3, "10", "", 1}, {3, "10", "q:0", 1}, {3, "10", "q:1", 1},
      {8, "10", "", 1}, {8, "10", "q:0", 1}, {8, "10", "q:1", 1},
  };
  EXPECT_EQ(std::get<std::vector<report::SubmissionsCell>>(*engine_->run(plan)), expected);
}

TEST_P(Contract, AReplacedGreetingEventCountsOnce) {
  const chat::GreetingRecord first{5, "u", chat::GreetingEvent::displayed, 1,
                                   at("2021-04-08T10:00:00Z")};
  chat::GreetingRecord second = first;
  second.greeting_id = 6;
  const chat::Change changes[] = {{{1}, {1}, chat::GreetingChange{std::nullopt, first}},
                                  {{2}, {1}, chat::GreetingChange{first, second}}};
  ASSERT_TRUE(engine_->apply(std::span(changes, 1)));
  ASSERT_TRUE(engine_->apply(std::span(changes + 1, 1)));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:00:00Z");
  plan.source = report::GreetingEventsSource{};
  const std::vector<report::GreetingEventsCell> expected = {{0, 6, 1, 0, 0}};
  EXPECT_EQ(std::get<std::vector<report::GreetingEventsCell>>(*engine_->run(plan)), expected);
}

chat::Change status(std::int64_t number, const char* agent_id, chat::AgentStatus set,
                    const char* when) {
  return {{number}, {1}, chat::StatusChange{{agent_id, set, at(when)}}};
}

TEST_P(Contract, TimesOfAgentsThatOverlapCountOnceUntilNow) {
  using enum chat::AgentStatus;
  const chat::Change changes[] = {
      status(1, "ann", accepting_chats, "2021-04-08T10:00:00Z"),
      status(2, "bob", accepting_chats, "2021-04-08T11:00:00Z"),
      status(3, "ann", not_accepting_chats, "2021-04-08T12:00:00Z"),
      status(4, "bob", offline, "2021-04-08T12:30:00Z"),
      status(5, "ann", accepting_chats, "2021-04-08T23:00:00Z"),
      // Late news that divide one time: ann was away for half an hour.
      status(6, "ann", offline, "2021-04-08T10:15:00Z"),
      status(7, "ann", accepting_chats, "2021-04-08T10:45:00Z"),
  };
  for (const chat::Change& change : changes) ASSERT_TRUE(engine_->apply(std::span(&change, 1)));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-09T23:59:59Z");
  constexpr Duration minute = std::chrono::minutes(1);
  plan.source = report::StatusTimesSource{accepting_chats, false, at("2021-04-09T01:00:00Z")};
  const std::vector<report::TimesCell> together = {{0, "", 180 * minute}, {1, "", 60 * minute}};
  EXPECT_EQ(std::get<std::vector<report::TimesCell>>(*engine_->run(plan)), together);
  plan.source = report::StatusTimesSource{accepting_chats, true, at("2021-04-09T01:00:00Z")};
  const std::vector<report::TimesCell> apart = {
      {0, "ann", 150 * minute}, {0, "bob", 90 * minute}, {1, "ann", 60 * minute}};
  EXPECT_EQ(std::get<std::vector<report::TimesCell>>(*engine_->run(plan)), apart);
}

chat::Change removal(std::int64_t number, chat::Removal what) {
  return {{number}, {1}, std::move(what)};
}

TEST_P(Contract, ARemovedThreadIsInNoReport) {
  put(1, 1, thread_at("2021-04-08T10:00:00Z"));
  put(1, 2, thread_at("2021-04-08T11:00:00Z"));
  put(2, 1, thread_at("2021-04-08T10:00:00Z"));
  const chat::Change removed[] = {removal(4, chat::ThreadRemoval{{1}}),
                                  removal(5, chat::ThreadRemoval{{9}})};
  ASSERT_TRUE(engine_->apply(removed));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:00:00Z");
  EXPECT_EQ(chats(plan)[0].figures[0], 1);
  EXPECT_EQ(engine_->applied(), ChangeNumber{5});
  EXPECT_EQ(engine_->content({1}).last_change, ChangeNumber{5});
  plan.license = {2};
  EXPECT_EQ(chats(plan)[0].figures[0], 1);
  // It comes again.
  number_ = 5;
  put(1, 3, thread_at("2021-04-08T10:00:00Z"));
  plan.license = {1};
  EXPECT_EQ(chats(plan)[0].figures[0], 2);
}

TEST_P(Contract, ARemovalOfTheTimeBeforeLeavesWhatBeginsThen) {
  using enum chat::AgentStatus;
  put(1, 1, thread_at("2021-04-07T23:59:59.999999Z"));
  put(1, 2, thread_at("2021-04-08T00:00:00Z"));
  put(1, 3, thread_at("2021-04-06T10:00:00Z"));
  const auto displayed = [](const char* id, const char* when) {
    return chat::GreetingChange{std::nullopt,
                                {5, id, chat::GreetingEvent::displayed, std::nullopt, at(when)}};
  };
  const chat::Change changes[] = {{{4}, {1}, displayed("a", "2021-04-07T23:59:59Z")},
                                  {{5}, {1}, displayed("b", "2021-04-08T00:00:00Z")},
                                  status(6, "ann", accepting_chats, "2021-04-06T10:00:00Z"),
                                  status(7, "ann", offline, "2021-04-06T11:00:00Z"),
                                  status(8, "ann", accepting_chats, "2021-04-07T23:00:00Z"),
                                  status(9, "ann", offline, "2021-04-08T01:00:00Z"),
                                  removal(10, chat::TimeRemoval{at("2021-04-08T00:00:00Z")}),
                                  {{11}, {1}, displayed("c", "2021-04-06T00:00:00Z")}};
  ASSERT_TRUE(engine_->apply(changes));
  Plan plan = count_by_day("2021-04-06T00:00:00Z", "2021-04-08T23:00:00Z");
  const std::vector<Cell> one_chat = {{2, std::nullopt, {1}}};
  EXPECT_EQ(chats(plan), one_chat);
  plan.source = report::GreetingEventsSource{};
  const std::vector<report::GreetingEventsCell> events = {{0, 5, 1, 0, 0}, {2, 5, 1, 0, 0}};
  EXPECT_EQ(std::get<std::vector<report::GreetingEventsCell>>(*engine_->run(plan)), events);
  // The status that held then was set an hour before, and stays.
  constexpr Duration hour = std::chrono::hours(1);
  plan.source = report::StatusTimesSource{accepting_chats, true, at("2021-04-09T00:00:00Z")};
  const std::vector<report::TimesCell> times = {{1, "ann", hour}, {2, "ann", hour}};
  EXPECT_EQ(std::get<std::vector<report::TimesCell>>(*engine_->run(plan)), times);
  plan.source = report::StatusTimesSource{accepting_chats, false, at("2021-04-09T00:00:00Z")};
  const std::vector<report::TimesCell> together = {{1, "", hour}, {2, "", hour}};
  EXPECT_EQ(std::get<std::vector<report::TimesCell>>(*engine_->run(plan)), together);
}

TEST_P(Contract, ARemovedAgentHasNoStatuses) {
  using enum chat::AgentStatus;
  const chat::Change changes[] = {
      status(1, "ann", accepting_chats, "2021-04-08T10:00:00Z"),
      status(2, "ann", offline, "2021-04-08T11:00:00Z"),
      status(3, "bob", accepting_chats, "2021-04-08T10:30:00Z"),
      status(4, "bob", offline, "2021-04-08T10:40:00Z"),
      removal(5, chat::AgentRemoval{chat::author_id_of(chat::author_digest("ann"))}),
  };
  ASSERT_TRUE(engine_->apply(changes));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:59:59Z");
  for (const bool by_agent : {false, true}) {
    plan.source = report::StatusTimesSource{accepting_chats, by_agent, at("2021-04-09T00:00:00Z")};
    const std::vector<report::TimesCell> of_bob = {
        {0, by_agent ? "bob" : "", std::chrono::minutes(10)}};
    EXPECT_EQ(std::get<std::vector<report::TimesCell>>(*engine_->run(plan)), of_bob);
  }
}

TEST_P(Contract, ChattingInSeveralChatsCountsOnce) {
  const auto chat_of_ann = [](const char* start, const char* from, const char* to) {
    chat::Thread thread = thread_at(start);
    thread.agents = {"ann"};
    thread.chatting = {{"ann", at(from), at(to)}};
    return thread;
  };
  put(1, 1, chat_of_ann("2021-04-07T10:00:00Z", "2021-04-07T23:00:00Z", "2021-04-08T02:00:00Z"));
  put(1, 2, chat_of_ann("2021-04-08T01:00:00Z", "2021-04-08T01:00:00Z", "2021-04-08T03:00:00Z"));
  put(1, 3, chat_of_ann("2021-04-08T01:30:00Z", "2021-04-08T05:00:00Z", "2021-04-09T05:00:00Z"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T06:00:00Z");
  plan.source = report::ChattingTimesSource{};
  plan.any_start = true;
  plan.buckets = Buckets::whole(plan.buckets.range());
  const std::vector<report::TimesCell> expected = {
      {0, "ann", at("2021-04-08T04:00:00Z") - at("2021-04-08T00:00:00Z")}};
  EXPECT_EQ(std::get<std::vector<report::TimesCell>>(*engine_->run(plan)), expected);
}

chat::Thread queued_at(const char* started_at, chat::QueueOutcome outcome, std::int64_t seconds) {
  chat::Thread thread = thread_at(started_at);
  thread.queue =
      chat::Queue{outcome, thread.started_at, Duration{seconds * microseconds_per_second}};
  return thread;
}

TEST_P(Contract, TheLeastAndTheGreatestAreThoseOfTheChatsThatCount) {
  using enum chat::QueueOutcome;
  constexpr std::int64_t second = microseconds_per_second;
  put(1, 1, queued_at("2021-04-08T10:00:00Z", entered, 30));
  put(1, 2, queued_at("2021-04-08T11:00:00Z", entered, 4));
  put(1, 3, queued_at("2021-04-08T12:00:00Z", left, 2));
  put(1, 4, queued_at("2021-04-09T12:00:00Z", left, 0));
  put(1, 5, thread_at("2021-04-09T13:00:00Z"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-09T23:00:00Z");
  const report::Predicate have_entered = report::Predicate::that(
      report::HasAny{Field::queue_outcome(), {static_cast<std::int64_t>(entered)}});
  report::ChatsSource source{std::nullopt,
                             {{Column::count, {}},
                              {Column::queue_wait, have_entered, report::Aggregate::minimum},
                              {Column::queue_wait, have_entered, report::Aggregate::maximum},
                              {Column::queue_wait, {}, report::Aggregate::minimum},
                              {Column::queue_wait, {}, report::Aggregate::sum}}};
  plan.source = source;
  const std::vector<Cell> together = {
      {0, std::nullopt, {3, 4 * second, 30 * second, 2 * second, 36 * second}},
      {1, std::nullopt, {2, 0, 0, 0, 0}}};
  EXPECT_EQ(chats(plan), together);
  source.group_by = Field::queue_outcome();
  plan.source = source;
  const std::vector<Cell> apart = {
      {0, report::Value(std::int64_t{0}), {1, 0, 0, 2 * second, 2 * second}},
      {0, report::Value(std::int64_t{1}), {2, 4 * second, 30 * second, 4 * second, 34 * second}},
      {1, report::Value(std::int64_t{0}), {1, 0, 0, 0, 0}}};
  EXPECT_EQ(chats(plan), apart);
  // A cell of which every figure is 0 is left out.
  plan.source = report::ChatsSource{Field::queue_outcome(),
                                    {{Column::queue_wait, {}, report::Aggregate::minimum}}};
  const std::vector<Cell> not_zero = {{0, report::Value(std::int64_t{0}), {2 * second}},
                                      {0, report::Value(std::int64_t{1}), {4 * second}}};
  EXPECT_EQ(chats(plan), not_zero);
}

TEST_P(Contract, DeparturesAreListedByStartAndThread) {
  using enum chat::QueueOutcome;
  const auto left_by = [](const char* started_at, const std::string& thread_id) {
    chat::Thread thread = queued_at(started_at, left, 9);
    thread.queue->thread_id = thread_id;
    thread.queue->chat_id = "C" + thread_id;
    thread.queue->customer = chat::CustomerDigest{1, 2};
    return thread;
  };
  chat::Thread with_form = left_by("2021-04-08T10:00:00Z", "b");
  with_form.submissions = {{"10", chat::SurveyType::pre_chat, with_form.started_at, {}}};
  with_form.groups = {3, 7};
  chat::Thread post_chat = left_by("2021-04-08T10:00:00Z", "a");
  post_chat.submissions = {{"10", chat::SurveyType::post_chat, with_form.started_at, {}}};
  put(1, 1, with_form);
  put(1, 2, post_chat);
  put(1, 3, queued_at("2021-04-08T11:00:00Z", entered, 4));
  put(1, 4, left_by("2021-04-10T11:00:00Z", "c"));
  put(2, 5, left_by("2021-04-08T11:00:00Z", "d"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-09T23:00:00Z");
  plan.source = report::DeparturesSource{};
  plan.buckets = Buckets::whole(plan.buckets.range());
  const Instant start = at("2021-04-08T10:00:00Z");
  const Duration waited{9 * microseconds_per_second};
  const chat::CustomerDigest customer{1, 2};
  const report::DepartureCell a{start, "a", "Ca", customer, 0, start, waited, false};
  const report::DepartureCell b{start, "b", "Cb", customer, 3, start, waited, true};
  EXPECT_EQ(departures(plan), (report::DeparturesTable{2, 1, {a, b}}));
  plan.predicate = report::Predicate::that(report::HasAny{Field::group(), {std::int64_t{7}}});
  EXPECT_EQ(departures(plan), (report::DeparturesTable{1, 0, {b}}));
  plan.predicate = {};
  plan.source = report::DeparturesSource{.page = 2, .page_size = 1};
  EXPECT_EQ(departures(plan), (report::DeparturesTable{2, 1, {b}}));
  plan.source = report::DeparturesSource{.page = 3, .page_size = 1};
  EXPECT_EQ(departures(plan), (report::DeparturesTable{2, 1, {}}));
  plan.source = report::DeparturesSource{.page = INT64_MAX, .page_size = 1};
  EXPECT_EQ(departures(plan), (report::DeparturesTable{2, 1, {}}));
}

TEST_P(Contract, OfAChatThatWasLeftTwiceTheLastDepartureIsListed) {
  const auto left_by = [](const char* started_at, const char* thread_id, const char* chat_id) {
    chat::Thread thread = queued_at(started_at, chat::QueueOutcome::left, 9);
    thread.queue->thread_id = thread_id;
    thread.queue->chat_id = chat_id;
    return thread;
  };
  put(1, 1, left_by("2021-04-08T10:00:00Z", "a", "C1"));
  put(1, 2, left_by("2021-04-08T11:00:00Z", "b", "C2"));
  put(1, 3, left_by("2021-04-08T11:00:00Z", "d", ""));
  put(1, 4, left_by("2021-04-08T11:00:00Z", "c", ""));
  put(1, 5, left_by("2021-04-08T12:00:00Z", "f", "C1"));
  put(1, 6, left_by("2021-04-08T12:00:00Z", "e", "C1"));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:00:00Z");
  plan.buckets = Buckets::whole(plan.buckets.range());
  const auto threads_of_page = [&](std::int64_t page) {
    plan.source = report::DeparturesSource{page, 2};
    const report::DeparturesTable table = departures(plan);
    EXPECT_EQ(table.departures, 4);
    std::string threads;
    for (const report::DepartureCell& cell : table.page) threads += cell.thread_id;
    return threads;
  };
  EXPECT_EQ(threads_of_page(1), "bc");
  EXPECT_EQ(threads_of_page(2), "df");
  EXPECT_EQ(threads_of_page(3), "");
}

// Returns a plan of each source, for facts that give several cells for each.
std::vector<Plan> plans_of_all_sources() {
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-09T23:59:59Z");
  std::vector<Plan> plans;
  const auto add = [&](report::Source source) {
    plan.source = std::move(source);
    plans.push_back(plan);
  };
  add(report::ChatsSource{Field::tag(), {{Column::count, {}}}});
  add(report::SubmissionsSource{});
  add(report::DeparturesSource{});
  add(report::GreetingEventsSource{});
  add(report::StatusTimesSource{chat::AgentStatus::accepting_chats, true, latest_instant});
  plan.buckets = Buckets::whole(plan.buckets.range());
  add(report::ChattingTimesSource{});
  return plans;
}

void put_facts_of_all_sources(Engine& engine) {
  std::vector<chat::Change> changes;
  const auto add = [&changes](decltype(chat::Change::what) what) {
    const auto number = static_cast<std::int64_t>(changes.size() + 1);
    changes.push_back({{number}, {1}, std::move(what)});
  };
  for (std::int64_t day = 0; day < 2; ++day) {
    const Instant start =
        at("2021-04-08T10:00:00Z") + Duration{day * 86'400 * microseconds_per_second};
    chat::Thread thread;
    thread.started_at = start;
    thread.tags = {"sales", "spam"};
    thread.agents = {"ann", "bob"};
    thread.chatting = {{"ann", start, start + Duration{1'000}},
                       {"bob", start, start + Duration{1'000}}};
    thread.submissions = {{"10", chat::SurveyType::pre_chat, start, {"q:0", "q:1"}}};
    thread.queue = chat::Queue{chat::QueueOutcome::left, start, Duration{5}, "T"};
    thread.queue->chat_id = std::to_string(day);
    add(chat::ThreadChange{{day + 1}, std::nullopt, thread});
    for (const std::int64_t greeting : {5, 6}) {
      const std::string id = std::to_string(day) + "-" + std::to_string(greeting);
      add(chat::GreetingChange{std::nullopt,
                               {greeting, id, chat::GreetingEvent::displayed, 1, start}});
    }
    for (const char* agent : {"ann", "bob"}) {
      add(chat::StatusChange{{agent, chat::AgentStatus::accepting_chats, start}});
    }
  }
  ASSERT_TRUE(engine.apply(changes));
}

TEST_P(Contract, ARemovedLicenceHasNothing) {
  put_facts_of_all_sources(*engine_);
  put(2, 1, thread_at("2021-04-08T10:00:00Z"));
  const chat::Change removed = removal(100, chat::LicenseRemoval{});
  ASSERT_TRUE(engine_->apply(std::span(&removed, 1)));
  for (const Plan& plan : plans_of_all_sources()) {
    EXPECT_EQ(std::visit([](const auto& rows) { return rows.size(); }, *engine_->run(plan)), 0U)
        << report::plan_text(plan);
  }
  EXPECT_EQ(engine_->content({1}).chats, 0U);
  EXPECT_EQ(engine_->content({1}).last_change, ChangeNumber{100});
  EXPECT_EQ(engine_->content({2}).chats, 1U);
}

TEST_P(Contract, AQuestionThatIsGivenUpHasNoAnswer) {
  put_facts_of_all_sources(*engine_);
  for (const Plan& plan : plans_of_all_sources()) {
    const std::stop_source abandoned;
    abandoned.request_stop();
    Allowance for_nobody(abandoned.get_token(), {}, SIZE_MAX, 1);
    Result<report::Table> table = engine_->run(plan, for_nobody);
    ASSERT_FALSE(table) << report::plan_text(plan);
    EXPECT_EQ(table.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(for_nobody.end(), Allowance::End::abandoned);

    Allowance late({}, [] { return std::chrono::microseconds(-1); }, SIZE_MAX, 1);
    EXPECT_FALSE(engine_->run(plan, late)) << report::plan_text(plan);
    EXPECT_EQ(late.end(), Allowance::End::too_late);
    EXPECT_EQ(late.time_left(), std::chrono::microseconds(-1));
    EXPECT_EQ(for_nobody.time_left(), std::nullopt);
    // The next run is whole: nothing of the one that was given up is remembered.
    Allowance in_time({}, [] { return std::chrono::microseconds(1); }, SIZE_MAX, 1);
    table = engine_->run(plan, in_time);
    ASSERT_TRUE(table) << report::plan_text(plan);
    EXPECT_EQ(*table, *engine_->run(plan));
  }
}

TEST_P(Contract, ATableThatNoAnswerCanHoldIsNotMade) {
  put_facts_of_all_sources(*engine_);
  for (const Plan& plan : plans_of_all_sources()) {
    const report::Table whole = *engine_->run(plan);
    const std::size_t cells = std::visit([](const auto& rows) { return rows.size(); }, whole);
    ASSERT_GE(cells, 2) << report::plan_text(plan);
    Allowance just_enough({}, {}, cells * 100, 100);
    EXPECT_TRUE(engine_->run(plan, just_enough)) << report::plan_text(plan);
    Allowance too_little({}, {}, cells * 100 - 1, 100);
    EXPECT_FALSE(engine_->run(plan, too_little)) << report::plan_text(plan);
    EXPECT_EQ(too_little.end(), Allowance::End::too_large);
  }
}

TEST_P(Contract, ChatsThatAreFarApartAreFoundInTheirBuckets) {
  const char* starts[] = {"0001-01-01T00:30:00Z", "0001-01-01T13:30:00Z", "0800-06-01T13:00:00Z",
                          "2021-04-08T13:59:59Z", "9999-12-31T23:59:59Z"};
  for (std::int64_t thread = 0; thread < 5; ++thread) put(1, thread, thread_at(starts[thread]));
  Plan plan = count_by_day("2021-04-08T00:00:00Z", "2021-04-08T23:00:00Z");
  plan.buckets =
      *Buckets::make(Zone::utc(), {earliest_instant, latest_instant}, Distribution::hour);
  const std::vector<Cell> expected = {
      {0, std::nullopt, {1}}, {13, std::nullopt, {3}}, {23, std::nullopt, {1}}};
  EXPECT_EQ(chats(plan), expected);
}

INSTANTIATE_TEST_SUITE_P(Engines, Contract, testing::ValuesIn(contract::engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace chatreports::engine
