#include "http/turns.h"

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

// Requests that ask for turns, one after the other, and say what became of them.
class Line {
 public:
  explicit Line(Turns& turns) : turns_(turns) {}

  void ask(Share share, std::string name) {
    asio::co_spawn(context_, wait(share, std::move(name)), asio::detached);
    run();
  }
  void leave(Share share) {
    turns_.leave(share);
    run();
  }
  // The requests that were let in, in this order; those that were sent away have a - before them.
  std::vector<std::string> told;

 private:
  asio::awaitable<void> wait(Share share, std::string name) {
    const bool entered = co_await turns_.enter(context_.get_executor(), share);
    told.push_back(entered ? name : "-" + name);
  }
  void run() {
    context_.restart();
    context_.poll();
  }

  Turns& turns_;
  asio::io_context context_;
};

using Names = std::vector<std::string>;
constexpr std::chrono::milliseconds for_ever = std::chrono::hours(24);

TEST(Turns, OneIsLetInWhenAnotherLeaves) {
  Turns turns(1, 10);
  Line line(turns);
  line.ask({}, "a");
  line.ask({}, "b");
  line.ask({}, "c");
  EXPECT_EQ(line.told, (Names{"a"}));
  line.leave({});
  line.leave({});
  EXPECT_EQ(line.told, (Names{"a", "b", "c"}));
}

TEST(Turns, AnOwnerNeverHasThemAll) {
  Turns turns(3, 10, for_ever, 2);
  Line line(turns);
  for (const char* name : {"a", "b", "c"}) line.ask(heavy, name);
  line.ask(sibling, "d");
  EXPECT_EQ(line.told, (Names{"a", "b"}));
  line.ask(other, "x");
  EXPECT_EQ(line.told, (Names{"a", "b", "x"}));
  // The place of the one is no place for the other's third.
  line.leave(other);
  EXPECT_EQ(line.told, (Names{"a", "b", "x"}));
  line.leave(heavy);
  EXPECT_EQ(line.told, (Names{"a", "b", "x", "c"}));
}

TEST(Turns, AskersAreLetInOneAfterTheOther) {
  Turns turns(1, 10);
  Line line(turns);
  for (const char* name : {"a1", "a2", "a3", "a4"}) line.ask(heavy, name);
  for (const char* name : {"b1", "b2"}) line.ask(sibling, name);
  line.ask(other, "c1");
  line.leave(heavy);    // a2
  line.leave(heavy);    // b1
  line.leave(sibling);  // c1
  line.leave(other);    // a3
  line.leave(heavy);    // b2
  line.leave(sibling);  // a4
  EXPECT_EQ(line.told, (Names{"a1", "a2", "b1", "c1", "a3", "b2", "a4"}));
}

TEST(Turns, WhereTooManyWaitTheLatestOfThoseWithMostGivesWay) {
  Turns turns(1, 3);
  Line line(turns);
  for (const char* name : {"a1", "a2", "a3", "a4", "a5"}) line.ask(heavy, name);
  EXPECT_EQ(line.told, (Names{"a1", "-a5"}));
  line.ask(other, "b1");
  EXPECT_EQ(line.told, (Names{"a1", "-a5", "-a4"}));
  line.ask(other, "b2");  // nobody has more than two
  EXPECT_EQ(line.told, (Names{"a1", "-a5", "-a4", "-b2"}));
  line.leave(heavy);
  line.leave(heavy);
  line.leave(other);
  EXPECT_EQ(line.told, (Names{"a1", "-a5", "-a4", "-b2", "a2", "b1", "a3"}));
}

TEST(Turns, NobodyWaitsWhereNobodyMay) {
  Turns turns(1, 0);
  Line line(turns);
  line.ask(heavy, "a");
  line.ask(other, "b");
  EXPECT_EQ(line.told, (Names{"a", "-b"}));
}

TEST(Turns, PatienceEnds) {
  Turns turns(1, 10, std::chrono::milliseconds(1));
  asio::io_context context;
  std::optional<bool> entered;
  const auto wait = [&](bool* first) -> asio::awaitable<void> {
    const bool let_in = co_await turns.enter(context.get_executor(), heavy);
    if (first == nullptr) entered = let_in;
  };
  bool first = true;
  asio::co_spawn(context, wait(&first), asio::detached);
  asio::co_spawn(context, wait(nullptr), asio::detached);
  context.run();
  EXPECT_EQ(entered, false);
  // Who has given up does not take the turn with them.
  turns.leave(heavy);
  Line line(turns);
  line.ask(other, "x");
  EXPECT_EQ(line.told, (Names{"x"}));
}

}  // namespace
}  // namespace chatreports::http
