#include "pull/pull_state.h"

#include <gtest/gtest.h>

namespace chatreports::pull {
namespace {

TEST(PullState, IsReadAsItWasWritten) {
  EXPECT_EQ(parse_pull_state(format_pull_state({})), PullState());
  PullState state;
  state.begun_at = from_unix_microseconds(10);
  state.owner = "an organization";
  state.since = from_unix_microseconds(-2);
  state.begin = from_unix_microseconds(-1);
  state.history_from = from_unix_microseconds(2);
  state.history_is_done = true;
  state.newest = from_unix_microseconds(3);
  state.read_again_at = from_unix_microseconds(4);
  state.read_at_night_at = from_unix_microseconds(5);
  state.statuses = {{"ann\"", chat::AgentStatus::accepting_chats},
                    {"bob", chat::AgentStatus::offline}};
  state.statuses_stored_at = from_unix_microseconds(8);
  state.succeeded_at = from_unix_microseconds(6);
  state.failure = "it said \"no\"\n";
  state.failed_at = from_unix_microseconds(7);
  EXPECT_EQ(parse_pull_state(format_pull_state(state)), state);
}

TEST(PullState, OfAnotherFormIsRefused) {
  for (
      const char* text :
      {"", "{}", "[]", "{", R"({"history_is_done":true})",
       R"({"history_is_done":1,"begun_at":0,"owner":"","failure":"","statuses":{}})",
       R"({"history_is_done":true,"begun_at":0,"owner":"","failure":"","statuses":{"a":"asleep"}})",
       R"({"history_is_done":true,"begun_at":0,"owner":"","failure":"","statuses":{},"newest":"today"})"}) {
    EXPECT_FALSE(parse_pull_state(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace chatreports::pull
