#pragma once
// How long the chats of a segment waited in the queue. Most chats were not queued and take no room.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "chat/thread.h"
#include "engine/native/columns/array.h"
#include "engine/native/columns/integer_column.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/row_set.h"

namespace chatreports::engine::native {

class QueueWaits {
 public:
  class Builder;

  // The waits that ended in one way, in the order of their rows.
  class OfOutcome {
   public:
    std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
    std::uint32_t row(std::uint32_t number) const { return rows_[number]; }
    // In microseconds, by number.
    const IntegerColumn& waits() const { return waits_; }
    // Returns the number of the first wait from `number` on whose row is not below `row`.
    std::uint32_t first_from(std::uint32_t row, std::uint32_t number = 0) const;

    template <class Self, class Layout>
    static void lay_out(Self& self, Layout& layout) {
      layout(self.rows_, self.waits_);
    }

   private:
    friend class Builder;
    Array<std::uint16_t> rows_;
    IntegerColumn waits_;
  };

  // Makes the waits of a segment from those of other segments whose rows move there.
  struct Moved {
    const QueueWaits* waits;
    const NewNumbers* rows;
  };
  static QueueWaits merged(std::span<const Moved> from);

  const OfOutcome& of(chat::QueueOutcome outcome) const {
    return outcomes_[static_cast<std::size_t>(outcome)];
  }

  // As in IntegerColumn, by row. A chat that was not queued waited for 0.
  std::int64_t value(std::uint32_t row) const;
  report::Sum sum(RowRange range) const;
  report::Sum sum(RowRange range, const RowSet& rows) const { return sum(range, rows.words()); }
  report::Sum sum(RowRange range, std::span<const std::uint64_t> bits) const;
  report::Sum sum(std::span<const std::uint16_t> rows) const;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    for (auto& outcome : self.outcomes_) layout(outcome);
  }

 private:
  std::array<OfOutcome, 2> outcomes_;  // by chat::QueueOutcome
};

class QueueWaits::Builder {
 public:
  // Adds the wait of the chat if it was queued. Rows ascend.
  void add(std::uint32_t row, const chat::Thread& facts) {
    if (facts.queue) add(row, facts.queue->outcome, facts.queue->waited.count());
  }
  void add(std::uint32_t row, chat::QueueOutcome outcome, std::int64_t wait);
  QueueWaits build() &&;

 private:
  struct Collected {
    std::vector<std::uint16_t> rows;
    std::vector<std::int64_t> waits;
  };
  std::array<Collected, 2> outcomes_;
};

}  // namespace chatreports::engine::native
