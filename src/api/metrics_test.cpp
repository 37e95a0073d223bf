#include "api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fakes.h"
#include "engine/open.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    fakes_.access.callers["prometheus"] = {2, {7}, {Scope::metrics_read}, {}};
    fakes_.access.webhooks["secret"] = {7};
  }

  http::Response ask(const std::string& method, const std::string& target,
                     const std::string& token = "reader", const std::string& body = "") {
    return answer(api_, {method, target, {{"Authorization", "Bearer " + token}}, body});
  }
  std::string text() { return ask("GET", "/metrics", "prometheus").body; }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::NativeOptions{});
  Duration elapsed_{};
  Fakes fakes_;
  Api api_{fakes_.with(*engine_),
           {.now = [] { return Instant{}; },
            .elapsed = [this] { return elapsed_ += std::chrono::milliseconds(2); }}};
};

TEST_F(MetricsTest, NeedsAScopeOfItsOwn) {
  EXPECT_EQ(ask("GET", "/metrics").status, 403);
  EXPECT_EQ(ask("GET", "/metrics", "nobody").status, 401);
  const http::Response response = ask("GET", "/metrics", "prometheus");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers[0].second, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ask("GET", "/v3.7/reports/chats/tags", "prometheus").status, 403);
}

TEST_F(MetricsTest, CountsAnswersByRouteMethodStatusAndVersion) {
  for (int i = 0; i < 3; ++i) ask("GET", "/v3.6/reports/chats/tags");
  ask("POST", "/reports/chats/tags", "reader", "{");
  ask("GET", "/livez");
  ask("PUT", "/no/such/path");
  const std::string figures = text();
  for (
      const char* line :
      {R"(chatreports_http_requests_total{method="GET",route="tags-report",status="200",version="3.6"} 3)",
       R"(chatreports_http_requests_total{method="POST",route="tags-report",status="400",version="3.4"} 1)",
       R"(chatreports_http_requests_total{method="GET",route="livez",status="200",version=""} 1)",
       R"(chatreports_http_requests_total{method="other",route="none",status="404",version=""} 1)",
       R"(chatreports_http_request_duration_seconds_count{route="livez"} 1)"}) {
    EXPECT_THAT(figures, HasSubstr(std::string(line) + "\n"));
  }
  EXPECT_THAT(figures, Not(HasSubstr("no/such/path")));
  EXPECT_THAT(figures, Not(HasSubstr("_count{route=\"readyz\"}")));
}

TEST_F(MetricsTest, TellComputedReportsFromCachedOnes) {
  const std::string week =
      "/v3.7/reports/chats/tags?filters.from=2021-04-08T00:00:00Z&"
      "filters.to=2021-04-09T00:00:00Z";
  for (int i = 0; i < 3; ++i) ask("GET", week);
  EXPECT_THAT(text(), HasSubstr("chatreports_reports_total{source=\"cache\"} 2\n"));
  EXPECT_THAT(text(), HasSubstr("chatreports_reports_total{source=\"engine\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("chatreports_engine_duration_seconds_bucket{le=\"0.5\"} 1\n"));
}

TEST_F(MetricsTest, NoWebhookMakesALabel) {
  for (const char* action : {"tag_created", "tag_created\\\"} 1\\nx", "incoming_event"}) {
    ask("POST", "/ingest/webhooks/livechat", "",
        std::string(R"({"secret_key":"secret","action":")") + action + R"(","payload":{}})");
  }
  const std::string figures = text();
  EXPECT_THAT(figures,
              HasSubstr("chatreports_webhooks_total{action=\"other\",result=\"ignored\"} 2\n"));
  EXPECT_THAT(
      figures,
      HasSubstr("chatreports_webhooks_total{action=\"incoming_event\",result=\"refused\"} 1\n"));
  EXPECT_THAT(figures, Not(HasSubstr("tag_created")));
}

TEST_F(MetricsTest, HaveThoseOfOtherParts) {
  api_.metrics().add([] {
    return std::vector<Sample>{
        {"made_bytes", "Help.", Sample::Kind::gauge, {{1.5, {{"part", "a\"b"}}}}}};
  });
  EXPECT_THAT(text(), HasSubstr("# HELP made_bytes Help.\n# TYPE made_bytes gauge\n"
                                "made_bytes{part=\"a\\\"b\"} 1.5\n"));
}

}  // namespace
}  // namespace chatreports::api
