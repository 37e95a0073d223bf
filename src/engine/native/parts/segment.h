#pragma once
// A segment holds up to 65,536 chats of one licence in the order of started_at, as columns and as
// rows per value. Immutable; any thread may read it. It holds all facts of its threads, so a new
// segment can be made of the rows of others.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/numbers.h"
#include "chat/thread.h"
#include "engine/native/columns/field_index.h"
#include "engine/native/columns/integer_column.h"
#include "engine/native/columns/time_column.h"
#include "engine/native/files/image.h"
#include "engine/native/parts/chatting.h"
#include "engine/native/parts/departures.h"
#include "engine/native/parts/group_totals.h"
#include "engine/native/parts/ordered_chunks.h"
#include "engine/native/parts/part.h"
#include "engine/native/parts/queue_waits.h"
#include "engine/native/parts/stored_properties.h"
#include "engine/native/parts/submissions.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// The position of a thread among all threads of its licence.
struct RowKey {
  Instant started_at;
  ThreadNumber thread;
  auto operator<=>(const RowKey&) const = default;
};

struct SegmentRow {
  ThreadNumber thread;
  const chat::Thread* facts = nullptr;  // borrowed
  RowKey key() const { return {facts->started_at, thread}; }
};

class Segment {
 public:
  static constexpr std::string_view part_name = "chats";
  static constexpr ImageKind image_kind = image_kind_of("segm");
  static Chunks<Segment> apply(const Chunks<Segment>& segments, LicenseChanges changes,
                               const ChunkSizes& sizes);
  static Chunks<Segment> remove(const Chunks<Segment>& segments, const chat::Removal& removal,
                                const ChunkSizes& sizes);

  // Makes a segment of 1 to max_segment_rows rows that ascend by key.
  explicit Segment(std::span<const SegmentRow> rows);
  // Makes one of rows of other segments: the same, byte by byte, as from the rows themselves. Cost:
  // about that of copying these segments.
  explicit Segment(std::span<const ChunkRun<Segment>> runs);
  explicit Segment(std::shared_ptr<const Image> image);
  std::shared_ptr<const Image> pack() const { return image_; }
  std::uint64_t file() const { return image_->number(); }
  std::size_t bytes() const;

  std::uint32_t size() const { return parts_.started_at.size(); }
  RowKey first_key() const { return parts_.first_key; }
  RowKey key(std::uint32_t row) const { return {started_at().value(row), thread(row)}; }
  // Returns the thread's key; nothing if it is not here. Cost: a look at each row.
  std::optional<RowKey> find(ThreadNumber thread) const;
  bool ends_before(const RowKey& key) const { return last_start() < key.started_at; }
  Instant first_start() const { return first_start_; }
  Instant last_start() const { return last_start_; }
  void add_property_names(std::set<std::pair<std::string, std::string>>& names) const {
    parts_.properties.add_names(names);
  }

  const TimeColumn& started_at() const { return parts_.started_at; }
  // Calls visit(values) with the values of a column other than `count`, and returns its result:
  // with an IntegerColumn, or with QueueWaits.
  template <class Visit>
  auto visit_column(report::Column column, Visit visit) const {
    if (column == report::Column::queue_wait) return visit(parts_.queue_waits);
    return visit(column_of_rows(column));
  }
  // The index is empty if no chat has a value.
  FieldIndex index(const report::Field& field) const;
  const Submissions& submissions() const { return parts_.submissions; }
  const Chatting& chatting() const { return parts_.chatting; }
  const Departures& departures() const { return parts_.departures; }
  const QueueWaits& queue_waits() const { return parts_.queue_waits; }
  void add_rows_where(const report::GreetingSent& test, RowSet& into) const;

  const GroupTotals& totals() const { return totals_; }

 private:
  static constexpr std::size_t field_kinds =
      static_cast<std::size_t>(report::Field::Kind::property);
  static constexpr std::size_t columns = 4;  // that have a value in each row

  struct Parts {
    RowKey first_key;
    std::int64_t first_thread = 0;
    TimeColumn started_at;
    IntegerColumn threads;  // thread number − first_thread
    std::array<IntegerColumn, columns> of_rows;
    std::array<StoredField, field_kinds> fields;
    StoredProperties properties;
    Array<std::uint16_t> greeting_rows;  // the chats with a greeting
    Array<Instant> greeting_sent_at;     // of each of these
    Submissions submissions;
    Chatting chatting;
    Departures departures;
    QueueWaits queue_waits;

    template <class Self, class Layout>
    static void lay_out(Self& self, Layout& layout);
  };

  const IntegerColumn& column_of_rows(report::Column column) const;
  ThreadNumber thread(std::uint32_t row) const {
    return {parts_.first_thread + parts_.threads.value(row)};
  }
  struct Moved;  // the rows of a segment and their numbers in another one
  static std::vector<Moved> moved(std::span<const ChunkRun<Segment>> runs, std::uint32_t& rows);
  void seal();
  void look_at_ends();

  Parts parts_;
  std::shared_ptr<const Image> image_;
  Instant first_start_;  // beside the image, because a search for a segment reads it
  Instant last_start_;
  GroupTotals totals_;
};

}  // namespace chatreports::engine::native
