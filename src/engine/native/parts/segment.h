#pragma once
// A segment: up to 65,536 chats of one licence in the order of started_at, as columns and as rows
// per value. Immutable; any thread may read it. It holds all facts of its threads: a new segment
// can be made of the rows of others.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/numbers.h"
#include "chat/thread.h"
#include "engine/native/columns/column.h"
#include "engine/native/columns/field_index.h"
#include "engine/native/files/image.h"
#include "engine/native/parts/chatting.h"
#include "engine/native/parts/group_totals.h"
#include "engine/native/parts/ordered_chunks.h"
#include "engine/native/parts/stored_properties.h"
#include "engine/native/parts/submissions.h"
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
  static constexpr ImageKind image_kind = ImageKind::segment;

  // Rows ascending by key, 1 to max_segment_rows of them.
  explicit Segment(std::span<const SegmentRow> rows);
  // Of rows of other segments, likewise: the same, byte by byte, as one that is made of these rows.
  // Cost: about that of copying these segments.
  explicit Segment(std::span<const ChunkRun<Segment>> runs);
  explicit Segment(std::shared_ptr<const Image> image);
  const std::shared_ptr<const Image>& image() const { return image_; }

  std::uint32_t size() const { return parts_.started_at.size(); }
  RowKey first_key() const { return parts_.first_key; }
  RowKey key(std::uint32_t row) const { return {started_at().value(row), thread(row)}; }
  // Where the thread stands; nothing where it is not here. Cost: a look at each row.
  std::optional<RowKey> find(ThreadNumber thread) const;
  bool ends_before(const RowKey& key) const { return last_start() < key.started_at; }
  Instant first_start() const { return first_start_; }
  Instant last_start() const { return last_start_; }

  const TimeColumn& started_at() const { return parts_.started_at; }
  // Of any column but count.
  const Column& column(report::Column column) const;
  // Of no values where no chat has one.
  FieldIndex index(const report::Field& field) const;
  const Submissions& submissions() const { return parts_.submissions; }
  const Chatting& chatting() const { return parts_.chatting; }
  void add_rows_where(const report::GreetingSent& test, RowSet& into) const;

  const GroupTotals& totals() const { return totals_; }

  std::size_t bytes() const;

 private:
  static constexpr std::size_t field_kinds =
      static_cast<std::size_t>(report::Field::Kind::property);
  static constexpr std::size_t columns = 4;

  struct Parts {
    RowKey first_key;
    std::int64_t first_thread = 0;
    TimeColumn started_at;
    Column threads;  // thread number − first_thread
    std::array<Column, columns> of_rows;
    std::array<StoredField, field_kinds> fields;
    StoredProperties properties;
    Array<std::uint16_t> greeting_rows;  // the chats with a greeting
    Array<Instant> greeting_sent_at;     // of each of these
    Submissions submissions;
    Chatting chatting;

    template <class Self, class Layout>
    static void lay_out(Self& self, Layout& layout);
  };

  ThreadNumber thread(std::uint32_t row) const {
    return {parts_.first_thread + parts_.threads.value(row)};
  }
  struct Moved;  // the rows of a segment, and where they go in another one
  static std::vector<Moved> moved(std::span<const ChunkRun<Segment>> runs, std::uint32_t& rows);
  void seal();
  void look_at_ends();

  Parts parts_;
  std::shared_ptr<const Image> image_;
  Instant first_start_;  // beside the image: what a search for a segment looks at
  Instant last_start_;
  GroupTotals totals_;
};

}  // namespace chatreports::engine::native
