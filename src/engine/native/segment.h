#pragma once
// A segment: up to 65,536 chats of one licence in the order of started_at, as columns and as rows
// per value. Immutable; any thread may read it. It holds all facts of its threads: they can be
// taken out again, to make the next version of the segment.

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/numbers.h"
#include "chat/thread.h"
#include "engine/native/chatting.h"
#include "engine/native/column.h"
#include "engine/native/field_index.h"
#include "engine/native/submissions.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// Where a thread stands among all of its licence.
struct RowKey {
  Instant started_at;
  ThreadNumber thread;
  auto operator<=>(const RowKey&) const = default;
};

struct SegmentRow {
  ThreadNumber thread;
  chat::Thread facts;
  RowKey key() const { return {facts.started_at, thread}; }
  bool operator==(const SegmentRow&) const = default;
};

class Segment {
 public:
  // Rows ascending by key, 1 to max_segment_rows of them.
  explicit Segment(std::span<const SegmentRow> rows);

  std::uint32_t size() const { return started_at_.size(); }
  RowKey first_key() const { return first_key_; }
  bool ends_before(const RowKey& key) const { return last_start() < key.started_at; }
  Instant first_start() const { return started_at_.value(0); }
  Instant last_start() const { return started_at_.value(size() - 1); }

  const TimeColumn& started_at() const { return started_at_; }
  // Of any column but count.
  const Column& column(report::Column column) const;
  // An empty index where no chat has a value of the field.
  const FieldIndex& index(const report::Field& field) const;
  const Submissions& submissions() const { return submissions_; }
  const Chatting& chatting() const { return chatting_; }
  void add_rows_where(const report::GreetingSent& test, RowSet& into) const;

  std::vector<SegmentRow> unpack() const;
  std::size_t bytes() const;

 private:
  static constexpr std::size_t field_kinds =
      static_cast<std::size_t>(report::Field::Kind::property);
  static constexpr std::size_t columns = 4;
  using PropertyName = std::pair<std::string, std::string>;

  RowKey first_key_;
  TimeColumn started_at_;
  std::int64_t first_thread_ = 0;
  Column threads_;  // thread number − first_thread_
  std::array<Column, columns> columns_;
  std::array<FieldIndex, field_kinds> fields_;
  std::map<PropertyName, FieldIndex> properties_;
  std::vector<std::uint16_t> greeting_rows_;  // the chats with a greeting
  std::vector<Instant> greeting_sent_at_;     // of each of these
  Submissions submissions_;
  Chatting chatting_;
};

}  // namespace chatreports::engine::native
