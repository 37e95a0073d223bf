#include "api/request_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace chatreports::api {
namespace {

using testing::MatchesRegex;

RequestTrace trace_with(const std::string& header, const std::string& value) {
  const http::Request head{"GET", "/", {{header, value}}, ""};
  return trace_of(&head, Duration{});
}

TEST(RequestTrace, TakesTheIdOfTheClient) {
  for (const std::string id : {"a", "~!\"=\\{}", "Root=1-67891233-abcdef012345678912345678"}) {
    EXPECT_EQ(trace_with("x-request-id", id).id, id);
  }
  EXPECT_EQ(trace_with("X-Request-Id", std::string(128, 'x')).id, std::string(128, 'x'));
}

TEST(RequestTrace, MakesAnIdOtherwise) {
  std::set<std::string> ids;
  for (const std::string& id :
       {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a\nb"),
        std::string("caf\xC3\xA9"), std::string("a\0b", 3), std::string("\x7F")}) {
    const std::string made = trace_with("X-Request-Id", id).id;
    EXPECT_THAT(made, MatchesRegex("[0-9a-f]{16}"));
    ids.insert(made);
  }
  ids.insert(trace_of(nullptr, Duration{}).id);
  EXPECT_EQ(ids.size(), 8);
}

TEST(RequestTrace, TakesTheParentOfTraceContext) {
  const std::string version_0 = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(trace_with("traceparent", version_0).trace_parent, version_0);
  const std::string version_1 = "01" + version_0.substr(2);
  EXPECT_EQ(trace_with("traceparent", version_1).trace_parent, version_1);
  EXPECT_EQ(trace_with("traceparent", version_1 + "-what \x1b later").trace_parent, version_1);
}

TEST(RequestTrace, TakesNoOtherParent) {
  for (const std::string parent :
       {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01later",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    EXPECT_EQ(trace_with("traceparent", parent).trace_parent, "") << parent;
  }
}

}  // namespace
}  // namespace chatreports::api
