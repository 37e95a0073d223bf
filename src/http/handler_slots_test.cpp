#include "http/handler_slots.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

namespace chatreports::http {
namespace {

namespace asio = boost::asio;

constexpr Share heavy{1, 1};
constexpr Share sibling{1, 2};  // another asker of the same owner
constexpr Share other{2, 3};

// Requests that ask for slots one after the other.
class Line {
 public:
  explicit Line(HandlerSlots& slots) : slots_(slots) {}

  void ask(Share share, std::string name) {
    asio::co_spawn(context_, wait(share, std::move(name)), asio::detached);
    run();
  }
  void release(Share share) {
    slots_.release(share);
    run();
  }
  // The requests in the order in which they got a slot; a `-` marks those that were refused.
  std::vector<std::string> outcomes;

 private:
  asio::awaitable<void> wait(Share share, std::string name) {
    const bool acquired = co_await slots_.acquire(context_.get_executor(), share);
    outcomes.push_back(acquired ? name : "-" + name);
  }
  void run() {
    context_.restart();
    context_.poll();
  }

  HandlerSlots& slots_;
  asio::io_context context_;
};

using Names = std::vector<std::string>;

TEST(HandlerSlots, GrantsASlotWhenAnotherIsReleased) {
  HandlerSlots slots({.slots = 1, .waiting = 10});
  Line line(slots);
  line.ask({}, "a");
  line.ask({}, "b");
  line.ask({}, "c");
  EXPECT_EQ(line.outcomes, (Names{"a"}));
  line.release({});
  line.release({});
  EXPECT_EQ(line.outcomes, (Names{"a", "b", "c"}));
}

TEST(HandlerSlots, GivesNoOwnerAllSlots) {
  HandlerSlots slots({.slots = 3, .waiting = 10, .of_an_owner = 2});
  Line line(slots);
  for (const char* name : {"a", "b", "c"}) line.ask(heavy, name);
  line.ask(sibling, "d");
  EXPECT_EQ(line.outcomes, (Names{"a", "b"}));
  line.ask(other, "x");
  EXPECT_EQ(line.outcomes, (Names{"a", "b", "x"}));
  // A slot that another owner releases does not raise this owner's limit.
  line.release(other);
  EXPECT_EQ(line.outcomes, (Names{"a", "b", "x"}));
  line.release(heavy);
  EXPECT_EQ(line.outcomes, (Names{"a", "b", "x", "c"}));
}

TEST(HandlerSlots, GoesRoundTheAskers) {
  HandlerSlots slots({.slots = 1, .waiting = 10});
  Line line(slots);
  for (const char* name : {"a1", "a2", "a3", "a4"}) line.ask(heavy, name);
  for (const char* name : {"b1", "b2"}) line.ask(sibling, name);
  line.ask(other, "c1");
  line.release(heavy);    // a2
  line.release(heavy);    // b1
  line.release(sibling);  // c1
  line.release(other);    // a3
  line.release(heavy);    // b2
  line.release(sibling);  // a4
  EXPECT_EQ(line.outcomes, (Names{"a1", "a2", "b1", "c1", "a3", "b2", "a4"}));
}

TEST(HandlerSlots, RefusesTheNewestOfTheLongestQueueForAnAskerWithFewer) {
  HandlerSlots slots({.slots = 1, .waiting = 3});
  Line line(slots);
  for (const char* name : {"a1", "a2", "a3", "a4", "a5"}) line.ask(heavy, name);
  EXPECT_EQ(line.outcomes, (Names{"a1", "-a5"}));
  line.ask(other, "b1");
  EXPECT_EQ(line.outcomes, (Names{"a1", "-a5", "-a4"}));
  line.ask(other, "b2");  // no queue is longer than two
  EXPECT_EQ(line.outcomes, (Names{"a1", "-a5", "-a4", "-b2"}));
  line.release(heavy);
  line.release(heavy);
  line.release(other);
  EXPECT_EQ(line.outcomes, (Names{"a1", "-a5", "-a4", "-b2", "a2", "b1", "a3"}));
}

TEST(HandlerSlots, RefusesAtOnceIfNoneMayWait) {
  HandlerSlots slots({.slots = 1, .waiting = 0});
  Line line(slots);
  line.ask(heavy, "a");
  line.ask(other, "b");
  EXPECT_EQ(line.outcomes, (Names{"a", "-b"}));
}

TEST(HandlerSlots, RefusesAfterPatience) {
  HandlerSlots slots({.slots = 1, .waiting = 10, .patience = std::chrono::milliseconds(1)});
  asio::io_context context;
  std::optional<bool> acquired;
  const auto wait = [&](bool* first) -> asio::awaitable<void> {
    const bool granted = co_await slots.acquire(context.get_executor(), heavy);
    if (first == nullptr) acquired = granted;
  };
  bool first = true;
  asio::co_spawn(context, wait(&first), asio::detached);
  asio::co_spawn(context, wait(nullptr), asio::detached);
  context.run();
  EXPECT_EQ(acquired, false);
  // A request that gave up holds no slot.
  slots.release(heavy);
  Line line(slots);
  line.ask(other, "x");
  EXPECT_EQ(line.outcomes, (Names{"x"}));
}

}  // namespace
}  // namespace chatreports::http
