// Compares RecordParser with its lower bound: simdjson's parse of the same bytes, which makes a
// tree and no record.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <string>
#include <vector>

#include "base/check.h"
#include "ingest/parse_record.h"
#include "ingest/pipeline.h"

namespace chatreports::ingest {
namespace {

// A chat of eight events in the form of List Archives, about 1.4 KB with its texts.
std::string archived_chat(int number) {
  std::string events;
  for (int i = 0; i < 8; ++i) {
    if (i > 0) events += ',';
    events += fmt::format(
        R"({{"id":"T{0}_{1}","type":"message","text":"Hi, how can I help you?","author_id":"{2}",)"
        R"("created_at":"2021-04-{3:02}T10:{1:02}:30.123456Z","visibility":"all"}})",
        number, i, i % 2 == 0 ? fmt::format("customer-{}", number) : "agent7@example.com",
        1 + number % 28);
  }
  return fmt::format(
      R"({{"id":"C{0}","users":[{{"id":"customer-{0}","type":"customer","name":"Thomas"}},)"
      R"({{"id":"agent7@example.com","type":"agent","name":"Smith"}}],)"
      R"("properties":{{"routing":{{"continuous":false}}}},"access":{{"group_ids":[{1}]}},)"
      R"("thread":{{"id":"T{0}","active":false,"user_ids":["customer-{0}","agent7@example.com"],)"
      R"("created_at":"2021-04-{2:02}T10:00:00.000000Z","tags":["billing","tag{3}"],)"
      R"("properties":{{"rating":{{"score":1}}}},"access":{{"group_ids":[{1}]}},"events":[{4}]}}}})",
      number, number % 10, 1 + number % 28, number % 50, events);
}

// The padded bytes of the chats, and the place of each.
struct Chats {
  static constexpr int count = 2'000;
  std::string bytes;
  std::vector<std::pair<std::size_t, std::size_t>> places;

  Chats() {
    for (int number = 0; number < count; ++number) {
      const std::string chat = archived_chat(number);
      places.emplace_back(bytes.size(), chat.size());
      bytes += chat + "\n";
    }
    bytes.append(json_padding_bytes, ' ');
  }
};

const Chats& chats() {
  static const Chats made;
  return made;
}

void count_chats(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * Chats::count);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(chats().bytes.size() - json_padding_bytes));
}

void simdjson_parse_alone(benchmark::State& state) {
  simdjson::dom::parser parser;
  for (auto _ : state) {
    for (const auto& [offset, length] : chats().places) {
      simdjson::dom::element root;
      CHECK(parser.parse(chats().bytes.data() + offset, length, false).get(root) ==
            simdjson::SUCCESS);
      benchmark::DoNotOptimize(root);
    }
  }
  count_chats(state);
}

void record_parser(benchmark::State& state) {
  RecordParser parser;
  for (auto _ : state) {
    for (const auto& [offset, length] : chats().places) {
      parser.parse_padded(std::string_view(chats().bytes).substr(offset, length),
                          [](Result<chat::Record> record) {
                            CHECK(record.has_value());
                            benchmark::DoNotOptimize(record);
                          });
    }
  }
  count_chats(state);
}

void pipeline(benchmark::State& state) {
  const std::span bytes(chats().bytes.data(), chats().bytes.size() - json_padding_bytes);
  for (auto _ : state) {
    const auto source = open_memory(bytes);
    int records = 0;
    const auto take = [&](Batch batch) -> Result<void> {
      records += static_cast<int>(batch.records.size());
      return {};
    };
    const PipelineOptions options{.threads = static_cast<unsigned>(state.range(0))};
    CHECK(read_records(*source, options, take, [] { return false; }).has_value());
    CHECK(records == Chats::count);
  }
  count_chats(state);
}

BENCHMARK(simdjson_parse_alone)->Unit(benchmark::kMillisecond);
BENCHMARK(record_parser)->Unit(benchmark::kMillisecond);
BENCHMARK(pipeline)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace chatreports::ingest
