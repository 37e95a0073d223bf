#include "api/manage_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/fakes.h"
#include "engine/open.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr Instant now = std::chrono::sys_days(std::chrono::year(2021) / 4 / 8);

class ManageTokensTest : public testing::Test {
 protected:
  ManageTokensTest() {
    fakes_.access.callers["admin"] = {1, {7}, {Scope::admin}, std::nullopt};
    fakes_.access.callers["all"] = {2, {7}, {Scope::admin, Scope::metrics_read}, std::nullopt};
    fakes_.access.callers["other"] = {3, {8}, {Scope::admin}, std::nullopt};
    fakes_.access.callers["writer"] = {
        4, {7}, {Scope::reports_read, Scope::reports_write, Scope::metrics_read}, std::nullopt};
  }
  http::Response ask(const std::string& method, const std::string& target,
                     const std::string& body = "", const std::string& token = "admin") {
    return answer(api_, {method, target, {{"Authorization", "Bearer " + token}}, body});
  }
  http::Response create(const std::string& body, const std::string& token = "admin") {
    return ask("POST", "/v1/tokens", body, token);
  }
  const access::Token& last() const { return fakes_.tokens.tokens.back(); }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return now; }}};
};

TEST_F(ManageTokensTest, CreateATokenOfTheCallersLicence) {
  const http::Response response =
      create(R"({"name":"sheet","agent_id":"ann","expires_at":"2021-04-09T02:00:00+02:00",)"
             R"("only_groups":[5,3],"only_agents":["bob"]})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(response.body,
            R"({"token":"text 1","id":1,"kind":"token","license":7,"name":"sheet",)"
            R"("scopes":["reports_read"],"agent_id":"ann","expires_at":"2021-04-09T00:00:00Z",)"
            R"("only_groups":[5,3],"only_agents":["bob"],"created_at":"2021-04-08T00:00:00Z",)"
            R"("last_used_at":null})");
  EXPECT_EQ(last(), (access::Token{.id = 1,
                                   .license = {7},
                                   .scopes = {Scope::reports_read},
                                   .agent_id = "ann",
                                   .created_at = now,
                                   .expires_at = now + std::chrono::days(1),
                                   .name = "sheet",
                                   .only_groups = {5, 3},
                                   .only_agents = {"bob"}}));
  EXPECT_EQ(create("").status, 201);
  EXPECT_EQ(
      last(),
      (access::Token{.id = 2, .license = {7}, .scopes = {Scope::reports_read}, .created_at = now}));
  EXPECT_EQ(create(R"({"name":null,"scopes":["admin","reports_write"]})", "other").status, 201);
  EXPECT_EQ(last(), (access::Token{.id = 3,
                                   .license = {8},
                                   .scopes = {Scope::admin, Scope::reports_write},
                                   .created_at = now}));
}

TEST_F(ManageTokensTest, NameWhatIsWrongWithAToken) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[1]", "body: must be a JSON object"},
      {"{", "body: not JSON"},
      {R"({"name":"a","name":"b"})", R"(\"name\": given twice)"},
      {R"({"label":"a"})",
       "label: unknown; known here are agent_id, expires_at, name, "
       "only_agents, only_groups, scopes"},
      {R"({"licence":8})", "licence: unknown"},
      {R"({"license":8})", "license: unknown"},
      {R"({"name":5})", "name: must be a string, not an integer"},
      {R"({"name":""})", "name: must not be empty"},
      {R"({"name":")" + std::string(101, 'x') + R"("})", "name: longer than 100 bytes"},
      {R"({"agent_id":""})", "agent_id: must not be empty"},
      {R"({"agent_id":")" + std::string(256, 'x') + R"("})", "agent_id: longer than 255 bytes"},
      {R"({"scopes":"admin"})", "scopes: must be a list, each element a string"},
      {R"({"scopes":[]})", "scopes: must not be an empty list"},
      {R"({"scopes":["admin","root"]})",
       R"(scopes[1]: must be reports_read, reports_write, metrics_read, admin or records_delete, not \"root\")"},
      {R"({"scopes":["webhooks"]})", "scopes[0]: must be"},
      {R"({"scopes":["admin"],"only_groups":[1]})",
       "scopes: a token that is narrowed to groups or agents has no other scope than reports_read"},
      {R"({"scopes":["reports_read","admin"],"only_agents":["a"]})", "scopes: a token that is"},
      {R"({"only_groups":[]})", "only_groups: must not be an empty list"},
      {R"({"only_groups":["1"]})", R"(only_groups[0]: must be an integer, not \"1\")"},
      {R"({"only_groups":[9223372036854775808]})", "only_groups[0]: must be an integer"},
      {R"({"only_agents":["a",1]})", "only_agents[1]: must be a string, not an integer"},
      {R"({"only_agents":["a",""]})", "only_agents[1]: must not be empty"},
      {R"({"expires_at":"tomorrow"})", "expires_at: not an RFC 3339 time"},
      {R"({"expires_at":"2021-04-08T00:00:00Z"})",
       "expires_at: must be in the future, within 36500 days, not 2021-04-08T00:00:00Z"},
      {R"({"expires_at":"9999-12-31T00:00:00Z"})", "expires_at: must be in the future, within"},
      {R"({"expires_at":1617840000})", "expires_at: must be a string with an RFC 3339 time"}};
  for (const auto& [body, message] : cases) {
    const http::Response response = create(body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr(R"("message":")" + message)) << body;
  }
  std::string many = R"({"only_groups":[0)";
  for (int i = 0; i < 100; ++i) many += ",1";
  EXPECT_THAT(create(many + "]}").body, HasSubstr("must have at most 100 values, not 101"));
  EXPECT_EQ(ask("POST", "/v1/tokens?name=x").status, 400);
  EXPECT_EQ(ask("GET", "/v1/tokens", "{}").status, 400);
  EXPECT_THAT(fakes_.tokens.tokens, IsEmpty());
}

TEST_F(ManageTokensTest, ListTheLicenceAlone) {
  EXPECT_EQ(ask("GET", "/v1/tokens").body, R"({"tokens":[]})");
  create("{}");
  create("{}", "other");
  fakes_.tokens.tokens.push_back(
      {.id = 9, .license = {7}, .scopes = {Scope::webhooks}, .created_at = now});
  const http::Response response = ask("GET", "/v1/tokens");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(response.body,
            R"({"tokens":[{"id":1,"kind":"token","license":7,"name":"","scopes":["reports_read"],)"
            R"("agent_id":null,"expires_at":null,"only_groups":[],"only_agents":[],)"
            R"("created_at":"2021-04-08T00:00:00Z","last_used_at":null},)"
            R"({"id":9,"kind":"webhook_secret","license":7,)"
            R"("created_at":"2021-04-08T00:00:00Z","last_used_at":null}]})");
}

TEST_F(ManageTokensTest, NeedTheirScope) {
  for (const auto& [method, target] :
       {std::pair("GET", "/v1/tokens"), std::pair("POST", "/v1/tokens"),
        std::pair("DELETE", "/v1/tokens/1"), std::pair("POST", "/v1/tokens/1/rotate")}) {
    EXPECT_EQ(ask(method, target, "", "writer").status, 403) << target;
    EXPECT_EQ(ask(method, target, "", "nobody").status, 401) << target;
  }
  EXPECT_EQ(ask("GET", "/v3.7/reports/chats/tags").status, 403);
}

TEST_F(ManageTokensTest, GiveNoViewOfAllLicences) {
  const std::string body = R"({"scopes":["metrics_read"]})";
  EXPECT_EQ(create(body).status, 403);
  EXPECT_EQ(create(body, "all").status, 201);
  const http::Response response = ask("POST", "/v1/tokens/1/rotate");
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("lacks the scope metrics_read, so it can't give"));
  EXPECT_EQ(fakes_.tokens.tokens.size(), 1u);
  EXPECT_EQ(ask("POST", "/v1/tokens/1/rotate", "", "all").status, 201);
}

TEST_F(ManageTokensTest, RotateAToken) {
  create(R"({"name":"sheet","expires_at":"2021-05-01T00:00:00Z"})");
  const http::Response response = ask("POST", "/v1/tokens/1/rotate");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(
      response.body,
      R"({"token":"text 2","id":2,"kind":"token","license":7,"name":"sheet",)"
      R"("scopes":["reports_read"],"agent_id":null,"expires_at":"2021-05-01T00:00:00Z","only_groups":[],)"
      R"("only_agents":[],"created_at":"2021-04-08T00:00:00Z","last_used_at":null,)"
      R"("replaces":{"id":1,"expires_at":"2021-04-09T00:00:00Z"}})");
  EXPECT_EQ(fakes_.tokens.tokens[0].expires_at, now + std::chrono::hours(24));
  EXPECT_THAT(
      ask("POST", "/v1/tokens/2/rotate", R"({"overlap":60,"expires_at":"2021-06-01T00:00:00Z"})")
          .body,
      HasSubstr(R"("replaces":{"id":2,"expires_at":"2021-04-08T00:01:00Z"}})"));
  EXPECT_EQ(fakes_.tokens.tokens[1].expires_at, now + std::chrono::minutes(1));
  EXPECT_EQ(last().expires_at, now + std::chrono::days(54));
  // The end of the old one is never put off.
  EXPECT_THAT(ask("POST", "/v1/tokens/2/rotate").body,
              HasSubstr(R"("replaces":{"id":2,"expires_at":"2021-04-08T00:01:00Z"}})"));
  for (const auto& [body, message] :
       {std::pair(R"({"overlap":0})", "overlap: must be from 1 to 3153600000 seconds, not 0"),
        std::pair(R"({"overlap":3153600001})", "overlap: must be from 1 to"),
        std::pair(R"({"overlap":"7d"})", "overlap: must be an integer"),
        std::pair(R"({"name":"x"})", "name: unknown; known here are expires_at, overlap")}) {
    const http::Response refused = ask("POST", "/v1/tokens/1/rotate", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_THAT(refused.body, HasSubstr(message));
  }
  fakes_.tokens.tokens[0].expires_at = now;
  EXPECT_THAT(ask("POST", "/v1/tokens/1/rotate").body,
              HasSubstr("token 1 has expired; create another one"));
  fakes_.tokens.tokens[0].scopes = {Scope::webhooks};
  EXPECT_THAT(ask("POST", "/v1/tokens/1/rotate").body,
              HasSubstr("1 is the secret of webhooks, which can't be rotated"));
}

TEST_F(ManageTokensTest, RevokeAToken) {
  create("{}");
  EXPECT_EQ(ask("DELETE", "/v1/tokens/1", "{}").status, 400);
  const http::Response response = ask("DELETE", "/v1/tokens/1");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(fakes_.tokens.tokens, IsEmpty());
  EXPECT_EQ(ask("DELETE", "/v1/tokens/1").status, 404);
}

TEST_F(ManageTokensTest, TellTokensOfOthersFromNoneInNoWay) {
  create("{}", "other");
  for (const auto& [method, rest] : {std::pair("DELETE", ""), std::pair("POST", "/rotate")}) {
    for (const char* id :
         {"1", "2", "0", "-1", "+1", "01", "1.0", "x", "%31", "{id}", "9223372036854775807",
          "9223372036854775808", "99999999999999999999999999999999999999"}) {
      const http::Response response = ask(method, "/v1/tokens/" + std::string(id) + rest);
      EXPECT_EQ(response.status, 404) << id;
      EXPECT_THAT(response.body, HasSubstr(R"(The licence has no token with the number \")" +
                                           std::string(id) + R"(\""})"));
    }
  }
  EXPECT_EQ(fakes_.tokens.tokens.size(), 1u);
  for (const char* path : {"/v1/tokens/", "/v1/tokens//rotate", "/v1/tokens/1/", "/v1/tokens/1/2",
                           "/v1/tokens/1/rotate/", "/v3.7/tokens", "/tokens"}) {
    EXPECT_THAT(ask("POST", path).body, HasSubstr("There is nothing at")) << path;
  }
}

TEST_F(ManageTokensTest, SayWhenTheFileFails) {
  create("{}");
  const auto ask_all = [this](int status, const std::string& message) {
    for (const auto& [method, target] :
         {std::pair("POST", "/v1/tokens"), std::pair("POST", "/v1/tokens/1/rotate"),
          std::pair("DELETE", "/v1/tokens/1")}) {
      const http::Response response = ask(method, target);
      EXPECT_EQ(response.status, status) << target;
      EXPECT_THAT(response.body, HasSubstr(message)) << target;
    }
  };
  fakes_.tokens.fails = Error{ErrorKind::unavailable, "/data/access.sqlite: no space left"};
  ask_all(503, "Access tokens can't be written right now, and nothing was changed; see the server");
  fakes_.tokens.fails = Error{ErrorKind::invalid, "licence 7 has 1000 tokens"};
  ask_all(400, "licence 7 has 1000 tokens");
  fakes_.tokens.is_readable = false;
  EXPECT_THAT(ask("GET", "/v1/tokens").body, HasSubstr("Access tokens can't be read right now"));
  EXPECT_EQ(ask("DELETE", "/v1/tokens/1").status, 503);
  EXPECT_EQ(fakes_.tokens.tokens.size(), 1u);
}

}  // namespace
}  // namespace chatreports::api
