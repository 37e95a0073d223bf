#include "api/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fakes.h"
#include "engine/open.h"

namespace chatreports::api {
namespace {

class CorsTest : public testing::Test {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  http::Response ask(const std::string& method, const std::string& target,
                     const std::string& origin, Headers more = {}) {
    more.emplace_back("Origin", origin);
    return answer(api_, {method, target, std::move(more), ""});
  }
  static std::string header(const http::Response& response, std::string_view name) {
    std::string found;
    for (const auto& [key, value] : response.headers) {
      if (key == name) found += value;
    }
    return found;
  }
  static std::string allowed_origin(const http::Response& response) {
    return header(response, "Access-Control-Allow-Origin");
  }

  const std::string page_ = "https://reports.example.com";
  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return Instant{}; }}, {.cors_origins = {page_}}};
};

// A web page can read what went wrong, wherever it asked.
TEST_F(CorsTest, EveryAnswerForWebPagesSaysSo) {
  for (const auto& [method, target, status] :
       std::vector<std::tuple<std::string, std::string, int>>{
           {"GET", "/v3.6/reports/chats/tags", 401},
           {"GET", "/v3.6/reports/chats/surveys", 404},
           {"GET", "/v3.6/reports/customers/unique_visitors", 404},
           {"GET", "/v3.3/reports/chats/tags", 400},
           {"PUT", "/v3.6/reports/chats/tags", 405},
           {"GET", "/nothing", 404},
           {"GET", "/openapi.yaml", 200},
           {"GET", "/livez", 200},
           {"GET", "/readyz", 200},
           {"HEAD", "/healthz", 200},
       }) {
    const http::Response response = ask(method, target, page_);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(allowed_origin(response), page_) << target;
    EXPECT_EQ(header(response, "Vary"), "Origin") << target;
    const http::Response other = ask(method, target, "https://other.example.com");
    EXPECT_EQ(other.status, status) << target;
    EXPECT_EQ(allowed_origin(other), "") << target;
    EXPECT_EQ(header(other, "Vary"), "Origin") << target;
    const bool has_preflight = ask("OPTIONS", target, page_).status == 204;
    EXPECT_TRUE(has_preflight) << target;
  }
  // Records don't come from web pages.
  EXPECT_EQ(ask("OPTIONS", "/ingest/records", page_).status, 405);
  fakes_.intake.ready = false;
  EXPECT_EQ(allowed_origin(ask("GET", "/readyz", page_)), page_);
  EXPECT_EQ(ask("GET", "/readyz", page_).status, 503);
}

TEST_F(CorsTest, ARefusalOfTheServerIsAnAnswerForWebPages) {
  const auto refused = [this](const std::string& target) {
    const http::Request head{"POST", target, {{"Origin", page_}}, ""};
    return allowed_origin(api_.refuse({413, 1'000, {}}, &head));
  };
  EXPECT_EQ(refused("/v3.6/reports/chats/tags"), page_);
  EXPECT_EQ(refused("/nothing"), page_);
  EXPECT_EQ(refused("/ingest/records"), "");
  EXPECT_EQ(allowed_origin(api_.refuse({400, 0, {}}, nullptr)), "");
}

TEST_F(CorsTest, APreflightAllowsTheHeadersThatWereAskedFor) {
  const auto allowed = [this](const std::string& asked) {
    const http::Response response =
        ask("OPTIONS", "/v3.6/reports/chats/tags", page_,
            {{"Access-Control-Request-Method", "POST"}, {"Access-Control-Request-Headers", asked}});
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "GET, HEAD, POST");
    return header(response, "Access-Control-Allow-Headers");
  };
  for (const std::string asked : {"authorization", "authorization,content-type,x-author-id",
                                  "X-Region , \tx!#$%&'*+-.^_`|~", ",authorization,,"}) {
    EXPECT_EQ(allowed(asked), asked);
  }
  const std::string usual = "Authorization, Content-Type, If-None-Match, X-API-Version";
  for (const std::string& asked :
       {std::string(), std::string(" , "), std::string("a b"), std::string("a:b"),
        std::string("a\r\nSet-Cookie"), std::string("x(y)"), std::string("\"x\""), std::string("é"),
        std::string(1'025, 'a')}) {
    EXPECT_EQ(allowed(asked), usual) << asked;
  }
  EXPECT_EQ(allowed(std::string(1'024, 'a')), std::string(1'024, 'a'));
}

TEST_F(CorsTest, WithoutOriginsNothingIsSaid) {
  const Api api(fakes_.with(*engine_), {.now = [] { return Instant{}; }});
  for (const char* target : {"/livez", "/nothing", "/v3.6/reports/chats/tags"}) {
    const http::Response response = answer(api, {"GET", target, {{"Origin", page_}}, ""});
    EXPECT_EQ(allowed_origin(response), "");
    EXPECT_EQ(header(response, "Vary"), "");
  }
  EXPECT_EQ(answer(api, {"OPTIONS", "/nothing", {{"Origin", page_}}, ""}).status, 404);
}

}  // namespace
}  // namespace chatreports::api
