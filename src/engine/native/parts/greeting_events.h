#pragma once
// The greeting events of a licence in the order of their time, in immutable chunks of up to 65,536.
// An event is a time and a kind. Millions of events are of a few kinds (greeting, group, what
// happened).

#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chat/thread.h"
#include "engine/native/columns/time_column.h"
#include "engine/native/files/image.h"
#include "engine/native/parts/ordered_chunks.h"
#include "engine/native/parts/part.h"

namespace chatreports::engine::native {

// All that counts of a greeting event but its time. The customer plays no part.
struct GreetingEventKind {
  std::int64_t greeting_id = 0;
  std::optional<std::int64_t> group_id;
  chat::GreetingEvent event = chat::GreetingEvent::displayed;
  auto operator<=>(const GreetingEventKind&) const = default;
};

struct GreetingEventRow {
  Instant at;
  GreetingEventKind kind;
  const GreetingEventRow& key() const { return *this; }
  auto operator<=>(const GreetingEventRow&) const = default;
};

class GreetingEventChunk {
 public:
  static constexpr std::string_view part_name = "greeting_events";
  static constexpr ImageKind image_kind = image_kind_of("gree");
  static Chunks<GreetingEventChunk> apply(const Chunks<GreetingEventChunk>& chunks,
                                          LicenseChanges changes, const ChunkSizes& sizes);
  static Chunks<GreetingEventChunk> remove(const Chunks<GreetingEventChunk>& chunks,
                                           const chat::Removal& removal, const ChunkSizes& sizes);

  // Makes a chunk of 1 to max_segment_rows rows that ascend.
  explicit GreetingEventChunk(std::span<const GreetingEventRow> rows);
  explicit GreetingEventChunk(std::span<const ChunkRun<GreetingEventChunk>> runs);
  explicit GreetingEventChunk(std::shared_ptr<const Image> image);
  std::shared_ptr<const Image> pack() const { return image_; }
  std::uint64_t file() const { return image_->number(); }
  std::size_t bytes() const;

  std::uint32_t size() const { return at().size(); }
  GreetingEventRow first_key() const { return row(0); }
  GreetingEventRow key(std::uint32_t number) const { return row(number); }
  bool ends_before(const GreetingEventRow& key) const { return row(size() - 1) < key; }
  const TimeColumn& at() const { return parts_.at; }
  const std::vector<GreetingEventKind>& kinds() const { return kinds_; }
  std::span<const std::uint16_t> kind_numbers() const { return parts_.kind_numbers.span(); }

  // A tally counts the kinds that differ in nothing but their group, for plans that name no group.
  std::uint32_t tallies() const { return tallies_; }
  std::uint32_t tally_of(std::size_t kind) const { return tally_of_kind_[kind]; }
  // Adds to counts[tally] how many of the rows belong to each tally. Cost: two looks a tally, and
  // the rows of two blocks at most.
  void add_counts(RowRange rows, std::span<std::int64_t> counts) const;
  GreetingEventRow row(std::uint32_t row) const {
    return {at().value(row), kinds_[kind_numbers()[row]]};
  }

 private:
  // A kind as an image holds it.
  struct PlainKind {
    std::int64_t greeting_id;
    std::int64_t group_id;  // 0 if there is none
    std::uint32_t has_group;
    std::uint32_t event;
  };
  struct Parts {
    TimeColumn at;
    Array<PlainKind> kinds;             // ascending
    Array<std::uint16_t> kind_numbers;  // of each row
    Array<std::uint16_t> sums;          // the count of each tally before each block of rows

    template <class Self, class Layout>
    static void lay_out(Self& self, Layout& layout) {
      layout(self.at, self.kinds, self.kind_numbers, self.sums);
    }
  };
  static constexpr std::uint32_t rows_per_block = 1'024;

  void unpack_kinds();

  Parts parts_;
  std::shared_ptr<const Image> image_;
  std::vector<GreetingEventKind> kinds_;
  std::vector<std::uint32_t> tally_of_kind_;
  std::uint32_t tallies_ = 0;
};

}  // namespace chatreports::engine::native
