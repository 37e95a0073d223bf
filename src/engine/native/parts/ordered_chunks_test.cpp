#include "engine/native/parts/ordered_chunks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace chatreports::engine::native {
namespace {

// A row is its key, and takes as many bytes as the key says.
struct Row {
  std::int64_t value = 0;
  std::int64_t key() const { return value; }
};

class Chunk {
 public:
  explicit Chunk(std::span<const Row> rows) {
    for (const Row& row : rows) keys_.push_back(row.value);
  }
  explicit Chunk(std::span<const ChunkRun<Chunk>> runs) {
    for (const ChunkRun<Chunk>& run : runs) {
      for (std::uint32_t row = run.begin; row < run.end; ++row)
        keys_.push_back(run.chunk->key(row));
    }
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }
  std::size_t bytes() const { return 8 * keys_.size(); }
  std::int64_t first_key() const { return keys_.front(); }
  std::int64_t key(std::uint32_t row) const { return keys_[row]; }
  bool ends_before(std::int64_t key) const { return keys_.back() < key; }

 private:
  std::vector<std::int64_t> keys_;
};

using Change = ChunkChange<Chunk, Row, std::int64_t>;

std::vector<std::int64_t> keys_of(const Change::Chunks& chunks) {
  std::vector<std::int64_t> keys;
  for (const auto& chunk : chunks) {
    for (std::uint32_t row = 0; row < chunk->size(); ++row) keys.push_back(chunk->key(row));
  }
  return keys;
}

std::vector<Row> rows_of(const std::vector<std::int64_t>& keys) {
  std::vector<Row> rows;
  for (const std::int64_t key : keys) rows.push_back({key});
  return rows;
}

ChunkSizes sizes(std::uint32_t most_rows, std::uint32_t tail_rows) {
  ChunkSizes made;
  made.most_rows = most_rows;
  made.tail_rows = tail_rows;
  return made;
}

TEST(ChunkChange, LeavesUntouchedChunksAsTheyAre) {
  const ChunkSizes small = sizes(4, 2);
  Change::Chunks chunks;
  for (std::int64_t key = 0; key < 40; ++key) chunks = Change::made(chunks, {}, {{key}}, small);
  ASSERT_GT(chunks.size(), 5U);
  const Change::Chunks late = Change::made(chunks, {}, {{40}}, small);
  for (std::size_t at = 0; at + 4 < chunks.size(); ++at) EXPECT_EQ(late[at], chunks[at]);
  const Change::Chunks early = Change::made(chunks, {1}, {}, small);
  EXPECT_NE(early.front(), chunks.front());
  EXPECT_EQ(early.back(), chunks.back());
  EXPECT_EQ(Change::made(chunks, {}, {}, small), chunks);
}

TEST(ChunkChange, RemovesTheLastRow) {
  const Change::Chunks one = Change::made({}, {}, {{7}}, sizes(4, 2));
  EXPECT_TRUE(Change::made(one, {7}, {}, sizes(4, 2)).empty());
}

// Chunks that double in size, so that a row is moved a few times in all.
TEST(ChunkChange, HasFewChunksAfterManySmallChanges) {
  Change::Chunks chunks;
  for (std::int64_t key = 0; key < 4'000; ++key) {
    chunks = Change::made(chunks, {}, {{key}}, sizes(1'024, 16));
  }
  EXPECT_EQ(keys_of(chunks).size(), 4'000U);
  EXPECT_LE(chunks.size(), 12U);
}

RC_GTEST_PROP(ChunkChange, HasTheSameRowsAsASet, ()) {
  const ChunkSizes small =
      sizes(*rc::gen::inRange<std::uint32_t>(2, 9), *rc::gen::inRange<std::uint32_t>(1, 5));
  Change::Chunks chunks;
  std::set<std::int64_t> model;
  const auto steps = *rc::gen::inRange(1, 20);
  for (int step = 0; step < steps; ++step) {
    const auto wanted = *rc::gen::container<std::set<std::int64_t>>(
        rc::gen::inRange<std::int64_t>(0, *rc::gen::element<std::int64_t>(20, 200)));
    std::vector<std::int64_t> removed;
    std::vector<std::int64_t> added;
    for (const std::int64_t key : wanted) {
      // A key that is there is removed, or replaced.
      if (model.contains(key)) removed.push_back(key);
      if (!model.contains(key) || key % 3 == 0) added.push_back(key);
    }
    for (const std::int64_t key : removed) model.erase(key);
    for (const std::int64_t key : added) model.insert(key);
    std::ranges::reverse(removed);
    std::ranges::reverse(added);
    chunks = Change::made(chunks, removed, rows_of(added), small);
    RC_ASSERT(keys_of(chunks) == std::vector<std::int64_t>(model.begin(), model.end()));
    for (const auto& chunk : chunks) {
      RC_ASSERT(chunk->size() > 0U);
      RC_ASSERT(chunk->size() <= small.most_rows);
    }
  }
}

}  // namespace
}  // namespace chatreports::engine::native
