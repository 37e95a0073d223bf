#include "engine/idle_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace chatreports::engine {
namespace {

TEST(IdleThreads, DoEachPartOnce) {
  for (const std::size_t count : {0U, 1U, 3U}) {
    IdleThreads threads(count);
    for (const std::size_t parts : {0U, 1U, 2U, 100U}) {
      std::vector<std::atomic<int>> done(parts);
      threads.run(parts, [&done](std::size_t part) { ++done[part]; });
      for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
    }
  }
}

TEST(IdleThreads, SayWhatWentWrongWhenAllIsDone) {
  IdleThreads threads(2);
  std::atomic<int> done = 0;
  EXPECT_THROW(threads.run(50,
                           [&done](std::size_t part) {
                             ++done;
                             if (part % 7 == 3) throw std::runtime_error("no memory");
                           }),
               std::runtime_error);
  EXPECT_EQ(done, 50);
}

TEST(IdleThreads, ServeManyAtATime) {
  IdleThreads threads(2);
  std::atomic<int> done = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int time = 0; time < 200; ++time) threads.run(5, [&done](std::size_t) { ++done; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(done, 4 * 200 * 5);
}

}  // namespace
}  // namespace chatreports::engine
