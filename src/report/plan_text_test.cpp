#include "report/plan_text.h"

#include <gtest/gtest.h>

#include "time/rfc3339.h"

namespace chatreports::report {
namespace {

Instant at(const char* text) {
  return parse_rfc3339(text)->instant;
}

const TimeRange april{at("2021-04-01T00:00:00Z"), at("2021-04-30T23:59:59Z")};
const Field agent = Field::agent();
const Field tag = Field::tag();

TEST(PlanText, ShowsTheWholePlan) {
  const Plan plan{
      {7},
      ChatsSource{tag,
                  {{Column::count, {}},
                   {Column::duration, Predicate::not_that(HasEvery{tag, {std::string("a\"b")}})}}},
      true,
      Predicate::that(
          All{{Predicate::that(HasAny{Field::property("shop", "plan"), {true, std::int64_t{3}}}),
               Predicate::not_that(Exists{agent})}}),
      *Buckets::make(Zone::utc(), april, Distribution::day)};
  EXPECT_EQ(plan_text(plan),
            "license 7: chats by tag: count, duration where not (tag is every of [\"a\\\"b\"]); "
            "from 2021-04-01T00:00:00.000000Z to 2021-04-30T23:59:59.000000Z, 30 buckets, "
            "chats of any start; where (property \"shop\".\"plan\" is any of [true, 3] and "
            "not (agent exists))");
}

TEST(PlanText, ShowsEachSource) {
  const auto text_of = [](Source source) {
    const std::string text = plan_text({{1}, std::move(source), false, {}, Buckets::whole(april)});
    const std::size_t begin = text.find(": ") + 2;
    return text.substr(begin, text.find(';') - begin);
  };
  EXPECT_EQ(text_of(ChatsSource{std::nullopt, {{Column::response_time, {}}}}),
            "chats: response_time");
  EXPECT_EQ(text_of(SubmissionsSource{}), "survey submissions");
  EXPECT_EQ(text_of(GreetingEventsSource{april}),
            "greeting events from 2021-04-01T00:00:00.000000Z to 2021-04-30T23:59:59.000000Z");
  EXPECT_EQ(text_of(StatusTimesSource{chat::AgentStatus::not_accepting_chats, true, april.to}),
            "times of status not_accepting_chats by agent until 2021-04-30T23:59:59.000000Z");
  EXPECT_EQ(text_of(ChattingTimesSource{}), "chatting times");
}

TEST(PlanText, ShowsEachPredicate) {
  EXPECT_EQ(predicate_text({}), "true");
  EXPECT_EQ(predicate_text(Predicate::that(All{{Predicate::that(Exists{tag})}})), "tag exists");
  EXPECT_EQ(predicate_text(Predicate::that(Submitted{chat::SurveyType::post_chat, april,
                                                     std::vector<std::string>{"1:2"}, true})),
            "post_chat survey submitted from 2021-04-01T00:00:00.000000Z to "
            "2021-04-30T23:59:59.000000Z with none of [\"1:2\"]");
  EXPECT_EQ(predicate_text(Predicate::not_that(GreetingSent{april})),
            "not (greeting sent from 2021-04-01T00:00:00.000000Z to 2021-04-30T23:59:59.000000Z)");
}

TEST(PlanText, StaysOnOneLine) {
  const std::string text =
      predicate_text(Predicate::that(HasAny{tag, {std::string("a\nb\x1b[2J\xff")}}));
  EXPECT_EQ(text, "tag is any of [\"a?b?[2J?\"]");
}

}  // namespace
}  // namespace chatreports::report
