// Questions as query strings, in all the ways in which clients write levels and lists. An answer
// that echoes its request shows what was understood.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fakes.h"
#include "api/parameters.h"
#include "engine/open.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;

class QueryStringTest : public testing::Test {
 protected:
  http::Response ask(const std::string& method, const std::string& target,
                     const std::string& body = "") {
    return answer(api_, {method, target, {{"Authorization", "Bearer reader"}}, body});
  }
  static std::string echo_of(const http::Response& response) {
    const std::string_view body = response.body;
    const std::size_t begin = body.find(R"("request":)");
    if (response.status != 200 || begin == body.npos) return response.body;
    const std::size_t end = body.find(R"(,"records")");
    const std::size_t total = body.find(R"(,"total")");
    return std::string(body.substr(begin + 10, std::min(end, total) - begin - 10));
  }
  // The request that the answer to a GET repeats, or the answer.
  std::string get(const std::string& query) {
    return echo_of(ask("GET", "/v3.6/reports/chats/tags?" + query));
  }
  // Likewise, the filters alone.
  std::string filters(const std::string& query) {
    std::string echo = get(query);
    const std::string begin = R"({"distribution":"day","filters":)";
    if (!echo.starts_with(begin)) return echo;
    return echo.substr(begin.size(), echo.size() - begin.size() - 1);
  }
  static std::string refused(const std::string& message) {
    return R"({"error":{"type":"validation","message":")" + message + "\"}}";
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return Instant{}; }}, {.echo_request = true}};
};

TEST_F(QueryStringTest, LevelsAndListsHaveManySpellings) {
  const std::string two_agents = R"({"agents":{"values":["a","b"]}})";
  for (const char* query : {
           "filters.agents.values=a&filters.agents.values=b",
           "filters[agents][values][]=a&filters[agents][values][]=b",    // PHP, jQuery, axios
           "filters[agents][values][0]=a&filters[agents][values][1]=b",  // PHP, qs
           "filters[agents][values]=a&filters[agents][values]=b",        // qs, "repeat"
           "filters.agents.values[]=a&filters.agents.values[]=b",        // axios, dots
           "filters.agents.values[0]=a&filters.agents.values.1=b",
           "filters[agents].values=a&filters.agents[values][]=b",
           "filters[agents][values][999999999999999999999]=a&filters[agents][values][7]=b",
           "filters[agents][values][0]=a&filters[agents][values][0]=b",
           "filters%5Bagents%5D%5Bvalues%5D%5B%5D=a&filters%5bagents%5d%5bvalues%5d%5b1%5d=b",
       }) {
    EXPECT_EQ(filters(query), two_agents) << query;
  }
  for (const char* query : {"filters.agents.values=a", "filters[agents][values][]=a",
                            "filters[agents][values][3]=a", "filters.agents.values[]=a"}) {
    EXPECT_EQ(filters(query), R"({"agents":{"values":["a"]}})") << query;
  }
  EXPECT_EQ(filters("filters[from]=2021-04-08T00:00:00Z&filters[to]=2021-04-09T00:00:00%2B02:00"),
            R"({"from":"2021-04-08T00:00:00Z","to":"2021-04-09T00:00:00+02:00"})");
  EXPECT_EQ(filters("filters[tags][exists]=true"), R"({"tags":{"exists":"true"}})");
  EXPECT_EQ(filters("filters[groups][values][]=1&filters[customer_countries][values][]=no"),
            R"({"groups":{"values":["1"]},"customer_countries":{"values":["no"]}})");
}

TEST_F(QueryStringTest, SurveysAndFormsAreLists) {
  const std::string one = R"([{"type":"pre_chat","values":["6:0"],"groups":{"values":["1","2"]}}])";
  for (const char* name : {"surveys", "forms"}) {
    for (const char* query : {
             "filters[{0}][0][type]=pre_chat&filters[{0}][0][values][]=6:0&"
             "filters[{0}][0][groups][values][]=1&filters[{0}][0][groups][values][]=2",
             "filters[{0}][][type]=pre_chat&filters[{0}][0][values][0]=6:0&"
             "filters[{0}][0][groups][values][0]=1&filters[{0}][][groups][values][1]=2",
             "filters.{0}.type=pre_chat&filters.{0}.values=6:0&filters.{0}.groups.values=1&"
             "filters.{0}.groups.values=2",
             "filters.{0}[5].type=pre_chat&filters.{0}.5.values[]=6:0&"
             "filters.{0}[5].groups.values=1&filters.{0}[5].groups.values=2",
             "filters[{0}][type]=pre_chat&filters[{0}][values]=6:0&"
             "filters[{0}][groups][values][]=1&filters[{0}][groups][values][]=2",
         }) {
      const std::string asked = fmt::format(fmt::runtime(query), name);
      EXPECT_EQ(filters(asked), fmt::format(R"({{"{}":{}}})", name, one)) << asked;
    }
  }
  EXPECT_EQ(filters("filters[surveys][1][type]=post_chat&filters[surveys][0][type]=pre_chat&"
                    "filters[surveys][1][exists]=false"),
            R"({"surveys":[{"type":"post_chat","exists":"false"},{"type":"pre_chat"}]})");
}

// The path in a message has the index that the client has written.
TEST_F(QueryStringTest, NamesWhatIsWrong) {
  EXPECT_EQ(filters("filters[surveys][7][type]=exit"),
            refused(R"(filters.surveys[7].type: must be pre_chat or post_chat, not \"exit\")"));
  EXPECT_EQ(filters("filters[forms][0][values][]=6:0"),
            refused("filters.forms[0].type: missing; it is pre_chat or post_chat"));
  EXPECT_EQ(filters("filters[forms][][type]=pre_chat&filters[forms][][type]=post_chat"),
            refused("filters.forms[0].type: must be a string, not several values"));
  EXPECT_EQ(filters("filters[surveys][]=pre_chat"),
            refused(R"(filters.surveys: must be a list of objects, not \"pre_chat\")"));
  EXPECT_EQ(filters("filters[surveys][0][]=pre_chat&filters[surveys][1][type]=pre_chat"),
            refused(R"(filters.surveys[0]: must be an object, not \"pre_chat\")"));
  EXPECT_EQ(filters("filters[surveys][0][type]=pre_chat&filters[surveys][type]=pre_chat"),
            refused("filters.surveys[0].0: unknown; known here are exclude_values, exists, from, "
                    "groups, to, type, values"));
  EXPECT_EQ(filters("filters[groups][values][]=1&filters[groups][values][]=x"),
            refused(R"(filters.groups.values[1]: must be an integer, not \"x\")"));
  EXPECT_EQ(filters("filters[tags][values][0][x]=a"),
            refused("filters.tags.values: must be a list, each element a string, not an object"));
  EXPECT_EQ(filters("filters[]=a"), refused(R"(filters: must be an object, not \"a\")"));
  EXPECT_EQ(
      filters("filters[tags][values][]=a&filters[tags][values][x]=b"),
      refused(R"(\"filters[tags][values][x]\": given both by itself and with a level below)"));
}

// Their names may look like indices, and have dots in brackets.
TEST_F(QueryStringTest, PropertiesHaveTwoNames) {
  const std::string one = R"({"properties":{"shop":{"plan.b":{"values":["x"]}}}})";
  for (const char* query : {"filters.properties[shop][plan.b].values=x",
                            "filters[properties][shop][plan.b][values][]=x",
                            "filters.properties.shop[plan.b][values][0]=x"}) {
    EXPECT_EQ(filters(query), one) << query;
  }
  EXPECT_EQ(filters("filters[properties][0][1][values][]=x&filters.properties.0.2.exists=true"),
            R"({"properties":{"0":{"1":{"values":["x"]},"2":{"exists":"true"}}}})");
  EXPECT_EQ(filters("filters[properties][properties][values][values][2]=x"),
            R"({"properties":{"properties":{"values":{"values":["x"]}}}})");
  EXPECT_EQ(filters("filters[properties][][][exists]=true"),
            R"({"properties":{"":{"":{"exists":"true"}}}})");
}

TEST_F(QueryStringTest, HasLimits) {
  std::string deep = "filters";
  for (int level = 0; level < 16; ++level) deep += "[a]";
  EXPECT_THAT(get(deep + "=1"), HasSubstr("filters.a: unknown"));
  EXPECT_THAT(get(deep + "[a]=1"), HasSubstr("too many levels"));
  EXPECT_THAT(get("filters.properties" + deep.substr(7) + "[a][a]=1"),
              HasSubstr("too many levels"));
  // Elements of one list are no keys beside each other.
  std::string list;
  for (int at = 0; at < 10'000; ++at) list += fmt::format("filters[goals][values][{}]=1&", at);
  EXPECT_THAT(get(list), HasSubstr("distribution"));
  EXPECT_EQ(get(list + "filters[goals][values][]=1"),
            refused("filters.goals.values: must have at most 10000 values, not 10001"));
  std::string surveys;
  for (int at = 0; at <= 100; ++at)
    surveys += fmt::format("filters[surveys][{}][type]=pre_chat&", at);
  EXPECT_EQ(get(surveys), refused("filters.surveys: must be at most 100, not 101"));
  std::string keys;
  for (int at = 0; at <= 1'000; ++at) keys += fmt::format("filters[surveys][{}][type]=a&", at);
  EXPECT_EQ(get(keys), refused(R"(\"filters[surveys][1000][type]\": 1000 other keys stand beside )"
                               "it, and no more may"));
}

TEST_F(QueryStringTest, APostHasTheRestInItsBody) {
  const auto post = [this](const std::string& query, const std::string& body,
                           const std::string& report = "chats/queued_visitors_left") {
    return ask("POST", "/v3.6/reports/" + report + query, body);
  };
  EXPECT_EQ(echo_of(post("?distribution=hour&timezone=Europe/Oslo&page=2", "{}")),
            R"({"distribution":"hour","timezone":"Europe/Oslo"})");
  EXPECT_EQ(echo_of(post("?distribution=hour&timezone=Asia/Tokyo&page=x",
                         R"({"page":1,"distribution":"year","timezone":"UTC"})")),
            R"({"distribution":"year","timezone":"UTC"})");
  EXPECT_EQ(post("?page=x", R"({"page":null})").body,
            refused(R"(page: must be an integer, not \"x\")"));
  EXPECT_EQ(post("?filters.from=x", "{}").body,
            refused(R"(\"filters\": unknown in the query string of a POST; known here are )"
                    "distribution, format, names, page, timezone"));
  EXPECT_EQ(post("?page=1", "{}", "chats/tags").body,
            refused(R"(\"page\": unknown in the query string of a POST; known here are )"
                    "distribution, format, names, timezone"));
}

TEST_F(QueryStringTest, PagesAreWholeNumbers) {
  const std::string path = "/v3.6/reports/chats/queued_visitors_left";
  for (const char* query : {"?page=1", "?page=7", "?page[]=3", ""}) {
    EXPECT_EQ(ask("GET", path + query).status, 200) << query;
  }
  for (const char* body : {R"({"page":1})", R"({"page":9223372036854775807})", R"({"page":2.0})",
                           R"({"page":null})"}) {
    EXPECT_EQ(ask("POST", path, body).status, 200) << body;
  }
  EXPECT_EQ(ask("GET", path + "?page=0").body, refused("page: must be 1 or above, not 0"));
  EXPECT_EQ(ask("GET", path + "?page=-1").body, refused("page: must be 1 or above, not -1"));
  EXPECT_EQ(ask("GET", path + "?page=1.0").body,
            refused(R"(page: must be an integer, not \"1.0\")"));
  EXPECT_EQ(ask("POST", path, R"({"page":"1"})").body,
            refused(R"(page: must be an integer, not \"1\")"));
  EXPECT_EQ(ask("POST", path, R"({"page":1.5})").body,
            refused("page: must be an integer, not a number"));
  EXPECT_EQ(
      ask("POST", "/v3.6/reports/chats/tags", R"({"page":1})").body,
      refused("page: unknown; known here are distribution, filters, format, names, timezone"));
}

// The official client sends one to all reports.
TEST_F(QueryStringTest, EveryReportTakesADistribution) {
  for (const char* report :
       {"chats/ranking", "chats/forms", "tags/chat_usage", "chats/queued_visitors_left"}) {
    const std::string path = std::string("/v3.6/reports/") + report + "?distribution=";
    EXPECT_EQ(echo_of(ask("GET", path + "month")), R"({"distribution":"month"})") << report;
    EXPECT_EQ(
        ask("GET", path + "week").body,
        refused("distribution: must be hour, day, day-hours, month or year, not \\\"week\\\""));
  }
  for (const char* report : {"agents/availability", "agents/performance"}) {
    EXPECT_EQ(ask("GET", std::string("/v3.6/reports/") + report + "?distribution=month").body,
              refused("distribution: must be hour or day, not \\\"month\\\""));
  }
}

TEST_F(QueryStringTest, EchoesABodyAsGiven) {
  const auto post = [this](const std::string& body) {
    return echo_of(ask("POST", "/v3.6/reports/chats/tags", body));
  };
  EXPECT_EQ(post(""), R"({"distribution":"day"})");
  EXPECT_EQ(post(R"({"filters":null,"timezone":null,"distribution":null})"),
            R"({"distribution":"day"})");
  EXPECT_EQ(post(R"({"filters":[]})"), R"({"distribution":"day","filters":[]})");
  const std::string filters =
      R"({"to":null,"tags":{"values":["b","a\"\\"],"require_every_value":false},)"
      R"("greetings":{},"properties":{"a":{"values":{"values":[true,false]},"n":{"values":[5]}}},)"
      R"("forms":[{"type":"pre_chat","from":null}],"groups":{"exclude_values":[-3,3]}})";
  EXPECT_EQ(post(R"({ "filters":)" + filters + R"(, "timezone":"Europe/Oslo" })"),
            R"({"distribution":"day","timezone":"Europe/Oslo","filters":)" + filters + "}");
  const http::Response whole = ask("POST", "/v3.6/reports/chats/tags", "{}");
  EXPECT_THAT(
      whole.body,
      testing::StartsWith(R"({"name":"tags-report","request":{"distribution":"day"},"total":0,)"));
}

}  // namespace
}  // namespace chatreports::api
