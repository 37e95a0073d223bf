// How fast sample records are made: chats and bytes a second, into a receiver that only counts.

#include "generate/generator.h"

#include <benchmark/benchmark.h>

#include "time/rfc3339.h"

namespace chatreports::generate {
namespace {

void generate_chats(benchmark::State& state) {
  Options options;
  options.end = parse_rfc3339("2022-01-01T00:00:00Z").value().instant;
  options.chats = static_cast<std::uint64_t>(state.range(0));
  options.agents = 200;
  std::size_t bytes = 0;
  for (auto _ : state) {
    generate(options, [&bytes](std::string_view lines) {
      bytes += lines.size();
      return true;
    });
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK(generate_chats)->Arg(20'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace chatreports::generate
