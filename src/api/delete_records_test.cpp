#include "api/delete_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "api/fakes.h"
#include "engine/open.h"
#include "time/rfc3339.h"

namespace chatreports::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DeleteRecordsTest : public testing::Test {
 protected:
  DeleteRecordsTest() {
    fakes_.access.callers["deleter"] = {1, {7}, {Scope::records_delete}, std::nullopt};
  }
  http::Response ask(const std::string& body, const std::string& token = "deleter") {
    return answer(api_, {"POST", "/v1/deletions", {{"Authorization", "Bearer " + token}}, body});
  }

  std::unique_ptr<engine::Engine> engine_ = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes_;
  Api api_{fakes_.with(*engine_),
           {.now = [] { return parse_rfc3339("2021-04-08T10:00:00Z")->instant; }},
           {.deletion_patience = std::chrono::milliseconds(1)}};
};

TEST_F(DeleteRecordsTest, DeleteWhatTheBodyNames) {
  for (const char* body : {R"({"thread_id":"T"})", R"({"agent_id":"ann"})",
                           R"({"before":"2021-04-08T02:00:00+02:00"})", R"({"everything":true})",
                           R"({"everything":true,"thread_id":null})"}) {
    const http::Response response = ask(body);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"chats":1})");
  }
  EXPECT_THAT(
      fakes_.intake.erased,
      ElementsAre(
          chat::Deletion(chat::ThreadDeletion{"T"}), chat::Deletion(chat::AgentDeletion{"ann"}),
          chat::Deletion(chat::TimeDeletion{parse_rfc3339("2021-04-08T00:00:00Z")->instant}),
          chat::Deletion(chat::LicenseDeletion{}), chat::Deletion(chat::LicenseDeletion{})));
}

TEST_F(DeleteRecordsTest, TakeNoQueryString) {
  const http::Response response = answer(api_, {"POST",
                                                "/v1/deletions?thread_id=T",
                                                {{"Authorization", "Bearer deleter"}},
                                                R"({"everything":true})"});
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("query string: this address takes none"));
  EXPECT_THAT(fakes_.intake.erased, IsEmpty());
}

TEST_F(DeleteRecordsTest, RefuseOtherBodies) {
  for (const auto& [body, why] :
       {std::pair(std::string(), "one of thread_id, agent_id, before, and everything"),
        {"{}", "one of thread_id"},
        {"nonsense", "JSON"},
        {R"({"thread_id":"T","agent_id":"ann"})", "one of thread_id"},
        {R"({"thread_id":5})", "thread_id: must be a string"},
        {R"({"thread_id":""})", "thread_id: must not be empty"},
        {R"({"agent_id":")" + std::string(256, 'a') + R"("})",
         "agent_id: must not be longer than 255 bytes"},
        {R"({"before":"2021-04-08"})", "before: "},
        {R"({"before":"2021-04-08T10:00:00.000001Z"})", "before: must not be in the future"},
        {R"({"agent_id":"#7"})", "agent_id: is the digest of an agent who was deleted"},
        {R"({"everything":false})", "everything: must be true"},
        {R"({"thread":"T"})", "thread_id"}}) {
    const http::Response response = ask(body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr(why)) << body;
  }
  EXPECT_EQ(ask(R"({"everything":true})", "reader").status, 403);
  EXPECT_EQ(ask(R"({"everything":true})", "nobody").status, 401);
  EXPECT_THAT(fakes_.intake.erased, IsEmpty());
}

TEST_F(DeleteRecordsTest, TellWhatHasHappened) {
  fakes_.intake.deleted = std::unexpected(Error{ErrorKind::not_found, "licence 7 has no thread"});
  EXPECT_EQ(ask(R"({"thread_id":"T"})").status, 404);
  fakes_.intake.deleted = failed("/secret/path is full");
  const http::Response failure = ask(R"({"thread_id":"T"})");
  EXPECT_EQ(failure.status, 503);
  EXPECT_THAT(failure.body, testing::Not(HasSubstr("secret")));
  fakes_.intake.deleted.reset();
  const http::Response waiting = ask(R"({"agent_id":"ann"})");
  EXPECT_EQ(waiting.status, 202);
  EXPECT_EQ(waiting.body, R"({"status":"under way"})");
  fakes_.intake.waits.front()(std::uint64_t{1});  // nobody hears of it
}

}  // namespace
}  // namespace chatreports::api
