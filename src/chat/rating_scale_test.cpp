#include "chat/rating_scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/derive.h"

namespace chatreports::chat {
namespace {

constexpr RatingScale five{5, 4};

ChatRecord rated(std::vector<Property> properties) {
  ChatRecord chat{.thread_id = "T", .thread = {}};
  chat.thread.from_chat_record = true;
  chat.thread.properties = std::move(properties);
  return chat;
}

std::vector<Property> properties_after(std::vector<Property> properties) {
  Record record = rated(std::move(properties));
  rate(record, five);
  return std::get<ChatRecord>(record).thread.properties;
}

const Property good_from_four{"rating", "good_from", std::int64_t{4}};

Property score(Value value) {
  return {"rating", "score", std::move(value)};
}

TEST(RatingScale, IsKeptBesideEachRatingOnIt) {
  for (const std::int64_t rating : {0, 1, 4, 5}) {
    EXPECT_THAT(properties_after({score(rating)}),
                testing::ElementsAre(good_from_four, score(rating)));
  }
}

TEST(RatingScale, LeavesOtherRatingsAndPropertiesAlone) {
  EXPECT_THAT(properties_after({}), testing::IsEmpty());
  EXPECT_THAT(properties_after({score(std::int64_t{6})}),
              testing::ElementsAre(score(std::int64_t{6})));
  EXPECT_THAT(properties_after({score(std::int64_t{-1})}),
              testing::ElementsAre(score(std::int64_t{-1})));
  EXPECT_THAT(properties_after({score(std::string("4"))}),
              testing::ElementsAre(score(std::string("4"))));
  const Property comment{"rating", "comment", std::string("fine")};
  EXPECT_THAT(properties_after({comment, score(std::int64_t{5})}),
              testing::ElementsAre(comment, good_from_four, score(std::int64_t{5})));
}

TEST(RatingScale, ReplacesThatOfAnotherLicence) {
  const Property other{"rating", "good_from", std::int64_t{2}};
  EXPECT_THAT(properties_after({other, score(std::int64_t{3})}),
              testing::ElementsAre(good_from_four, score(std::int64_t{3})));
  EXPECT_THAT(properties_after({other, score(std::int64_t{9})}),
              testing::ElementsAre(score(std::int64_t{9})));
}

TEST(RatingScale, ComesWithTheWebhookThatRates) {
  const PropertyUpdate rates{Layer::chat, "rating", "score", std::int64_t{3}};
  const PropertyUpdate beside{Layer::chat, "rating", "good_from", std::int64_t{4}};
  Record record = WebhookRecord{.thread_id = "T", .updates = {rates}, .time = {}};
  for (int time = 0; time < 2; ++time) {
    rate(record, five);
    EXPECT_THAT(std::get<WebhookRecord>(record).updates,
                testing::ElementsAre(Update(rates), Update(beside)));
  }
  const PropertyUpdate wrong{Layer::thread, "rating", "score", std::int64_t{6}};
  const PropertyUpdate none{Layer::thread, "rating", "good_from", std::nullopt};
  record = WebhookRecord{.thread_id = "T", .updates = {wrong}, .time = {}};
  rate(record, five);
  EXPECT_THAT(std::get<WebhookRecord>(record).updates,
              testing::ElementsAre(Update(wrong), Update(none)));
}

TEST(RatingScale, SaysWhichRatingsAreGood) {
  const auto rating_of = [](Value value) {
    Record record = rated({score(std::move(value))});
    rate(record, five);
    return derive(std::get<ChatRecord>(record).thread).rating;
  };
  EXPECT_EQ(rating_of(std::int64_t{5}), Rating::good);
  EXPECT_EQ(rating_of(std::int64_t{4}), Rating::good);
  EXPECT_EQ(rating_of(std::int64_t{3}), Rating::bad);
  EXPECT_EQ(rating_of(std::int64_t{1}), Rating::bad);
  EXPECT_EQ(rating_of(std::int64_t{0}), Rating::bad);
  EXPECT_EQ(rating_of(std::int64_t{6}), std::nullopt);
  EXPECT_EQ(rating_of(true), std::nullopt);
}

}  // namespace
}  // namespace chatreports::chat
