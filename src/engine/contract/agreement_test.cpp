// Random tests: whatever the history of changes, its batches and the plan, every engine returns the
// table of the reference engine.
//
//   RC_PARAMS=max_success=3000 build/release/engine_test --gtest_filter='Engines*'
//   CHATREPORTS_WORLDS=300 build/release/engine_test --gtest_filter='LargeWorlds*'

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/contract/chance.h"
#include "engine/contract/engines.h"
#include "engine/native/parts/segment.h"
#include "report/plan_text.h"

namespace chatreports::engine {
namespace {

using contract::Chance;
using contract::EngineUnderTest;
using report::Plan;

class EnginesUnderTest {
 public:
  explicit EnginesUnderTest(contract::Worlds worlds) {
    for (const EngineUnderTest& under_test : contract::engines_for(worlds)) {
      engines_.push_back({under_test.name, under_test.open()});
    }
  }

  // Returns an error message; empty if all went well.
  std::string apply(std::span<const chat::Change> changes) {
    for (const auto& [name, engine] : engines_) {
      const Result<void> applied = engine->apply(changes);
      if (!applied) return name + ": " + applied.error().message;
    }
    return {};
  }

  // Runs the plan on all engines. Returns a description of the first difference from the reference
  // engine; empty if there is none.
  std::string difference(const Plan& plan) const {
    const report::Table expected = *engines_.front().engine->run(plan);
    for (const auto& [name, engine] : engines_) {
      const report::Table answered = *engine->run(plan);
      if (answered == expected) continue;
      const std::string wanted = contract::describe(expected);
      const std::string got = contract::describe(answered);
      return name + "\nplan: " + report::plan_text(plan) + "\nexpected: " + part(wanted, got) +
             "\nanswered: " + part(got, wanted);
    }
    return {};
  }

 private:
  // Returns the text around its first difference from the other.
  static std::string part(const std::string& text, const std::string& other) {
    constexpr std::ptrdiff_t before = 200;
    constexpr std::size_t length = 800;
    const auto differs = std::ranges::mismatch(text, other).in1 - text.begin();
    const auto begin = static_cast<std::size_t>(std::max<std::ptrdiff_t>(differs - before, 0));
    return (begin > 0 ? "… " : "") + text.substr(begin, length);
  }

  struct Opened {
    std::string name;
    std::unique_ptr<Engine> engine;
  };
  std::vector<Opened> engines_;
};

RC_GTEST_PROP(Engines, AgreeWithTheReference, ()) {
  const auto seeds = *rc::gen::scale(2.0, rc::gen::arbitrary<std::vector<std::uint64_t>>());
  const auto plan_seeds =
      *rc::gen::container<std::vector<std::uint64_t>>(20, rc::gen::arbitrary<std::uint64_t>());
  const std::vector<chat::Change> changes = contract::some_changes(seeds);
  EnginesUnderTest engines(contract::Worlds::small);
  std::span<const chat::Change> rest = changes;
  while (!rest.empty()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
    RC_ASSERT(engines.apply(rest.first(size)) == "");
    rest = rest.subspan(size);
  }
  for (const std::uint64_t seed : plan_seeds) {
    Chance chance(seed);
    const std::string difference =
        engines.difference(contract::some_plan(chance, {1 + chance.below(2)}));
    if (!difference.empty()) RC_LOG() << difference << "\n";
    RC_ASSERT(difference == "");
  }
}

constexpr std::int64_t most_threads = 5'000;
constexpr std::int64_t rare_values = 500;

struct LargeWorld {
  explicit LargeWorld(std::uint64_t seed) : chance(seed, rare_values) {
    const std::int64_t threads = 1'000 + chance.below(most_threads - 1'000);
    changes = contract::some_large_history(seed, threads, 3 * threads);
  }

  Chance chance;
  std::vector<chat::Change> changes;
};

// Worlds in which values have many rows or few, runs of rows cross words, segments are many, merged
// and changed in the middle, and greeting events fill blocks.
TEST(LargeWorlds, GetTheSameTablesFromEveryEngine) {
  const char* wanted = std::getenv("CHATREPORTS_WORLDS");
  const std::uint64_t worlds = wanted == nullptr ? 4 : std::strtoull(wanted, nullptr, 10);
  constexpr int plans_a_world = 40;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    SCOPED_TRACE("world " + std::to_string(seed));
    LargeWorld world(seed);
    EnginesUnderTest engines(contract::Worlds::large);
    std::span<const chat::Change> rest = world.changes;
    while (!rest.empty()) {
      const std::size_t size = world.chance.one_in(8) ? 1 : (rest.size() + 1) / 2;
      ASSERT_EQ(engines.apply(rest.first(size)), "");
      rest = rest.subspan(size);
    }
    for (int plan = 0; plan < plans_a_world; ++plan) {
      ASSERT_EQ(engines.difference(contract::some_plan(world.chance, {1})), "");
    }
  }
}

// Whether the large worlds are large enough.
TEST(LargeWorlds, MeetEveryContainer) {
  using Kind = report::Field::Kind;
  const LargeWorld world(1);
  std::map<ThreadNumber, const chat::Thread*> threads;
  std::size_t greeting_events = 0;
  for (const chat::Change& change : world.changes) {
    if (change.license != LicenseId{1}) continue;
    if (const auto* thread = std::get_if<chat::ThreadChange>(&change.what)) {
      threads[thread->thread] = &thread->facts;
    }
    greeting_events += std::holds_alternative<chat::GreetingChange>(change.what) ? 1 : 0;
  }
  std::vector<native::SegmentRow> rows;
  for (const auto& [number, facts] : threads) rows.push_back({number, facts});
  std::ranges::sort(rows, {}, [](const native::SegmentRow& row) { return row.key(); });
  const native::Segment segment{std::span<const native::SegmentRow>(rows)};
  EXPECT_GT(segment.size(), 1'000U);
  for (const Kind kind : {Kind::agent, Kind::tag, Kind::group}) {
    const native::FieldIndex index = segment.index(report::Field::of(kind));
    std::size_t dense = 0;
    std::size_t sparse = 0;
    std::size_t across_words = 0;
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      const native::Postings::View of_value = index.rows(number);
      (of_value.is_dense() ? dense : sparse) += 1;
      if (of_value.sparse.size() > 1 && of_value.sparse.front() / native::rows_per_word !=
                                            of_value.sparse.back() / native::rows_per_word) {
        ++across_words;
      }
    }
    EXPECT_GT(dense, 2U);
    EXPECT_GT(sparse, 100U);
    EXPECT_GT(across_words, 100U);
  }
  EXPECT_TRUE(segment.index(report::Field::tag()).has_values_of_rows());
  EXPECT_GT(segment.submissions().size(), 500U);
  EXPECT_GT(segment.submissions().choices(), 100U);
  EXPECT_GT(segment.chatting().size(), 500U);
  EXPECT_GT(greeting_events, 1'500U) << "a block of a chunk has 1,024";
}

}  // namespace
}  // namespace chatreports::engine
