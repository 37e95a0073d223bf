#include "api/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "api/errors.h"
#include "api/fakes.h"
#include "api/refusals.h"
#include "base/check.h"
#include "engine/open.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    fakes_.access.callers["reader"].agent_id = "ann";
    fakes_.access.callers["writer"] = {2, {1}, {Scope::reports_write}, std::nullopt};
    fakes_.directory.timezones["ann"] = "Mars/Olympus";
  }
  http::Response ask(const std::string& method, const std::string& target, const std::string& body,
                     std::vector<std::pair<std::string, std::string>> headers = {
                         {"authorization", "Bearer reader"}}) {
    return answer(api_, {method, target, std::move(headers), body});
  }
  http::Response post(const std::string& body) {
    return ask("POST", "/v3.4/reports/chats/total_chats", body);
  }
  http::Response get(const std::string& query) {
    return ask("GET", "/v3.4/reports/chats/total_chats?" + query, "");
  }

  static std::string error(int status, const std::string& type, const std::string& message) {
    return std::to_string(status) + R"( {"error":{"type":")" + type + R"(","message":")" + message +
           "\"}}";
  }
  static std::string said(const http::Response& response) {
    return std::to_string(response.status) + " " + response.body;
  }
  // The answer to a POST with these filters.
  std::string filter(const std::string& text) {
    return said(post(R"({"filters":{)" + text + "}}"));
  }
  static std::string refused(const std::string& message) {
    return error(400, "validation", message);
  }

  Instant now_ = from_unix_microseconds(1'618'488'000 * microseconds_per_second);
  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_),
           {.now = [this] { return now_; }},
           {.cors_origins = {"https://reports.example.com"},
            .max_requests_per_second = 100,
            .max_filter_values = 10'000}};
};

// Chats with many tags, and an Api with tight limits.
class LimitedApiTest : public testing::Test {
 protected:
  LimitedApiTest() {
    for (std::int64_t number = 1; number <= 40; ++number) {
      chat::Thread thread;
      thread.started_at = from_unix_microseconds(1'618'400'000 * microseconds_per_second + number);
      for (std::int64_t tag = 0; tag < 50; ++tag) {
        thread.tags.push_back("a tag with a longer name " + std::to_string(number * 100 + tag));
      }
      std::ranges::sort(thread.tags);
      const chat::Change change{{number}, {1}, chat::ThreadChange{{number}, {}, thread}};
      CHECK(engine_->apply(std::span(&change, 1)).has_value());
    }
  }
  http::Response ask(const std::string& report, std::stop_token abandoned = {}) {
    const Api api{
        fakes_.with(*engine_),
        {.now = [] { return from_unix_microseconds(1'618'488'000 * microseconds_per_second); },
         .elapsed =
             [this] {
               time_ += time_per_look_;
               return time_;
             }},
        {.max_answer_bytes = max_answer_bytes_,
         .max_report_time = std::chrono::milliseconds(2'000)}};
    return answer(api, {"GET",
                        "/v3.4/reports/chats/" + report,
                        {{"Authorization", "Bearer reader"}},
                        "",
                        std::move(abandoned)});
  }

  Fakes fakes_;
  std::size_t max_answer_bytes_ = 100'000;
  Duration time_{0};
  Duration time_per_look_{0};
  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
};

TEST_F(ApiTest, TakesNoCachedAnswerForAnotherBody) {
  const std::string body =
      R"({"filters":{"from":"2021-04-01T00:00:00Z","to":"2021-04-02T00:00:00Z"}})";
  const auto send = [this](const std::string& text, const std::string& accept) {
    return answer(api_, {"POST",
                         "/v3.4/reports/chats/total_chats",
                         {{"Authorization", "Bearer reader"}, {"Accept", accept}},
                         text});
  };
  EXPECT_EQ(send("." + body, "*/*").status, 400);
  EXPECT_EQ(send(body, "text/csv").status, 200);
  EXPECT_EQ(send("." + body, "*/*").status, 400);
  EXPECT_THAT(send(body, "*/*").body, HasSubstr("\"total\":0"));
}

// The token is searched when the request comes, and judged when it runs.
TEST_F(ApiTest, SearchesATokenOnce) {
  class CountingAccess : public FakeAccess {
   public:
    FoundToken find(std::string_view token, Instant now) const override {
      ++searches;
      return FakeAccess::find(token, now);
    }
    Result<std::optional<Caller>> caller(std::string_view token, const FoundToken& found,
                                         Instant now) const override {
      judged.push_back(found.token);
      return FakeAccess::caller(token, found, now);
    }
    mutable int searches = 0;
    mutable std::vector<const void*> judged;
  };
  CountingAccess access;
  access.callers = fakes_.access.callers;
  const Api api{{*engine_, access, fakes_.intake, fakes_.directory},
                {.now = [this] { return now_; }}};
  const http::Request request{
      "GET", "/v3.4/reports/chats/total_chats", {{"Authorization", "Bearer reader"}}, ""};
  const http::Admission admission = api.admit(request);
  const auto& in_slot = std::get<http::InSlot>(admission);
  EXPECT_EQ(in_slot.share, (http::Share{1, 1}));
  EXPECT_THAT(access.judged, testing::IsEmpty());
  EXPECT_EQ(in_slot.handle(request).status, 200);
  EXPECT_EQ(access.searches, 1);
  EXPECT_THAT(access.judged, testing::ElementsAre(&access.callers["reader"]));
  const http::Admission waiting = api.admit(request);
  access.callers.clear();  // revoked while the request waits
  EXPECT_EQ(std::get<http::InSlot>(waiting).handle(request).status, 401);
}

TEST_F(LimitedApiTest, RefusesAnAnswerThatWouldBeTooLarge) {
  http::Response response = ask("tags");
  EXPECT_EQ(response.status, 200);
  ASSERT_GT(response.body.size(), 20'000);
  // Not one byte more than may be.
  max_answer_bytes_ = response.body.size();
  EXPECT_EQ(ask("tags").status, 200);
  max_answer_bytes_ -= 1;
  response = ask("tags");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(
      response.body,
      R"({"error":{"type":"validation","message":"filters: the answer would have more than )" +
          std::to_string(max_answer_bytes_) +
          R"( bytes; ask for a shorter range, another distribution or fewer chats"}})");
  EXPECT_EQ(ask("total_chats").status, 200);
}

TEST_F(LimitedApiTest, GivesUpAReportThatTakesTooLong) {
  time_per_look_ = std::chrono::milliseconds(1);
  EXPECT_EQ(ask("total_chats").status, 200);
  time_per_look_ = std::chrono::seconds(1);
  const http::Response response = ask("total_chats");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("The report takes longer than 2 s; ask for"));
}

TEST_F(LimitedApiTest, DoesNothingForAPeerThatIsGone) {
  const std::stop_source abandoned;
  abandoned.request_stop();
  EXPECT_EQ(ask("total_chats", abandoned.get_token()).status, 503);
  EXPECT_EQ(ask("total_chats").status, 200);
}

TEST_F(ApiTest, CachesAnAnswerUntilAFactChanges) {
  const auto count = [this](std::int64_t number) {
    chat::Thread thread;
    thread.started_at = from_unix_microseconds(1'618'400'000 * microseconds_per_second + number);
    const chat::Change change{{number}, {1}, chat::ThreadChange{{number}, {}, thread}};
    ASSERT_TRUE(engine_->apply(std::span(&change, 1)).has_value());
  };
  const std::string whole =
      R"({"filters":{"from":"2021-04-01T00:00:00Z","to":"2021-04-14T23:59:59Z"}})";
  for (std::int64_t number = 1; number <= 3; ++number) {
    count(number);
    const std::string expected = "\"total\":" + std::to_string(number) + ",";
    for (int time = 0; time < 2; ++time) {
      EXPECT_THAT(post(whole).body, HasSubstr(expected));
      EXPECT_THAT(get("filters.from=2021-04-01T00:00:00Z&filters.to=2021-04-14T23:59:59Z").body,
                  HasSubstr(expected));
      EXPECT_THAT(post("{}").body, HasSubstr(expected));
    }
  }
}

TEST_F(ApiTest, Answers304IfNothingHasChanged) {
  const auto tag_of = [](const http::Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "ETag") return value;
    }
    return std::string();
  };
  const auto get_if_none_match = [this](const std::string& tags) {
    return ask("GET", "/v3.4/reports/chats/total_chats", "",
               {{"authorization", "Bearer reader"}, {"If-None-Match", tags}});
  };
  const std::string tag = tag_of(get(""));
  EXPECT_THAT(tag, testing::MatchesRegex("W/\"[0-9a-f]+\""));
  for (const std::string& tags :
       {tag, tag.substr(2), "\"a\", " + tag, "," + tag + " ,\"a,b\",", std::string("*")}) {
    const http::Response same = get_if_none_match(tags);
    EXPECT_EQ(said(same), "304 ") << tags;
    EXPECT_EQ(tag_of(same), tag);
  }
  for (const std::string& tags :
       {std::string(), std::string("\"a\""), tag.substr(3), tag + "junk", "junk" + tag,
        tag + " \"a\"", tag + ",b", "*" + tag, "w/" + tag.substr(2)}) {
    EXPECT_EQ(get_if_none_match(tags).status, 200) << tags;
  }
  EXPECT_EQ(ask("POST", "/v3.4/reports/chats/total_chats", "{}",
                {{"authorization", "Bearer reader"}, {"If-None-Match", tag}})
                .status,
            200);
}

std::shared_ptr<const CachedAnswer> cached(std::string text) {
  return std::make_shared<const CachedAnswer>(std::move(text), "text/plain");
}

TEST(AnswerCache, HoldsAnAnswerFromItsMomentOn) {
  AnswerCache answers(8'000);
  answers.put("a", {1}, from_unix_microseconds(10), cached("a"));
  EXPECT_NE(answers.find("a", {1}, from_unix_microseconds(10)), nullptr);
  EXPECT_EQ(answers.find("a", {1}, from_unix_microseconds(9)), nullptr) << "the clock was set back";
  EXPECT_NE(answers.find("a", {1}, from_unix_microseconds(11)), nullptr);
}

// Statuses count up to now, so an answer from after the range is wrong before its end.
TEST_F(ApiTest, CachesAnswersAboutStatusesOnceTheirRangeIsOver) {
  const Instant accepts = from_unix_microseconds(1'618'480'800 * microseconds_per_second);
  const chat::Change change{
      {1}, {1}, chat::StatusChange{{"ann", chat::AgentStatus::accepting_chats, accepts}}};
  ASSERT_TRUE(engine_->apply(std::span(&change, 1)).has_value());
  const auto minutes = [&](std::int64_t after) {
    now_ =
        from_unix_microseconds(unix_microseconds(accepts) + after * 60 * microseconds_per_second);
    std::string answers;
    for (const std::string report : {"availability", "performance"}) {
      const http::Response asked = ask("GET",
                                       "/v3.4/reports/agents/" + report +
                                           "?timezone=UTC&filters.from=2021-04-15T00:00:00Z"
                                           "&filters.to=2021-04-15T23:59:59.999999Z",
                                       "");
      EXPECT_EQ(asked.status, 200) << asked.body;
      answers += asked.body;
    }
    return answers;
  };
  const std::string early = minutes(60);
  const std::string over = minutes(60 * 48);
  EXPECT_NE(early, over);
  EXPECT_EQ(minutes(60), early) << "the clock was set back";
  EXPECT_EQ(minutes(60 * 48), over);
  EXPECT_EQ(minutes(60 * 49), over);
}

TEST(AnswerCache, EvictsTheLeastRecentlyUsed) {
  AnswerCache answers(8'000);
  const auto body = [](char letter) { return std::string(1'000, letter); };
  answers.put("a", {1}, earliest_instant, cached(body('a')));
  for (const char letter : std::string("bcdefghij")) {
    EXPECT_EQ(answers.find("a", {1}, latest_instant)->text, body('a'));
    answers.put({letter}, {1}, earliest_instant, cached(body(letter)));
    EXPECT_EQ(answers.find(std::string{letter}, {1}, latest_instant)->text, body(letter));
  }
  EXPECT_EQ(answers.find("b", {1}, latest_instant), nullptr);
  EXPECT_EQ(answers.find("a", {2}, latest_instant), nullptr) << "a fact has changed";
  EXPECT_EQ(answers.find("a", {1}, latest_instant), nullptr);
  answers.put("large", {1}, earliest_instant, cached(std::string(4'000, 'x')));
  EXPECT_EQ(answers.find("large", {1}, latest_instant), nullptr);
  EXPECT_NE(answers.find("j", {1}, latest_instant), nullptr);
  AnswerCache none(0);
  none.put("a", {1}, earliest_instant, cached("a"));
  EXPECT_EQ(none.find("a", {1}, latest_instant), nullptr);
}

TEST_F(ApiTest, AsksForCredentials) {
  const std::string expected = error(401, "authentication", "Invalid access token");
  const std::string target = "/v3.4/reports/chats/tags";
  EXPECT_EQ(said(ask("GET", target, "", {})), expected);
  for (const char* header : {"Bearer", "Bearer ", "Bearer nobody", "reader", "Basic !!!!",
                             "Basic cmVhZGVy", "Basic", "Digest reader", "Bearer reader x"}) {
    EXPECT_EQ(said(ask("GET", target, "", {{"Authorization", header}})), expected) << header;
  }
  // base64 of "100007977:reader", "x:reader" and ":reader".
  for (const char* header :
       {"Bearer reader", "bearer reader", "BEARER  reader",
        "Basic MTAwMDA3OTc3OnJlYWRlcg==", "basic eDpyZWFkZXI=", "Basic OnJlYWRlcg=="}) {
    EXPECT_EQ(ask("GET", target, "", {{"Authorization", header}}).status, 200) << header;
  }
}

TEST_F(ApiTest, RefusesABodyWhereNoneIsRead) {
  for (const std::string method : {"GET", "HEAD"}) {
    EXPECT_EQ(said(ask(method, "/v3.4/reports/chats/total_chats", R"({"distribution":"year"})")),
              refused("body: " + method +
                      " takes none; ask with POST, or put the fields into the query string"));
  }
}

TEST_F(ApiTest, AsksForTheScope) {
  EXPECT_EQ(said(ask("GET", "/v3.4/reports/chats/tags", "", {{"Authorization", "Bearer writer"}})),
            error(403, "authorization", "The token lacks the scope reports_read"));
}

TEST_F(ApiTest, KnowsItsRoutesAndVerbs) {
  for (const char* target :
       {"/nothing", "/v3.4", "/v3.4/reports", "/v3.4/reports/chats", "/v3.4/reports/chats/nothing",
        "/v3.4/reports/chats/tags/", "/v3.4/reports/agents/tags", "/v3.4/chats/tags", "*", "",
        "/v3.4/reports/chats/performance"}) {
    const http::Response response = ask("GET", target, "");
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_THAT(response.body, HasSubstr(R"("type":"not_found")")) << target;
  }
  const http::Response response = ask("PUT", "/v3.4/reports/chats/tags", "");
  EXPECT_EQ(said(response), error(405, "not_allowed", "The method must be GET, HEAD or POST"));
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Allow", "GET, HEAD, POST")));
}

TEST_F(ApiTest, NamesTheReportThatWasMeant) {
  EXPECT_EQ(said(ask("GET", "/v3.4/reports/chats/Total-chats?distribution=day", "")),
            error(404, "not_found",
                  "There is nothing at \\\"/v3.4/reports/chats/Total-chats\\\"; did you mean "
                  "/v3.4/reports/chats/total_chats?"));
  EXPECT_THAT(ask("GET", "/v3.4/reports/chats/availability", "").body,
              HasSubstr("did you mean /v3.4/reports/agents/availability?"));
  // The version is the one that the address seems to mean.
  EXPECT_THAT(ask("GET", "//v3.6/reports/chats/total_chats", "").body,
              HasSubstr("did you mean /v3.6/reports/chats/total_chats?"));
  EXPECT_THAT(ask("GET", "/v3.6/chats/total_chats/", "").body,
              HasSubstr("did you mean /v3.6/reports/chats/total_chats?"));
  EXPECT_THAT(ask("GET", "/v3.4/reports/chats/", "").body,
              HasSubstr("reports are at /v3.4/reports/<resource>/<action>"));
}

TEST_F(ApiTest, NamesTheAddressThatWasMeant) {
  for (const auto& [given, meant] : {std::pair("/v1/tokens/", "/v1/tokens"),
                                     {"/v1/token", "/v1/tokens"},
                                     {"/v1/deletion", "/v1/deletions"},
                                     {"/ingest/record", "/ingest/records"},
                                     {"/ready", "/readyz"}}) {
    EXPECT_THAT(ask("POST", given, "").body, HasSubstr("did you mean " + std::string(meant) + "?"))
        << given;
  }
}

// Which of two values counts would be a guess, and a proxy may guess otherwise.
TEST_F(ApiTest, RefusesHeadersThatContradictEachOther) {
  const std::pair<std::string, std::string> token = {"Authorization", "Bearer reader"};
  const auto asked = [this](const std::vector<std::pair<std::string, std::string>>& headers) {
    return said(ask("GET", "/reports/chats/tags", "", headers));
  };
  EXPECT_EQ(asked({token, {"authorization", "Bearer other"}}),
            refused("The header Authorization is given twice, with different values"));
  EXPECT_EQ(asked({token, {"X-API-Version", "3.5"}, {"x-api-version", "3.6"}}),
            refused("The header X-API-Version is given twice, with different values"));
  EXPECT_EQ(ask("GET", "/reports/chats/tags", "",
                {token, token, {"X-API-Version", "3.5"}, {"X-API-Version", "3.5"}})
                .status,
            200);
}

TEST_F(ApiTest, AcceptsItsVersionsOnly) {
  const std::pair<std::string, std::string> token = {"Authorization", "Bearer reader"};
  EXPECT_EQ(ask("GET", "/reports/chats/tags", "", {token}).status, 200);
  EXPECT_EQ(ask("GET", "/reports/chats/tags", "", {token, {"x-api-version", "3.4"}}).status, 200);
  EXPECT_EQ(ask("GET", "/reports/chats/tags", "", {token, {"X-API-Version", "v3.4"}}).status, 200);
  const std::string must_be = "The version must be 3.4, 3.5, 3.6 or 3.7, not ";
  EXPECT_EQ(said(ask("GET", "/reports/chats/tags", "", {token, {"X-API-Version", "3.3"}})),
            error(400, "unsupported_version", must_be + R"(\"3.3\")"));
  EXPECT_EQ(said(ask("GET", "/v3.8/reports/chats/tags", "")),
            error(400, "unsupported_version", must_be + R"(\"3.8\")"));
  EXPECT_EQ(ask("GET", "/v3.4/reports/chats/tags", "", {token, {"X-API-Version", "3.5"}}).status,
            400);
  // It is judged before the address and the method, which another version may have.
  EXPECT_EQ(said(ask("GET", "/v3.3/reports/chats/nothing", "")),
            error(400, "unsupported_version", must_be + R"(\"3.3\")"));
  EXPECT_EQ(said(ask("PUT", "/reports/chats/tags", "", {{"X-API-Version", "3.8"}})),
            error(400, "unsupported_version", must_be + R"(\"3.8\")"));
}

TEST_F(ApiTest, AnswersJson) {
  for (const http::Response& response : {post("{}"), post("{"), ask("GET", "/nothing", "")}) {
    EXPECT_THAT(response.headers,
                testing::Contains(testing::Pair("Content-Type", "application/json")));
  }
}

TEST_F(ApiTest, RefusesBodiesThatAreNoJsonObject) {
  for (const char* body : {"{", "[{}]", "1", "null", "{}{}", R"({"a":})", R"({"filters":NaN})",
                           "{\"\xFF\":1}", R"({"a":01})", R"({"timezone":"\ud800"})"}) {
    const http::Response response = post(body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr(R"("type":"validation","message":"body: )")) << body;
  }
  EXPECT_EQ(post("").status, 200);
  EXPECT_EQ(post(" \r\n").status, 200);
  EXPECT_EQ(post("{}").status, 200);
  EXPECT_EQ(post(R"({"filters":null,"timezone":null})").status, 200);
  std::string deep = R"({"filters":)";
  deep += std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_EQ(said(post(deep)), refused("body: more than 16 levels deep"));
  EXPECT_EQ(said(post(R"({"filters":{"from":"a","from":"b"}})")),
            refused(R"(\"filters.from\": given twice)"));
}

TEST_F(ApiTest, NamesWhatIsWrongWithAParameter) {
  EXPECT_EQ(said(post(R"({"distribution":"week"})")),
            refused(R"(distribution: must be hour, day, day-hours, month or year, not \"week\")"));
  EXPECT_EQ(said(post(R"({"distribution":5})")),
            refused("distribution: must be a string, not an integer"));
  EXPECT_EQ(
      said(post(R"({"timezone":"Mars/Olympus"})")),
      refused(
          R"(timezone: \"Mars/Olympus\" is not a time zone of the IANA database, such as Europe/Warsaw)"));
  EXPECT_EQ(said(post(R"({"filter":{}})")),
            refused("filter: unknown; did you mean filters? known here are distribution, filters, "
                    "format, names, timezone"));
  EXPECT_EQ(said(post(R"({"filters":[1]})")), refused("filters: must be an object, not a list"));
  EXPECT_EQ(said(post("[1]")), refused("body: must be a JSON object"));
  EXPECT_EQ(said(post("distribution=day&filters%5Bfrom%5D=")),
            refused("body: must be a JSON object, not a form; GET takes one as its query string"));
  EXPECT_EQ(said(post(R"({"filters":{"tag":{}}})")),
            refused("filters.tag: unknown; did you mean filters.tags? known here are "
                    "agent_response, agents, event_types, from, "
                    "goals, greetings, groups, properties, sales, surveys, tags, to"));
}

TEST_F(ApiTest, SaysWhereAKeyBelongs) {
  EXPECT_EQ(said(post(R"({"from":"2021-04-08T00:00:00Z","to":"2021-04-09T00:00:00Z"})")),
            refused("from: unknown; did you mean filters.from? known here are distribution, "
                    "filters, format, names, timezone"));
  EXPECT_EQ(said(get("tags.values=a")),
            refused("tags: unknown; did you mean filters.tags? known "
                    "here are distribution, filters, format, names, timezone"));
  EXPECT_THAT(said(post(R"({"filters":{"timezone":"Europe/Warsaw"}})")),
              HasSubstr("filters.timezone: unknown; did you mean timezone? known here are "));
}

TEST_F(ApiTest, NamesTheTimeThatLacksAnOffset) {
  const std::string why =
      R"( has no offset from UTC; write it with one, such as 2021-04-08T00:00:00Z or )"
      "2021-04-08T00:00:00+02:00";
  EXPECT_EQ(said(post(R"({"filters":{"from":"2021-04-01T00:00:00Z","to":"2021-04-08T00:00:00"}})")),
            refused(R"(filters.to: \"2021-04-08T00:00:00\")" + why));
  EXPECT_EQ(said(get("filters.from=2021-04-01T00:00:00.5&filters.to=2021-04-08T00:00:00Z")),
            refused(R"(filters.from: \"2021-04-01T00:00:00.5\")" + why));
}

TEST_F(ApiTest, NamesWhatIsWrongWithARange) {
  EXPECT_EQ(said(post(R"({"filters":{"from":"2021-04-08T00:00:00Z"}})")),
            refused("filters.to: missing; from and to are given together or not at all"));
  EXPECT_EQ(said(post(R"({"filters":{"to":"2021-04-08T00:00:00Z"}})")),
            refused("filters.from: missing; from and to are given together or not at all"));
  EXPECT_EQ(
      said(post(R"({"filters":{"from":"2021-04-09T00:00:00Z","to":"2021-04-08T00:00:00Z"}})")),
      refused("filters.from: must not be after to"));
  EXPECT_EQ(
      said(post(R"({"filters":{"from":"yesterday","to":"2021-04-08T00:00:00Z"}})")),
      refused(
          R"(filters.from: not an RFC 3339 time, such as 2021-04-08T00:00:00-00:00; given was \"yesterday\")"));
  EXPECT_THAT(
      said(post(R"({"filters":{"from":"0001-01-01T00:00:00Z","to":"9999-12-31T00:00:00Z"}})")),
      HasSubstr("filters: the range has more than 100000 buckets"));
}

TEST_F(ApiTest, NamesWhatIsWrongWithASetFilter) {
  const std::string exactly_one = "needs exactly one of exists, values and exclude_values";
  EXPECT_EQ(filter(R"("tags":{})"), refused("filters.tags: " + exactly_one));
  EXPECT_EQ(filter(R"("tags":{"require_every_value":true})"),
            refused("filters.tags: " + exactly_one));
  EXPECT_EQ(filter(R"("tags":{"exists":true,"values":["a"]})"),
            refused("filters.tags: " + exactly_one));
  EXPECT_EQ(filter(R"("agents":{"values":["a"],"exclude_values":["b"]})"),
            refused("filters.agents: " + exactly_one));
  EXPECT_EQ(filter(R"("tags":{"values":[]})"),
            refused("filters.tags.values: must not be an empty list"));
  EXPECT_EQ(filter(R"("tags":{"values":"a"})"),
            refused(R"(filters.tags.values: must be a list, each element a string, not \"a\")"));
  EXPECT_EQ(filter(R"("tags":{"values":["a",7]})"),
            refused("filters.tags.values[1]: must be a string, not an integer"));
  EXPECT_EQ(filter(R"("groups":{"values":["1"]})"),
            refused(R"(filters.groups.values[0]: must be an integer, not \"1\")"));
  for (const std::string number : {"99999999999999999999", "-9223372036854775809", "1e999",
                                   "1.0000000000000000001", "9223372036854775808.0"}) {
    EXPECT_EQ(filter(R"("groups":{"values":[)" + number + "]}"),
              refused("filters.groups.values[0]: must be an integer, not a number"));
  }
  EXPECT_EQ(filter(R"("groups":{"values":[1.5]})"),
            refused("filters.groups.values[0]: must be an integer, not a number"));
  const std::string numbers = R"("properties":{"rating":{"score":{"values":[1.0,0]}}})";
  for (const std::string& given : {std::string(R"("groups":{"values":[3.0,-1e0]})"), numbers}) {
    EXPECT_THAT(filter(given), HasSubstr("200 ")) << given;
  }
  EXPECT_EQ(filter(R"("tags":{"exists":"true"})"),
            refused(R"(filters.tags.exists: must be true or false, not \"true\")"));
  EXPECT_EQ(filter(R"("tags":{"exists":true,"value":["a"]})"),
            refused("filters.tags.value: unknown; did you mean filters.tags.values? known here are "
                    "exclude_values, exists, "
                    "require_every_value, values"));
}

TEST_F(ApiTest, NamesWhatIsWrongWithAFilter) {
  EXPECT_EQ(filter(R"("properties":{"shop":{"plan":{}}})"),
            refused("filters.properties.shop.plan: needs exactly one of exists, values and "
                    "exclude_values"));
  EXPECT_EQ(filter(R"("properties":{"shop":{"plan":{"values":["a",1]}}})"),
            refused("filters.properties.shop.plan.values[1]: must be of the same type as the "
                    "first"));
  EXPECT_EQ(filter(R"("properties":{"shop":{"plan":{"values":[1.5]}}})"),
            refused("filters.properties.shop.plan.values[0]: must be a string, an integer or a "
                    "bool, not a number"));
  EXPECT_EQ(filter(R"("properties":{"shop":7})"),
            refused("filters.properties.shop: must be an object, not an integer"));
  EXPECT_EQ(filter(R"("event_types":{"exists":true})"),
            refused("filters.event_types.exists: unknown; known here are exclude_values, "
                    "require_every_value, values"));
  EXPECT_EQ(filter(R"("event_types":{"values":["note"]})"),
            refused(R"(filters.event_types.values[0]: must be message, file, form, filled_form, )"
                    R"(rich_message, custom or system_message, not \"note\")"));
  EXPECT_EQ(filter(R"("event_types":{})"),
            refused("filters.event_types: needs exactly one of values and exclude_values"));
  EXPECT_EQ(filter(R"("surveys":{})"),
            refused("filters.surveys: must be a list of objects, not an object"));
  EXPECT_EQ(filter(R"("surveys":[{}])"),
            refused("filters.surveys[0].type: missing; it is pre_chat or post_chat"));
  EXPECT_EQ(filter(R"("surveys":[{"type":"exit"}])"),
            refused(R"(filters.surveys[0].type: must be pre_chat or post_chat, not \"exit\")"));
  EXPECT_EQ(filter(R"("surveys":[{"type":"pre_chat","values":["a"],"exclude_values":["b"]}])"),
            refused("filters.surveys[0].exclude_values: must not be given beside values"));
  EXPECT_EQ(
      filter(R"("surveys":[{"type":"pre_chat","from":"2021-04-08T00:00:00Z"}])"),
      refused("filters.surveys[0].to: missing; from and to are given together or not at all"));
  EXPECT_EQ(filter(R"("greetings":{"exists":true,"values":[1]})"),
            refused("filters.greetings: takes only one of exists, values and exclude_values"));
  EXPECT_EQ(filter(R"("greetings":{"values":["1"]})"),
            refused(R"(filters.greetings.values[0]: must be an integer, not \"1\")"));
  EXPECT_EQ(filter(R"("agent_response":{"first":1})"),
            refused("filters.agent_response.first: must be true or false, not an integer"));
  EXPECT_EQ(said(get("filters.surveys=pre_chat")),
            refused(R"(filters.surveys: must be a list of objects, not \"pre_chat\")"));
}

// PHP writes an empty object as an empty list.
TEST_F(ApiTest, TakesAnEmptyListForAnEmptyObject) {
  for (const char* body :
       {"[]", R"({"filters":[]})", R"({"filters":{"properties":[],"agent_response":[]}})",
        R"({"filters":{"properties":{"rating":[]},"greetings":[]}})"}) {
    EXPECT_EQ(post(body).status, 200) << body;
  }
  EXPECT_EQ(said(post(R"({"filters":{"tags":[]}})")),
            refused("filters.tags: needs exactly one of exists, values and exclude_values"));
}

TEST_F(ApiTest, TellsItsHealth) {
  const auto health = [this](const std::string& path, const std::string& method = "GET") {
    const http::Request request{method, path, {}, ""};
    const auto admission = api_.admit(request);
    const auto* handler = std::get_if<http::Inline>(&admission);
    return handler ? said(handler->handle(request)) : "not inline";
  };
  const std::string ok = R"(200 {"status":"ok"})";
  for (const char* path : {"/livez", "/readyz", "/healthz", "/livez?x"})
    EXPECT_EQ(health(path), ok);
  EXPECT_THAT(health("/livez", "POST"), HasSubstr("405"));
  EXPECT_EQ(health("/v3.4/reports/chats/tags"), "not inline");
  fakes_.intake.acknowledges = failed("the disk is gone");
  for (const char* path : {"/readyz", "/healthz"}) {
    EXPECT_EQ(health(path),
              error(503, "service_unavailable", "Records can't be acknowledged: the disk is gone"));
  }
  fakes_.intake.ready = false;
  EXPECT_EQ(health("/livez"), ok);
  for (const char* path : {"/readyz", "/healthz"}) {
    EXPECT_EQ(health(path),
              error(503, "service_unavailable", "The data folder is still being read"));
  }
  EXPECT_EQ(said(get("")),
            error(503, "service_unavailable", "The data folder is still being read"));
}

TEST_F(ApiTest, AnswersWebPagesOfAllowedOrigins) {
  const std::string target = "/v3.4/reports/chats/tags";
  const auto header_of = [](const http::Response& response, std::string_view name) {
    std::string found;
    for (const auto& [key, value] : response.headers) {
      if (key == name) found += value;
    }
    return found;
  };
  const http::Response preflight =
      ask("OPTIONS", target, "", {{"Origin", "https://reports.example.com"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(header_of(preflight, "Access-Control-Allow-Origin"), "https://reports.example.com");
  EXPECT_THAT(header_of(preflight, "Access-Control-Allow-Headers"), HasSubstr("Authorization"));
  const http::Response refused_one =
      ask("GET", target, "", {{"Origin", "https://reports.example.com"}});
  EXPECT_EQ(refused_one.status, 401);
  EXPECT_EQ(header_of(refused_one, "Access-Control-Allow-Origin"), "https://reports.example.com");
  const http::Response other =
      ask("OPTIONS", target, "", {{"Origin", "https://other.example.com"}});
  EXPECT_EQ(other.status, 405);
  EXPECT_EQ(header_of(other, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(header_of(other, "Vary"), "Origin");
}

TEST_F(ApiTest, LimitsHowOftenATokenMayAsk) {
  for (int i = 0; i < 100; ++i) ASSERT_THAT(said(get("")), HasSubstr("200"));
  EXPECT_EQ(said(get("")), error(429, "too_many_requests", "A token may ask 100 times a second"));
}

TEST_F(ApiTest, RefusesCodingsThatItDoesNotKnow) {
  EXPECT_THAT(said(ask("POST", "/v3.4/reports/chats/tags", "x",
                       {{"Authorization", "Bearer reader"}, {"Content-Encoding", "br"}})),
              HasSubstr("Content-Encoding: must be gzip"));
}

TEST_F(ApiTest, RefusesAPackedWebhook) {
  for (const char* coding : {"gzip", "br"}) {
    EXPECT_EQ(said(ask("POST", "/ingest/webhooks/livechat", "x", {{"Content-Encoding", coding}})),
              error(400, "validation", "Content-Encoding: must be identity for a webhook"));
  }
}

TEST_F(ApiTest, LimitsTheValuesOfAFilter) {
  std::string values;
  for (int value = 0; value < 10'000; ++value) values += std::to_string(value) + ",";
  EXPECT_THAT(filter(R"("goals":{"values":[)" + values + "1]}"),
              refused("filters.goals.values: must have at most 10000 values, not 10001"));
  values.pop_back();
  EXPECT_THAT(filter(R"("goals":{"values":[)" + values + "]}"), HasSubstr("200"));
}

TEST_F(ApiTest, LimitsTheConditionsOfAFilter) {
  std::string surveys;
  std::string properties;
  for (int at = 0; at < 100; ++at) {
    surveys += R"({"type":"pre_chat"},)";
    properties += "\"" + std::to_string(at) + R"(":{"exists":true},)";
  }
  EXPECT_EQ(filter(R"("surveys":[)" + surveys + R"({"type":"pre_chat"}])"),
            refused("filters.surveys: must be at most 100, not 101"));
  EXPECT_EQ(filter(R"("properties":{"shop":{)" + properties + R"("x":{"exists":true}}})"),
            refused("filters.properties: must be at most 100, not 101"));
  surveys.pop_back();
  properties.pop_back();
  EXPECT_THAT(filter(R"("surveys":[)" + surveys + "]"), HasSubstr("200"));
  EXPECT_THAT(filter(R"("properties":{"shop":{)" + properties + "}}"), HasSubstr("200"));
}

TEST_F(ApiTest, AsksWhetherANearNameWasMeant) {
  EXPECT_EQ(said(post(R"({"filter":{}})")),
            refused("filter: unknown; did you mean filters? known here are distribution, filters, "
                    "format, names, timezone"));
  EXPECT_THAT(said(post(R"({"filters":{"tag":{}}})")),
              HasSubstr("filters.tag: unknown; did you mean filters.tags? known here are "));
  EXPECT_THAT(said(post(R"({"filters":{"something":{}}})")),
              HasSubstr("filters.something: unknown; known here are "));
}

// 50,000 keys below one of half a MiB: a path for each of them would be copied for minutes.
TEST_F(ApiTest, ReadsManyKeysBelowALongOne) {
  std::string body = "{\"" + std::string(500'000, 'k') + "\":{";
  for (int key = 0; key < 50'000; ++key) body += "\"" + std::to_string(key) + "\":1,";
  body.back() = '}';
  EXPECT_THAT(said(post(body + "}")), HasSubstr("unknown; known here are"));
}

TEST_F(ApiTest, LimitsTheKeysOfALevelOfAQueryString) {
  std::string query;
  for (int key = 0; key < 1'000; ++key) query += "filters.k" + std::to_string(key) + "=1&";
  EXPECT_THAT(said(get(query)), HasSubstr("unknown"));
  EXPECT_EQ(said(get(query + "filters.last=1")),
            refused(R"(\"filters.last\": 1000 other keys stand beside it, and no more may)"));
}

TEST_F(ApiTest, RefusesBracketsThatAreNotClosed) {
  for (const char* key :
       {"filters.properties[a", "filters.properties[a]b", "filters.properties[a][b]c", "[filters]",
        "filters[tags", "filters[tags][values]x", "filters[surveys][0]type", "filters["}) {
    EXPECT_EQ(said(get(std::string(key) + "=1")),
              refused(R"(\")" + std::string(key) +
                      R"(\": brackets must be as in filters[agents][values][] or )"
                      "filters.properties[namespace][name].values"));
  }
}

TEST_F(ApiTest, ReadsQueryStrings) {
  EXPECT_EQ(get("").status, 200);
  EXPECT_EQ(get("&&distribution=day-hours&").status, 200);
  EXPECT_EQ(
      get("filters.from=2021-04-08T00:00:00 02:00&filters.to=2021-04-08T00:00:00+02:00").status,
      200);
  EXPECT_EQ(
      get("filters.from=2021-04-08%2000:00:00%2B02:00&filters.to=2021-04-08+00:00:00Z").status,
      200);
  EXPECT_EQ(get("filters.groups.values=1&filters.groups.values=-2").status, 200);
  for (const char* boolean : {"false", "true", "0", "1", "False", "True"}) {
    EXPECT_EQ(get(std::string("filters.tags.exists=") + boolean).status, 200) << boolean;
  }
  EXPECT_EQ(get("filters.tags.exists=0").body, get("filters.tags.exists=false").body);
  EXPECT_EQ(get("filters.tags.exists=True").body, get("filters.tags.exists=true").body);
  EXPECT_EQ(said(get("filters.tags.exists=no")),
            refused(R"(filters.tags.exists: must be true or false, not \"no\")"));
  EXPECT_EQ(said(get("filters.groups.values=1&filters.groups.values=1x")),
            refused(R"(filters.groups.values[1]: must be an integer, not \"1x\")"));
  EXPECT_EQ(said(get("distribution=day&distribution=hour")),
            refused("distribution: must be a string, not several values"));
  EXPECT_EQ(said(get("filters=x")), refused(R"(filters: must be an object, not \"x\")"));
  EXPECT_EQ(said(get("filters=x&filters.from=y")),
            refused(R"(\"filters.from\": given both by itself and with a level below)"));
  EXPECT_EQ(said(get("distribution=%zz")),
            refused(R"(\"distribution\": a % must be followed by two hexadecimal digits)"));
  EXPECT_EQ(said(get("%FF=1")), refused(R"(\"%FF\": not UTF-8)"));
  EXPECT_EQ(said(get("filters.tags.values=a%ed%a0%80")),
            refused(R"(\"filters.tags.values\": not UTF-8)"));
  EXPECT_EQ(
      said(ask("POST", "/v3.4/reports/chats/tags?filters.from=x", "{}")),
      refused(
          R"(\"filters\": unknown in the query string of a POST; known here are distribution, format, names, timezone)"));
}

TEST_F(ApiTest, CutsShortWhatItQuotes) {
  const std::string long_text(5'000, 'x');
  EXPECT_LT(post(R"({"timezone":")" + long_text + "\"}").body.size(), 250U);
  EXPECT_LT(post(R"({")" + long_text + "\":1}").body.size(), 250U);
  EXPECT_LT(ask("GET", "/" + long_text, "").body.size(), 250U);
}

TEST(ErrorResponse, HasTheFormOfAllErrors) {
  for (const int status : {400, 408, 413, 417, 431, 501, 503, 505}) {
    const http::Response response = refused_by_server({status, 1'000, "the reason"});
    EXPECT_THAT(response.body, HasSubstr(": the reason\"}}"));
    EXPECT_EQ(response.status, status);
    EXPECT_THAT(response.body, testing::StartsWith(R"({"error":{"type":")"));
    EXPECT_EQ(response.body.find("at most 1000 bytes") != std::string::npos,
              status == 413 || status == 431);
  }
}

}  // namespace
}  // namespace chatreports::api
