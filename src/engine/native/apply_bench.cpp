// The cost of making a change to an ongoing chat visible, in an engine of few chats and of many.

#include <benchmark/benchmark.h>

#include <memory>
#include <random>

#include "engine/open.h"

namespace chatreports::engine {
namespace {

constexpr std::int64_t seconds_between_chats = 3;

chat::Change chat_number(std::int64_t thread, std::mt19937_64& random) {
  chat::Thread facts;
  facts.started_at = Instant(std::chrono::seconds(thread * seconds_between_chats));
  facts.duration = Duration(static_cast<std::int64_t>(random() % 2'000'000'000));
  facts.agents = {"agent" + std::to_string(random() % 200)};
  facts.tags = {"tag" + std::to_string(random() % 50)};
  facts.groups = {static_cast<std::int64_t>(random() % 6)};
  facts.chatting = {{facts.agents[0], facts.started_at, facts.started_at + Duration{1'000'000}}};
  return {{thread}, {1}, chat::ThreadChange{{thread}, std::nullopt, std::move(facts)}};
}

// A chat begins, and one of the last hundred changes.
void apply_to_an_engine_of(benchmark::State& state) {
  std::mt19937_64 random(1);
  const auto engine = open_engine();
  std::int64_t threads = 0;
  std::vector<chat::Change> changes;
  while (threads < state.range(0)) {
    changes.push_back(chat_number(++threads, random));
    if (changes.size() < 65'536 && threads < state.range(0)) continue;
    if (!engine->apply(changes)) std::abort();
    changes.clear();
  }
  for (auto _ : state) {
    changes = {chat_number(++threads, random),
               chat_number(threads - static_cast<std::int64_t>(random() % 100), random)};
    auto& again = std::get<chat::ThreadChange>(changes[1].what);
    again.previous_started_at = again.facts.started_at;
    if (!engine->apply(changes)) std::abort();
  }
}
BENCHMARK(apply_to_an_engine_of)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace chatreports::engine
