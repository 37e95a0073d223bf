// How fast chats go into the store and out of it again: batches of 20,000 with random thread ids,
// the worst case for the index. Each write is durable when it counts.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "base/check.h"
#include "store/record_codec.h"
#include "store/store.h"

namespace chatreports::store {
namespace {

constexpr std::size_t batch_size = 20'000;
constexpr LicenseId license{1};

// A folder of its own on the disk of the working folder, gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = "store_bench_XXXXXX";
    CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = std::filesystem::absolute(name);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_; }
  std::uintmax_t bytes() const {
    std::uintmax_t sum = 0;
    for (const auto& file : std::filesystem::directory_iterator(path_)) sum += file.file_size();
    return sum;
  }

 private:
  std::filesystem::path path_;
};

class ChatMaker {
 public:
  chat::ChatRecord chat() {
    chat::ChatRecord record;
    for (int place = 0; place < 10; ++place) {
      record.thread_id += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[random_() % 36];
    }
    chat::ThreadRecord& thread = record.thread;
    thread.from_chat_record = true;
    now_ += 3'000'000 + static_cast<std::int64_t>(random_() % 1'000'000);
    thread.started_at = from_unix_microseconds(now_);
    const std::string agent = fmt::format("agent{}@example.com", random_() % 200);
    thread.agents = {agent};
    thread.groups = {static_cast<std::int64_t>(random_() % 20)};
    thread.tags = {fmt::format("tag {}", random_() % 25), fmt::format("topic {}", random_() % 25)};
    thread.properties = {{"rating", "score", std::int64_t{1}},
                         {"routing", "continuous", false},
                         {"source", "client_id", std::string("c5c1e8a0")}};
    std::int64_t at = now_;
    for (int place = 0; place < 8; ++place) {
      at += static_cast<std::int64_t>(random_() % 60'000'000);
      chat::Event event;
      event.created_at = from_unix_microseconds(at);
      event.author = place % 2 == 0 ? chat::AuthorKind::customer : chat::AuthorKind::agent;
      if (event.author == chat::AuthorKind::agent) event.agent_id = agent;
      thread.events.push_back(event);
    }
    thread.ended_at = from_unix_microseconds(at);
    return record;
  }
  std::vector<chat::Record> batch() {
    std::vector<chat::Record> records;
    for (std::size_t place = 0; place < batch_size; ++place) records.emplace_back(chat());
    return records;
  }

 private:
  std::mt19937_64 random_{7};
  std::int64_t now_ = 1'600'000'000'000'000;
};

void write_new_chats(benchmark::State& state) {
  const TemporaryFolder folder;
  auto store = Store::open(folder.path());
  CHECK(store.has_value());
  ChatMaker maker;
  for (auto unused : state) {
    state.PauseTiming();
    const auto records = maker.batch();
    state.ResumeTiming();
    const auto summary = (*store)->write(license, records);
    CHECK(summary && summary->written == batch_size);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch_size));
  state.counters["file_bytes_a_chat"] =
      static_cast<double>(folder.bytes()) / static_cast<double>(state.iterations()) / batch_size;
}
BENCHMARK(write_new_chats)->Iterations(50)->UseRealTime();
BENCHMARK(write_new_chats)->Iterations(250)->UseRealTime();

void write_known_chats(benchmark::State& state) {
  const TemporaryFolder folder;
  auto store = Store::open(folder.path());
  CHECK(store.has_value());
  const auto records = ChatMaker().batch();
  CHECK((*store)->write(license, records).has_value());
  for (auto unused : state) {
    const auto summary = (*store)->write(license, records);
    CHECK(summary && summary->unchanged == batch_size);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch_size));
}
BENCHMARK(write_known_chats)->UseRealTime();

void replay(benchmark::State& state) {
  const TemporaryFolder folder;
  auto store = Store::open(folder.path());
  CHECK(store.has_value());
  ChatMaker maker;
  for (int batch = 0; batch < 25; ++batch) {
    CHECK((*store)->write(license, maker.batch()).has_value());
  }
  std::size_t taken = 0;
  for (auto unused : state) {
    const auto done = (*store)->replay({}, batch_size, [&](std::span<const chat::Change> changes) {
      taken += changes.size();
      return Result<void>();
    });
    CHECK(done.has_value());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(taken));
}
BENCHMARK(replay)->UseRealTime();

void encode_chat(benchmark::State& state) {
  const chat::ChatRecord chat = ChatMaker().chat();
  StringTable strings;
  std::string bytes;
  for (auto unused : state) {
    encode(chat.thread, strings, bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(encode_chat);

void decode_chat(benchmark::State& state) {
  std::string bytes;
  StringTable strings;
  const chat::ThreadRecord thread = ChatMaker().chat().thread;
  for (int time = 0; time < 100; ++time) encode(thread, strings, bytes);
  for (auto unused : state) benchmark::DoNotOptimize(decode(bytes, strings));
}
BENCHMARK(decode_chat);

}  // namespace
}  // namespace chatreports::store
