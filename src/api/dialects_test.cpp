// Versions of the API × actions, filters and event types, as the public texts have them.

#include "api/dialects.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "api/fakes.h"
#include "engine/open.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;

constexpr std::array versions = {"3.4", "3.5", "3.6", "3.7"};

// In which of the versions something is.
struct Row {
  std::string name;
  std::array<bool, versions.size()> is_in;
  std::string in_words;
};

constexpr std::array<bool, 4> everywhere = {true, true, true, true};
constexpr std::array<bool, 4> in_first = {true, false, false, false};
constexpr std::array<bool, 4> from_second = {false, true, true, true};
constexpr std::array<bool, 4> from_third = {false, false, true, true};

const std::vector<Row> actions = {
    {"chats/duration", everywhere, ""},
    {"chats/tags", everywhere, ""},
    {"chats/total_chats", everywhere, ""},
    {"chats/ratings", everywhere, ""},
    {"chats/ranking", everywhere, ""},
    {"chats/engagement", everywhere, ""},
    {"chats/greetings_conversion", everywhere, ""},
    {"chats/surveys", in_first, "version 3.4"},
    {"chats/forms", from_second, "version 3.5 and later"},
    {"chats/groups", from_third, "version 3.6 and later"},
    {"chats/queued_visitors", from_third, "version 3.6 and later"},
    {"chats/queued_visitors_left", from_third, "version 3.6 and later"},
    {"chats/response_time", everywhere, ""},
    {"chats/first_response_time", everywhere, ""},
    {"tags/chat_usage", from_second, "version 3.5 and later"},
    {"agents/availability", everywhere, ""},
    {"agents/performance", everywhere, ""},
};

const std::vector<Row> filters = {
    {R"("agents":{"exists":true})", everywhere, ""},
    {R"("tags":{"values":["a"]})", everywhere, ""},
    {R"("groups":{"values":[1]})", everywhere, ""},
    {R"("goals":{"values":[1]})", everywhere, ""},
    {R"("sales":{"values":[1]})", everywhere, ""},
    {R"("properties":{"a":{"b":{"exists":true}}})", everywhere, ""},
    {R"("greetings":{"exists":true})", everywhere, ""},
    {R"("agent_response":{"exists":true})", everywhere, ""},
    {R"("surveys":[{"type":"pre_chat"}])", everywhere, ""},
    {R"("event_types":{"values":["custom"]})", everywhere, ""},
    {R"("forms":[{"type":"pre_chat"}])", from_second,
     "filters.forms: is in version 3.5 and later, not in 3.4"},
    {R"("customer_countries":{"exists":false})", from_second,
     "filters.customer_countries: is in version 3.5 and later, not in 3.4"},
    {R"("event_types":{"values":["custom","system"]})", from_third,
     R"(filters.event_types.values[1]: must be message, file, form, filled_form, rich_message, )"
     R"(custom or system_message, not \"system\", which is in version 3.6 and later)"},
};

class DialectsTest : public testing::Test {
 protected:
  http::Response ask(const std::string& target, const std::string& body = "{}",
                     const std::string& header = "") {
    std::vector<std::pair<std::string, std::string>> headers = {{"Authorization", "Bearer reader"}};
    if (!header.empty()) headers.emplace_back("X-API-Version", header);
    return answer(api_, {"POST", target, std::move(headers), body});
  }
  static std::string said(const http::Response& response) {
    return std::to_string(response.status) + " " + response.body;
  }
  static std::string unsupported(const std::string& message) {
    return R"(400 {"error":{"type":"unsupported_version","message":")" + message + "\"}}";
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return Instant{}; }}};
};

TEST_F(DialectsTest, EachVersionHasItsReports) {
  EXPECT_EQ(actions.size(), report::catalogue().size());
  for (const Row& action : actions) {
    for (std::size_t at = 0; at < versions.size(); ++at) {
      const std::string path = "/reports/" + action.name;
      const http::Response by_path = ask(fmt::format("/v{}{}", versions[at], path));
      const http::Response by_header = ask(path, "{}", versions[at]);
      EXPECT_EQ(by_path.status, action.is_in[at] ? 200 : 404) << versions[at] << action.name;
      EXPECT_EQ(said(by_header), said(by_path)) << versions[at] << action.name;
      if (action.is_in[at]) continue;
      EXPECT_THAT(by_path.body,
                  HasSubstr(fmt::format(
                      R"("type":"not_found","message":"The report {} is in {}, not in {}; ask /v)",
                      action.name, action.in_words, versions[at])));
    }
    EXPECT_EQ(ask("/reports/" + action.name).status, action.is_in[0] ? 200 : 404) << action.name;
  }
}

TEST_F(DialectsTest, EachVersionHasItsFiltersOnAllOfItsReports) {
  for (const Row& filter : filters) {
    const std::string body = R"({"filters":{)" + filter.name + "}}";
    for (std::size_t at = 0; at < versions.size(); ++at) {
      for (const Row& action : actions) {
        if (!action.is_in[at]) continue;
        const auto response = ask(fmt::format("/v{}/reports/{}", versions[at], action.name), body);
        EXPECT_EQ(response.status, filter.is_in[at] ? 200 : 400)
            << versions[at] << action.name << response.body;
        if (!filter.is_in[at] && at == 0) {
          EXPECT_THAT(response.body, HasSubstr(filter.in_words + "\"}}")) << action.name;
        }
      }
    }
  }
}

// Nobody has to know the version that another program asks for.
TEST_F(DialectsTest, TheVersionIsInThePathOrTheHeaderOrNowhere) {
  const std::string path = "/reports/chats/forms";
  EXPECT_EQ(ask("/v3.5" + path, "{}", "3.5").status, 200);
  EXPECT_EQ(ask("/v3.5" + path, "{}", "v3.5").status, 200);
  EXPECT_EQ(ask(path, "{}", "v3.7").status, 200);
  EXPECT_EQ(said(ask("/v3.5" + path, "{}", "3.6")),
            unsupported("The address names version 3.5 and the header X-API-Version 3.6"));
  const std::string served = "The version must be 3.4, 3.5, 3.6 or 3.7, not ";
  for (const std::string other : {"3.3", "3.8", "3", "", "3.4.0", "2", "03.4", "3.40", "vv3.4"}) {
    const std::string expected = unsupported(fmt::format(R"({}\"{}\")", served, other));
    EXPECT_EQ(said(ask(fmt::format("/v{}{}", other, path))), expected);
    if (other.empty()) continue;
    EXPECT_EQ(said(ask(path, "{}", other)), expected);
    EXPECT_EQ(said(ask("/v3.5" + path, "{}", other)), expected);
  }
}

// Another version may have another action, and other credentials.
TEST_F(DialectsTest, TheVersionIsJudgedFirst) {
  const http::Response response =
      answer(api_, {"PUT", "/v3.3/reports/chats/nothing", {{"Authorization", "Bearer x"}}, ""});
  EXPECT_THAT(said(response), HasSubstr("unsupported_version"));
  EXPECT_EQ(ask("/ingest/webhooks/livechat", "{}", "9.9").status, 401) << "it has no version";
}

TEST_F(DialectsTest, ReportsThatCannotBeMadeSayWhy) {
  for (const std::string version : versions) {
    EXPECT_EQ(
        said(ask("/v" + version + "/reports/customers/unique_visitors")),
        R"(404 {"error":{"type":"not_found","message":"The report at )"
        R"(\"/reports/customers/unique_visitors\" (version 3.6 and later) can't be answered: )"
        R"(neither archives nor webhooks tell page views; it would take a record of each )"
        R"(page view, with its visitor, which this server does not have"}})");
    EXPECT_THAT(said(ask("/v" + version + "/reports/sales/abandoned_carts")),
                HasSubstr("(version 3.7) can't be answered: neither archives nor webhooks tell "
                          "what becomes of a cart"));
    EXPECT_THAT(said(ask("/v" + version + "/reports/stats/visitor_domains")),
                HasSubstr("(version 3.7) can't be answered: neither archives nor webhooks tell "
                          "page views"));
  }
}

TEST_F(DialectsTest, ANearNameIsFoundInAVersionThatHasIt) {
  EXPECT_THAT(ask("/v3.4/reports/agents/queued-visitors").body,
              HasSubstr("did you mean /v3.6/reports/chats/queued_visitors?"));
  EXPECT_THAT(ask("/v3.7/reports/chats/chat_usage").body,
              HasSubstr("did you mean /v3.7/reports/tags/chat_usage?"));
  EXPECT_THAT(ask("/v3.6/reports/chats/Surveys").body,
              HasSubstr("did you mean /v3.4/reports/chats/surveys?"));
  EXPECT_THAT(ask("/v3.6/reports/chats/nothing").body,
              HasSubstr("reports are at /v3.6/reports/<resource>/<action>"));
}

// A client may have one class of parameters for all reports and versions.
TEST_F(DialectsTest, ANullIsAbsentInEveryVersion) {
  EXPECT_EQ(ask("/v3.4/reports/chats/total_chats",
                R"({"filters":{"forms":null,"customer_countries":null},"page":null})")
                .status,
            200);
  EXPECT_THAT(said(ask("/v3.4/reports/chats/total_chats", R"({"filters":{"form":null}})")),
              HasSubstr("filters.form: unknown"));
}

TEST_F(DialectsTest, SurveysAndFormsAreOneFilter) {
  const auto refused = [this](const std::string& given) {
    return said(ask("/v3.6/reports/chats/total_chats", R"({"filters":{)" + given + "}}"));
  };
  EXPECT_THAT(
      refused(R"("forms":[{"type":"pre_chat"}],"surveys":[])"),
      HasSubstr("filters.forms: must not be given beside surveys, which is its other name"));
  EXPECT_THAT(refused(R"("forms":[{"type":"pre_chat"}],"surveys":null)"), HasSubstr("200 "));
  EXPECT_THAT(refused(R"("forms":[{"type":"pre_chat"},{"type":"exit"}])"),
              HasSubstr(R"(filters.forms[1].type: must be pre_chat or post_chat, not \"exit\")"));
  EXPECT_THAT(refused(R"("surveys":[{}])"),
              HasSubstr("filters.surveys[0].type: missing; it is pre_chat or post_chat"));
  EXPECT_THAT(refused(R"("form":[])"),
              HasSubstr("filters.form: unknown; did you mean filters.forms? known here are "
                        "agent_response, agents, customer_countries, event_types, forms, from, "
                        "goals, greetings, groups, properties, sales, surveys, tags, to"));
  EXPECT_THAT(said(ask("/v3.6/reports/chats/total_chats", R"({"forms":[]})")),
              HasSubstr("forms: unknown; did you mean filters.forms?"));
}

// An event type of one version is unknown in another, whatever is cached.
TEST_F(DialectsTest, AnswersOfVersionsAreCachedApart) {
  const std::string body = R"({"filters":{"from":"1969-01-01T00:00:00Z",)"
                           R"("to":"1969-01-02T00:00:00Z",)"
                           R"("event_types":{"values":["system"]}}})";
  const std::string path = "/reports/chats/tags";
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(ask(path, body, "3.6").status, 200);
    EXPECT_EQ(ask(path, body, "3.5").status, 400);
    EXPECT_EQ(ask(path, body).status, 400);
    EXPECT_EQ(ask("/v3.7" + path, body).status, 200);
    EXPECT_EQ(ask("/v3.4" + path, body).status, 400);
  }
}

// The same question by the same version has one place in the cache, wherever the version stands.
TEST_F(DialectsTest, AnswersOfAVersionAreCachedOnce) {
  class CountingEngine : public engine::Engine {
   public:
    Result<void> apply(std::span<const chat::Change>) override { return {}; }
    Result<report::Table> run(const report::Plan&, Allowance&) const override {
      ++runs;
      return report::ChatsTable{};
    }
    ChangeNumber applied() const override { return {}; }
    void has_all_up_to(ChangeNumber) override {}
    engine::EngineSize size() const override { return {}; }
    engine::LicenseContent content(LicenseId) const override { return {}; }
    mutable int runs = 0;
  };
  const CountingEngine engine;
  const Api api(fakes_.with(engine), {.now = [] { return Instant{}; }});
  const auto runs_of = [&](const std::string& target, const std::string& header) {
    const int before = engine.runs;
    const http::Request request{
        "POST",
        target,
        {{"Authorization", "Bearer reader"}, {"X-API-Version", header}},
        R"({"filters":{"from":"1969-01-01T00:00:00Z","to":"1969-01-02T00:00:00Z"}})"};
    EXPECT_EQ(answer(api, request).status, 200);
    return engine.runs - before;
  };
  const std::string path = "/reports/chats/total_chats";
  const int runs = runs_of("/v3.6" + path, "");
  EXPECT_GT(runs, 0);
  EXPECT_EQ(runs_of("/v3.6" + path, "3.6"), 0);
  EXPECT_EQ(runs_of(path, "3.6"), 0);
  EXPECT_EQ(runs_of(path, "v3.6"), 0);
  EXPECT_EQ(runs_of(path, "3.7"), runs);
  EXPECT_EQ(runs_of(path, ""), runs);
  EXPECT_EQ(runs_of("/v3.4" + path, ""), 0);
}

}  // namespace
}  // namespace chatreports::api
