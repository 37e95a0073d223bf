#include "pull/livechat_webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "pull/answering_server_test.h"

namespace chatreports::pull {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LiveChatWebhooksTest : public testing::Test {
 protected:
  Answer<std::size_t> run() {
    LiveChat livechat(
        {.account_id = "account", .token = "token", .api = url_of(*server_), .version = "3.6"});
    return register_webhooks(
        livechat, {"https://reports.example.com/ingest/webhooks/livechat", "secret", "client"}, {});
  }

  std::map<std::string, std::vector<std::string>> bodies_;  // of each action
  std::map<std::string, std::string> answers_ = {
      {"list_webhook_names", R"([{"action":"incoming_chat"},{"action":"tag_created"},
                                 {"action":"chat_deactivated"}])"},
      {"list_webhooks", R"([{"id":"1","url":"https://reports.example.com/ingest/webhooks/livechat"},
                            {"id":"2","url":"https://other.example.com/"}])"},
      {"register_webhook", R"({"id":"3"})"}};
  std::unique_ptr<http::Server> server_ = start_answering([this](const http::Request& request) {
    const std::string action = request.target.substr(request.target.rfind('/') + 1);
    bodies_[action].push_back(request.body);
    const bool is_refused = answers_[action] == "refused";
    return http::Response{is_refused ? 403 : 200, {}, answers_[action]};
  });
};

TEST_F(LiveChatWebhooksTest, RegistersThoseThatFiguresNeedAndRemovesOlderOnes) {
  EXPECT_EQ(run(), 2u);
  EXPECT_THAT(bodies_["list_webhook_names"], ElementsAre(R"({"version":"3.6"})"));
  EXPECT_THAT(bodies_["unregister_webhook"],
              ElementsAre(R"({"id":"1","owner_client_id":"client"})"));
  EXPECT_THAT(
      bodies_["register_webhook"],
      ElementsAre(
          R"({"action":"incoming_chat","url":"https://reports.example.com/ingest/webhooks/livechat",)"
          R"("secret_key":"secret","owner_client_id":"client","type":"license",)"
          R"("description":"chatreports"})",
          HasSubstr("chat_deactivated")));
  EXPECT_THAT(bodies_["enable_license_webhooks"], ElementsAre(R"({"owner_client_id":"client"})"));
}

TEST_F(LiveChatWebhooksTest, FailsAsTheApiSays) {
  for (const char* action :
       {"enable_license_webhooks", "register_webhook", "list_webhooks", "list_webhook_names"}) {
    answers_[action] = "refused";
    const auto done = run();
    ASSERT_FALSE(done.has_value()) << action;
    EXPECT_EQ(done.error().kind, FailureKind::rights);
    EXPECT_THAT(done.error().message, HasSubstr(action));
  }
  answers_["list_webhook_names"] = "{}";
  EXPECT_EQ(run().error().kind, FailureKind::temporary);
}

}  // namespace
}  // namespace chatreports::pull
