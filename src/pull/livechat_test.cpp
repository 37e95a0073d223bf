#include "pull/livechat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pull/answering_server_test.h"
#include "time/rfc3339.h"

namespace chatreports::pull {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Instant at(const std::string& time) {
  return parse_rfc3339(time)->instant;
}

class LiveChatTest : public testing::Test {
 protected:
  LiveChat account(const std::string& token = "secret") {
    return LiveChat(
        {.account_id = "account", .token = token, .api = url_of(*server_), .version = "3.6"});
  }

  std::vector<http::Request> requests_;
  std::function<http::Response(const http::Request&)> answer_ = [](const http::Request&) {
    return http::Response{200, {}, "[]"};
  };
  std::unique_ptr<http::Server> server_ = start_answering([this](const http::Request& request) {
    requests_.push_back(request);
    return answer_(request);
  });
};

TEST_F(LiveChatTest, AsksForChatsByTime) {
  answer_ = [](const http::Request&) { return http::Response{200, {}, R"({"chats":[]})"}; };
  LiveChat livechat = account();
  EXPECT_TRUE(livechat.chats({}, {}).has_value());
  EXPECT_TRUE(livechat
                  .chats({.is_ascending = true,
                          .from = at("2026-11-01T00:00:00Z"),
                          .to = at("2026-11-02T00:00:00.5Z")},
                         {})
                  .has_value());
  EXPECT_TRUE(
      livechat.chats({.from = at("2026-11-01T00:00:00Z"), .page_id = "a\"b"}, {}).has_value());
  ASSERT_EQ(requests_.size(), 3u);
  EXPECT_EQ(requests_[0].target, "/v3.6/agent/action/list_archives");
  EXPECT_EQ(requests_[0].body, R"({"filters":{},"sort_order":"desc","limit":100})");
  EXPECT_EQ(
      requests_[1].body,
      R"({"filters":{"from":"2026-11-01T00:00:00.000000Z","to":"2026-11-02T00:00:00.500000Z"},)"
      R"("sort_order":"asc","limit":100})");
  EXPECT_EQ(requests_[2].body, R"({"page_id":"a\"b"})");
  EXPECT_EQ(requests_[0].header("Authorization"), "Basic YWNjb3VudDpzZWNyZXQ=");
}

TEST_F(LiveChatTest, ReadsAPage) {
  answer_ = [](const http::Request&) {
    return http::Response{200, {}, R"({"chats":[
      {"id":"C1","users":[],"thread":{"id":"T1","created_at":"2026-11-02T10:00:00.5Z","active":false,
       "user_ids":[],"events":[],"tags":["vip"]}},
      {"id":"C2","thread":{"id":"T2"}},
      {"id":"C1","users":[],"thread":{"id":"T3","created_at":"2026-11-01T11:00:00+01:00","active":true,
       "user_ids":[],"restricted_access":"older than 60 days"}}],
      "found_chats":9,"next_page_id":"next","previous_page_id":"p"})"};
  };
  LiveChat livechat = account();
  const auto page = livechat.chats({}, {});
  ASSERT_TRUE(page.has_value()) << page.error().message;
  ASSERT_EQ(page->records.size(), 2u);
  EXPECT_EQ(std::get<chat::ChatRecord>(page->records[0]).thread_id, "T1");
  EXPECT_TRUE(std::get<chat::ChatRecord>(page->records[1]).is_restricted);
  EXPECT_EQ(page->refused, 1u);
  EXPECT_THAT(page->first_refusal, HasSubstr("chats[1]"));
  EXPECT_EQ(page->earliest, at("2026-11-01T10:00:00Z"));
  EXPECT_EQ(page->latest, at("2026-11-02T10:00:00.5Z"));
  EXPECT_TRUE(page->is_in_order);
  EXPECT_EQ(page->next_page_id, "next");
  EXPECT_FALSE(livechat.chats({.is_ascending = true}, {})->is_in_order);
}

TEST_F(LiveChatTest, ReadsLists) {
  answer_ = [](const http::Request& request) {
    std::string body = R"([{"agent_id":"ann@example.com","status":"not_accepting_chats"},
                           {"agent_id":"bob@example.com","status":"dreaming"}])";
    if (request.target.ends_with("list_agents")) {
      body =
          R"([{"id":"ann@example.com","name":"Ann","groups":[{"id":5},{"id":0},{"id":5}]},{"name":"nobody"}])";
    } else if (request.target.ends_with("list_bots")) {
      body = R"([{"id":"2c1b8da190222160e8f9e077af4c625b","name":"Bot"}])";
    } else if (request.target.ends_with("list_groups")) {
      body = R"([{"id":0,"name":"General"}])";
    }
    return http::Response{200, {}, body};
  };
  LiveChat livechat = account();
  const auto agents = livechat.list(List::agents, {});
  ASSERT_EQ(agents->size(), 1u);
  const auto& ann = std::get<chat::AgentRecord>(agents->front());
  EXPECT_EQ(ann.id, "ann@example.com");
  EXPECT_EQ(ann.name, "Ann");
  EXPECT_THAT(*ann.groups, ElementsAre(0, 5));
  EXPECT_FALSE(ann.is_bot);
  EXPECT_TRUE(std::get<chat::AgentRecord>(livechat.list(List::bots, {})->front()).is_bot);
  EXPECT_EQ(std::get<chat::GroupRecord>(livechat.list(List::groups, {})->front()).name, "General");
  const auto statuses = livechat.list(List::statuses, {});
  ASSERT_EQ(statuses->size(), 1u);
  const auto& status = std::get<chat::AgentStatusRecord>(statuses->front());
  EXPECT_EQ(status.status, chat::AgentStatus::not_accepting_chats);
  EXPECT_TRUE(status.is_receipt);
  EXPECT_EQ(requests_[1].body, R"({"all":true,"fields":["groups"]})");
}

TEST_F(LiveChatTest, TellsTheOrganizationIfItCan) {
  answer_ = [](const http::Request&) {
    return http::Response{200, {}, R"({"id":"org","name":"x"})"};
  };
  LiveChat livechat = account();
  EXPECT_EQ(livechat.owner({}), "org");
  EXPECT_EQ(requests_.back().method, "GET");
  EXPECT_EQ(requests_.back().target, "/v2/organizations/my");
  EXPECT_EQ(requests_.back().header("Authorization"), "Basic YWNjb3VudDpzZWNyZXQ=");
  for (const auto& [status, body] : {std::pair(403, R"({"id":"org"})"), std::pair(200, "{}"),
                                     std::pair(200, R"({"id":5})"), std::pair(200, "<html>")}) {
    answer_ = [=](const http::Request&) { return http::Response{status, {}, body}; };
    EXPECT_EQ(livechat.owner({}), "");
  }
  answer_ = [](const http::Request&) { return http::Response{503, {}, ""}; };
  EXPECT_EQ(livechat.owner({}).error().kind, FailureKind::temporary);
}

TEST_F(LiveChatTest, TellsFailuresApart) {
  LiveChat livechat = account();
  const auto failure = [&](int status, const std::string& body, const ChatsQuery& query = {}) {
    answer_ = [=](const http::Request&) { return http::Response{status, {}, body}; };
    const auto page = livechat.chats(query, {});
    EXPECT_FALSE(page.has_value());
    EXPECT_THAT(page.error().message, Not(HasSubstr("secret")));
    return page.error();
  };
  const auto error = [](const std::string& type) {
    return R"({"error":{"type":")" + type + R"(","message":"because\n"}})";
  };
  using enum FailureKind;
  EXPECT_EQ(failure(401, error("authentication")).kind, credentials);
  EXPECT_EQ(failure(200, error("authentication")).kind, credentials);
  EXPECT_EQ(failure(401, "").kind, credentials);
  EXPECT_EQ(failure(403, error("authorization")).kind, rights);
  EXPECT_EQ(failure(403, error("authorization")).message,
            "agent/action/list_archives was answered with 403, authorization: because?");
  // Credentials that are echoed are not shown.
  EXPECT_EQ(
      failure(500, R"({"error":{"type":"x","message":"Basic YWNjb3VudDpzZWNyZXQ="}})").message,
      "agent/action/list_archives was answered with 500");
  EXPECT_EQ(failure(500, R"({"error":{"type":"secret","message":"x"}})").message,
            "agent/action/list_archives was answered with 500");
  EXPECT_EQ(failure(422, error("validation")).kind, lasting);
  EXPECT_EQ(failure(422, error("validation"), {.page_id = "old"}).kind, cursor);
  EXPECT_EQ(failure(404, error("unsupported_version")).kind, lasting);
  EXPECT_EQ(failure(429, error("too_many_requests")).kind, temporary);
  EXPECT_EQ(failure(503, "<html>").kind, temporary);
  EXPECT_EQ(failure(200, "<html>").kind, temporary);
  EXPECT_EQ(failure(200, "{}").kind, temporary);
  EXPECT_EQ(failure(200, R"({"chats":5})").kind, temporary);
  EXPECT_EQ(failure(200, R"({"chats":[],"next_page_id":5})").kind, temporary);
  EXPECT_EQ(failure(200, R"({"chats":[)").kind, temporary);
  server_.reset();
  EXPECT_EQ(livechat.chats({}, {}).error().kind, temporary);
}

TEST_F(LiveChatTest, GoesToTheRegionOfTheAccount) {
  answer_ = [](const http::Request& request) {
    if (request.header("X-Region") == "fra") return http::Response{200, {}, "[]"};
    return http::Response{
        421,
        {},
        R"({"error":{"type":"misdirected_request","message":"Wrong region","data":{"region":"fra"}}})"};
  };
  LiveChat livechat = account();
  EXPECT_TRUE(livechat.list(List::agents, {}).has_value());
  EXPECT_TRUE(livechat.list(List::agents, {}).has_value());
  EXPECT_EQ(requests_.size(), 3u);
  requests_.clear();
  EXPECT_TRUE(account("fra:secret").list(List::agents, {}).has_value());
  EXPECT_EQ(requests_.size(), 1u);
  // A region that does not exist is not tried for ever.
  answer_ = [](const http::Request&) {
    return http::Response{
        421, {}, R"({"error":{"type":"misdirected_request","data":{"region":"x"}}})"};
  };
  requests_.clear();
  EXPECT_FALSE(account().list(List::agents, {}).has_value());
  EXPECT_EQ(requests_.size(), 1u);
}

}  // namespace
}  // namespace chatreports::pull
