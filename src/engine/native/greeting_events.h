#pragma once
// The greeting events of a licence, in the order of their time, in immutable chunks of up to
// 65,536. An event is a time and a kind: few kinds (greeting, group, what happened) make up
// millions.

#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chat/thread.h"
#include "engine/native/column.h"
#include "engine/native/ordered_chunks.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// What counts of a greeting event: who it was shown to plays no part.
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
  // Ascending, 1 to max_segment_rows.
  explicit GreetingEventChunk(std::span<const GreetingEventRow> rows);

  std::uint32_t size() const { return at_.size(); }
  GreetingEventRow first_key() const { return row(0); }
  bool ends_before(const GreetingEventRow& key) const { return row(size() - 1) < key; }
  std::vector<GreetingEventRow> unpack() const;
  const TimeColumn& at() const { return at_; }
  const std::vector<GreetingEventKind>& kinds() const { return kinds_; }
  std::span<const std::uint16_t> kind_numbers() const { return kind_numbers_; }
  GreetingEventRow row(std::uint32_t row) const {
    return {at_.value(row), kinds_[kind_numbers_[row]]};
  }
  std::size_t bytes() const;

 private:
  TimeColumn at_;
  std::vector<GreetingEventKind> kinds_;     // ascending
  std::vector<std::uint16_t> kind_numbers_;  // of each row
};

class GreetingEvents {
 public:
  // The same without `removed` (each of which is there) and with `added`.
  GreetingEvents with(std::vector<GreetingEventRow> removed, std::vector<GreetingEventRow> added,
                      ChunkSizes sizes) const;
  report::Table run(const report::Plan& plan, const report::GreetingEventsSource& source) const;
  std::size_t bytes() const;

 private:
  std::vector<std::shared_ptr<const GreetingEventChunk>> chunks_;
};

}  // namespace chatreports::engine::native
