#include "api/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/fakes.h"
#include "engine/open.h"
#include "report/definition.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;

class RoutesTest : public testing::Test {
 protected:
  RoutesTest() {
    fakes_.access.callers["writer"] = {2, {7}, {Scope::reports_write}, std::nullopt};
    fakes_.access.webhooks["secret"] = {7};
  }
  http::Response ask(const std::string& method, const std::string& target,
                     const std::string& body = "", const std::string& token = "reader") {
    return answer(api_, {method, target, {{"Authorization", "Bearer " + token}}, body});
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return Instant{}; }}};
};

TEST_F(RoutesTest, HaveNamesAndPathsOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> paths;
  for (const Route& route : routes()) {
    EXPECT_TRUE(names.insert(route.name).second) << route.name;
    EXPECT_TRUE(paths.insert(route.path).second) << route.path;
  }
}

// Each route: its methods are taken, and all others are answered 405 with the list.
TEST_F(RoutesTest, TakeTheirMethodsAlone) {
  for (const Route& route : routes()) {
    std::string allow;
    for (const std::string_view method : route.methods) {
      allow += (allow.empty() ? "" : ", ") + std::string(method);
    }
    for (const std::string_view method :
         {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"}) {
      const std::string version = route.report && !route.is_own
                                      ? "/v" + std::string(name_of(route.report->versions.last))
                                      : "";
      const http::Request request{std::string(method), version + route.path, {}, ""};
      const http::Admission admission = api_.admit(request);
      if (std::ranges::find(route.methods, method) != route.methods.end()) {
        const bool is_at_once = std::holds_alternative<InlineHandler>(route.handler) ||
                                std::holds_alternative<PageHandler>(route.handler);
        EXPECT_EQ(std::holds_alternative<http::Inline>(admission), is_at_once) << route.path;
        continue;
      }
      const http::Response response = std::get<http::Inline>(admission).handle(request);
      EXPECT_EQ(response.status, 405) << method << route.path;
      EXPECT_EQ(header(response, "Allow"), allow) << method << route.path;
    }
  }
  EXPECT_THAT(ask("PUT", "/ingest/records").body, HasSubstr("The method must be POST\""));
  const http::Response all = ask("OPTIONS", "*");
  EXPECT_EQ(all.status, 204);
  EXPECT_EQ(header(all, "Allow"), "GET, HEAD, POST, DELETE, OPTIONS");
}

TEST_F(RoutesTest, NameTheAddressThatWasMeant) {
  EXPECT_THAT(ask("GET", "/v1/reports/chats/Ratings").body,
              HasSubstr("did you mean /v1/reports/chats/ratings?"));
  EXPECT_THAT(ask("GET", "/v3.7/reports/chats/Ratings").body,
              HasSubstr("did you mean /v3.7/reports/chats/ratings?"));
  EXPECT_THAT(ask("GET", "/v1/nothing").body,
              HasSubstr("reports are at /v1/reports/<resource>/<action>"));
}

TEST_F(RoutesTest, JudgeTheRightToSendRecordsBeforeTheBody) {
  const auto admit = [this](const std::string& token, const std::string& coding = "") {
    return api_.admit({"POST",
                       "/ingest/records",
                       {{"Authorization", "Bearer " + token}, {"Content-Encoding", coding}},
                       ""});
  };
  const auto status = [](const http::Admission& admission) {
    return std::get<http::Rejected>(admission).response.status;
  };
  EXPECT_EQ(status(admit("nobody")), 401);
  EXPECT_EQ(status(admit("reader")), 403);
  EXPECT_EQ(status(admit("writer", "br")), 400);
  EXPECT_EQ(std::get<http::Streamed>(admit("writer", "gzip")).share, (http::Share{7, 2}));
  fakes_.intake.ready = false;
  EXPECT_EQ(status(admit("writer")), 503);
}

TEST_F(RoutesTest, TakeAWebhook) {
  const auto send = [this](const std::string& body) {
    return ask("POST", "/ingest/webhooks/livechat", body);
  };
  const std::string status = R"({"secret_key":"secret","action":"routing_status_set",)"
                             R"("payload":{"agent_id":"ann","status":"offline"}})";
  EXPECT_EQ(send(status).body, R"({"accepted":1,"ignored":0})");
  EXPECT_EQ(fakes_.intake.taken.size(), 1U);
  EXPECT_EQ(send(R"({"secret_key":"secret","action":"tag_created","payload":{}})").body,
            R"({"accepted":0,"ignored":1})");
  EXPECT_THAT(fakes_.intake.ignored, testing::ElementsAre("tag_created"));
  EXPECT_EQ(send(R"({"secret_key":"other","action":"tag_created","payload":{}})").status, 401);
  EXPECT_EQ(send("{}").status, 401);
  EXPECT_EQ(send(R"({"secret_key":"secret","payload":{}})").status, 400);
  EXPECT_EQ(send("[").status, 400);
  fakes_.intake.has_room = false;
  EXPECT_EQ(send(status).status, 503);
  fakes_.intake.has_room = true;
  fakes_.intake.refuses = {{0, "too many tags"}};
  EXPECT_THAT(send(status).body, HasSubstr("too many tags"));
}

TEST_F(RoutesTest, RefuseReportsOfDamagedRecords) {
  const std::string report = "/v3.4/reports/chats/total_chats";
  fakes_.intake.state = Wholeness::damaged;
  EXPECT_THAT(ask("GET", report).body, HasSubstr("are damaged; see the server's log"));
  fakes_.intake.state = Wholeness::damaged_but_allowed;
  EXPECT_EQ(header(ask("GET", report), "Warning"), R"(199 - "damaged records are left out")");
  fakes_.access.callers["reader"].agent_id = "ann";
  EXPECT_EQ(ask("GET", report).status, 200);
  fakes_.directory.is_readable = false;
  EXPECT_THAT(ask("GET", report).body, HasSubstr("can't be read; see the server's log"));
  fakes_.access.callers["reader"].agent_id = std::nullopt;
  EXPECT_EQ(ask("GET", report).status, 200);
  const http::Response without_labels = ask("GET", "/v3.5/reports/chats/forms");
  EXPECT_EQ(without_labels.status, 503);
  EXPECT_THAT(without_labels.body, HasSubstr("The labels of the forms can't be read; see the "));
}

}  // namespace
}  // namespace chatreports::api
