#include "api/tell_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fakes.h"
#include "engine/open.h"
#include "time/rfc3339.h"

namespace chatreports::api {
namespace {

using testing::HasSubstr;
using testing::Not;

Instant at(const char* time) {
  return parse_rfc3339(time)->instant;
}

class TellThreadTest : public testing::Test {
 protected:
  TellThreadTest() {
    fakes_.access.callers["writer"] = {1, {7}, {Scope::reports_write}, std::nullopt};
    fakes_.access.callers["reader"] = {2, {7}, {Scope::reports_read}, std::nullopt};
  }
  http::Response ask(const std::string& id, const std::string& token = "writer") {
    return answer(api_, {"GET", "/v1/threads/" + id, {{"Authorization", "Bearer " + token}}, ""});
  }
  static chat::Event event(const char* time, chat::AuthorKind author, std::string agent = {}) {
    chat::Event event;
    event.created_at = at(time);
    event.author = author;
    event.agent_id = std::move(agent);
    return event;
  }
  static chat::ChatRecord chat_record() {
    chat::ChatRecord chat;
    chat.thread_id = "T1";
    chat.chat_id = "C1";
    chat.thread.from_chat_record = true;
    chat.thread.started_at = at("2026-05-01T10:00:00Z");
    chat.thread.ended_at = at("2026-05-01T10:05:00Z");
    chat.thread.agents = {"ann"};
    chat.thread.groups = {5};
    chat.thread.tags = {"vip"};
    chat.thread.properties = {{"rating", "score", std::int64_t{1}},
                              {"shop", "plan", std::string("pro")},
                              {"shop", "returning", true}};
    chat.thread.events = {event("2026-05-01T10:00:00Z", chat::AuthorKind::customer),
                          event("2026-05-01T10:00:07.5Z", chat::AuthorKind::agent, "ann")};
    return chat;
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_), {.now = [] { return Instant{}; }}};
};

TEST_F(TellThreadTest, GivesBackTheFacts) {
  fakes_.directory.threads = {chat_record()};
  const http::Response response = ask("T1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(
      response.body,
      R"({"thread_id":"T1","chat_id":"C1","in_reports":true,"active":false,)"
      R"("started_at":"2026-05-01T10:00:00.000000Z","duration":300,"agents_chatting_duration":292.5,)"
      R"("started_by":"customer_without_greeting","first_response":{"agent_id":"ann","time":7.5},)"
      R"("response_time":7.5,"rating":"good","agents":["ann"],)"
      R"("agents_chatting":[{"agent_id":"ann","from":"2026-05-01T10:00:07.500000Z",)"
      R"("to":"2026-05-01T10:05:00.000000Z"}],)"
      R"("groups":[5],"tags":["vip"],"event_types":["message"],)"
      R"("properties":{"rating":{"score":1},"shop":{"plan":"pro","returning":true}},)"
      R"("goals":[],"sales":[],"forms":[],"warnings":[]})");
}

TEST_F(TellThreadTest, WarnsOfWhatCountsNowhere) {
  chat::ChatRecord chat = chat_record();
  chat.thread.properties[0].value = std::int64_t{5};
  chat.thread.events[0].type = chat::EventType::other;
  chat.thread.events.push_back(event("2026-05-01T10:01:00Z", chat::AuthorKind::unlisted));
  chat.thread.events.back().author_digest = 77;
  fakes_.directory.threads = {chat};
  const std::string body = ask("T1").body;
  EXPECT_THAT(body, HasSubstr("rating that is neither 1 (good) nor 0 (bad)"));
  EXPECT_THAT(body, HasSubstr("1 x event of an unknown type"));
  EXPECT_THAT(body, HasSubstr("1 x event of an author who is not among the users"));
  EXPECT_THAT(body, Not(HasSubstr("\"rating\":\"")));
}

TEST_F(TellThreadTest, SaysThatAThreadIsInNoReportYet) {
  chat::ChatRecord chat;
  chat.thread_id = "T1";
  fakes_.directory.threads = {chat};
  EXPECT_EQ(ask("T1").body,
            R"({"thread_id":"T1","in_reports":false,"warnings":["no chat record and no webhook of )"
            R"(a beginning has come, so the thread is in no report yet"]})");
}

TEST_F(TellThreadTest, RefusesOthers) {
  EXPECT_EQ(ask("T1").status, 404);
  EXPECT_THAT(ask("a%2Fb+c").body, HasSubstr(R"(no thread \"a/b+c\")"));
  EXPECT_EQ(ask("a%2").status, 400);
  EXPECT_EQ(ask("a%ff").status, 400);
  EXPECT_EQ(ask("T1", "reader").status, 403);
  EXPECT_EQ(ask("T1", "nobody").status, 401);
  fakes_.intake.state = Wholeness::damaged;
  EXPECT_EQ(ask("T1").status, 503);
  fakes_.directory.is_readable = false;
  EXPECT_EQ(ask("T1").status, 503);
}

}  // namespace
}  // namespace chatreports::api
