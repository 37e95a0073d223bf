#include "api/tell_directory.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/fakes.h"
#include "base/product_version.h"
#include "engine/open.h"
#include "time/rfc3339.h"

namespace chatreports::api {
namespace {

class DirectoryTest : public testing::Test {
 protected:
  void add(std::int64_t number, const char* started_at, chat::Thread facts) {
    facts.started_at = parse_rfc3339(started_at)->instant;
    const chat::Change change{
        ChangeNumber{number}, {1}, chat::ThreadChange{ThreadNumber{number}, {}, std::move(facts)}};
    CHECK(engine_->apply(std::span(&change, 1)).has_value());
  }
  static chat::Thread tagged(const char* tag) {
    chat::Thread facts;
    facts.tags = {tag};
    return facts;
  }
  http::Response ask(const std::string& target, const std::string& token = "reader") {
    return answer(api_, {"GET", target, {{"Authorization", "Bearer " + token}}, ""});
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::NativeOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return Instant{}; }}};
};

TEST_F(DirectoryTest, SaysWhoAsksAndHowFreshTheChatsAre) {
  const std::string none = ask("/v1/about").body;
  const std::string version(product_version());
  EXPECT_EQ(none, R"({"license":1,"scopes":["reports_read"],"version":")" + version +
                      R"(","timezone":null,"chats":0,"first_chat":null,"last_chat":null,)"
                      R"("last_change":0})");
  add(1, "2021-04-08T12:00:00Z", {});
  add(2, "2021-04-07T12:00:00Z", {});
  fakes_.access.callers["ann"] = {2, {1}, {Scope::reports_read, Scope::reports_write}, "ann"};
  fakes_.directory.timezones["ann"] = "Europe/Warsaw";
  EXPECT_EQ(ask("/v1/about", "ann").body,
            R"({"license":1,"scopes":["reports_read","reports_write"],)"
            R"("version":")" +
                version +
                R"(","timezone":"Europe/Warsaw","chats":2,)"
                R"("first_chat":"2021-04-07T12:00:00.000000Z",)"
                R"("last_chat":"2021-04-08T12:00:00.000000Z","last_change":2})");
}

TEST_F(DirectoryTest, ListsWhatChatsHaveByTheirNumber) {
  chat::Thread first;
  first.agents = {"ann", "old"};
  first.tags = {"a", "b"};
  first.groups = {5};
  first.properties = {{"shop", "plan", std::string("pro")}};
  first.country = chat::country_of("PL");
  add(1, "2021-04-08T12:00:00Z", first);
  chat::Thread second = tagged("b");
  second.agents = {"ann"};
  second.groups = {7};
  add(2, "2021-04-09T12:00:00Z", second);
  fakes_.directory.agents_and_groups = {{{"ann", "Ann", false}, {"bot", "Robot", true}},
                                        {{5, "Sales"}}};
  EXPECT_EQ(ask("/v1/directory").body,
            R"({"agents":[{"id":"ann","name":"Ann"},{"id":"old","name":null}],)"
            R"("bots":[{"id":"bot","name":"Robot"}],)"
            R"("groups":[{"id":5,"name":"Sales"},{"id":7,"name":null}],)"
            R"("tags":["b","a"],"greetings":[],"goals":[],"sales":[],"countries":["PL"],)"
            R"("forms":[],"properties":[{"namespace":"shop","name":"plan"}]})");
  // It changes with the chats.
  add(3, "2021-04-09T12:00:00Z", tagged("a"));
  add(4, "2021-04-09T12:00:00Z", tagged("a"));
  EXPECT_NE(ask("/v1/directory").body.find(R"("tags":["a","b"])"), std::string::npos);
}

TEST_F(DirectoryTest, ListsTheValuesOfAProperty) {
  const auto with = [](report::Value value) {
    chat::Thread facts;
    facts.properties = {{"shop", "plan", std::move(value)}, {"shop", "other", true}};
    return facts;
  };
  std::int64_t number = 0;
  for (const report::Value& value : {report::Value("pro"), report::Value("free"),
                                     report::Value(std::int64_t{5}), report::Value("free")}) {
    add(++number, "2021-04-08T12:00:00Z", with(value));
  }
  EXPECT_EQ(ask("/v1/directory/property?namespace=shop&name=plan").body,
            R"({"values":["free",5,"pro"]})");
  EXPECT_EQ(ask("/v1/directory/property?namespace=shop&name=other").body, R"({"values":[true]})");
  EXPECT_EQ(ask("/v1/directory/property?namespace=shopp&name=lan").body, R"({"values":[]})");
  const http::Response unnamed = ask("/v1/directory/property?namespace=shop");
  EXPECT_EQ(unnamed.status, 400);
  EXPECT_NE(unnamed.body.find("name: is missing"), std::string::npos);
  EXPECT_NE(ask("/v1/directory/property?namespace=a&nam=b").body.find("did you mean name?"),
            std::string::npos);
}

TEST_F(DirectoryTest, IsNotSentAgainToAClientThatHasIt) {
  add(1, "2021-04-08T12:00:00Z", tagged("a"));
  for (const char* target : {"/v1/about", "/v1/directory"}) {
    const http::Response first = ask(target);
    const auto tag =
        std::ranges::find(first.headers, "ETag", [](const auto& one) { return one.first; });
    ASSERT_NE(tag, first.headers.end());
    const auto again = [&] {
      return answer(api_, {"GET",
                           target,
                           {{"Authorization", "Bearer reader"}, {"If-None-Match", tag->second}},
                           ""});
    };
    EXPECT_EQ(again().status, 304);
    EXPECT_EQ(again().body, "");
    add(2 + (target[4] == 'd'), "2021-04-08T12:00:00Z", tagged("b"));
    EXPECT_EQ(again().status, 200);
  }
}

TEST_F(DirectoryTest, TellsNoTimeZoneThatReportsDoNotHave) {
  fakes_.access.callers["ann"] = {2, {1}, {Scope::reports_read}, "ann"};
  fakes_.directory.timezones["ann"] = "Mars/Olympus";
  EXPECT_NE(ask("/v1/about", "ann").body.find(R"("timezone":null)"), std::string::npos);
}

TEST_F(DirectoryTest, WarnsOfRecordsThatAreLeftOut) {
  fakes_.intake.state = Wholeness::damaged_but_allowed;
  for (const char* target :
       {"/v1/about", "/v1/directory", "/v1/directory/property?namespace=a&name=b"}) {
    const http::Response response = ask(target);
    EXPECT_EQ(
        std::ranges::count(response.headers, "Warning", [](const auto& one) { return one.first; }),
        1);
  }
}

TEST_F(DirectoryTest, HasNothingOfOtherLicences) {
  add(1, "2021-04-08T12:00:00Z", tagged("secret"));
  const std::string before = ask("/v1/about").body;
  const chat::Change of_another{{2}, {2}, chat::ThreadChange{{2}, {}, tagged("theirs")}};
  CHECK(engine_->apply(std::span(&of_another, 1)).has_value());
  EXPECT_EQ(ask("/v1/about").body, before) << "their changes do not show";
  fakes_.access.callers["other"] = {2, {2}, {Scope::reports_read}, std::nullopt};
  EXPECT_EQ(ask("/v1/directory", "other").body.find("secret"), std::string::npos);
  EXPECT_NE(ask("/v1/about", "other").body.find(R"("chats":1)"), std::string::npos);
}

TEST_F(DirectoryTest, IsRefusedLikeReports) {
  fakes_.access.callers["writer"] = {2, {1}, {Scope::reports_write}, std::nullopt};
  for (const char* target :
       {"/v1/about", "/v1/directory", "/v1/directory/property?namespace=a&name=b"}) {
    EXPECT_EQ(ask(target, "nobody").status, 401);
    EXPECT_EQ(ask(target, "writer").status, 403);
    fakes_.intake.state = Wholeness::damaged;
    EXPECT_EQ(ask(target).status, 503);
    fakes_.intake.state = Wholeness::whole;
  }
  fakes_.directory.is_readable = false;
  EXPECT_EQ(ask("/v1/directory").status, 503);
}

}  // namespace
}  // namespace chatreports::api
