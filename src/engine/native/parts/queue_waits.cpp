#include "engine/native/parts/queue_waits.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chatreports::engine::native {

using chat::QueueOutcome;

std::uint32_t QueueWaits::OfOutcome::first_from(std::uint32_t row, std::uint32_t number) const {
  return static_cast<std::uint32_t>(std::lower_bound(rows_.begin() + number, rows_.end(), row) -
                                    rows_.begin());
}

QueueWaits QueueWaits::merged(std::span<const Moved> from) {
  std::vector<std::tuple<std::uint32_t, QueueOutcome, std::int64_t>> all;
  for (const Moved& moved : from) {
    for (const QueueOutcome outcome : {QueueOutcome::left, QueueOutcome::entered}) {
      const OfOutcome& waits = moved.waits->of(outcome);
      for (std::uint32_t number = 0; number < waits.size(); ++number) {
        const std::uint32_t row = (*moved.rows)[waits.row(number)];
        if (row != gone) all.emplace_back(row, outcome, waits.waits().value(number));
      }
    }
  }
  std::ranges::sort(all);
  Builder builder;
  for (const auto& [row, outcome, wait] : all) builder.add(row, outcome, wait);
  return std::move(builder).build();
}

std::int64_t QueueWaits::value(std::uint32_t row) const {
  for (const OfOutcome& waits : outcomes_) {
    const std::uint32_t number = waits.first_from(row);
    if (number < waits.size() && waits.row(number) == row) return waits.waits().value(number);
  }
  return 0;
}

report::Sum QueueWaits::sum(RowRange range) const {
  report::Sum sum = 0;
  for (const OfOutcome& waits : outcomes_) {
    sum += waits.waits().sum({waits.first_from(range.begin), waits.first_from(range.end)});
  }
  return sum;
}

report::Sum QueueWaits::sum(RowRange range, std::span<const std::uint64_t> bits) const {
  report::Sum sum = 0;
  for (const OfOutcome& waits : outcomes_) {
    const std::uint32_t end = waits.first_from(range.end);
    for (std::uint32_t number = waits.first_from(range.begin); number < end; ++number) {
      const std::uint32_t row = waits.row(number);
      const bool is_among = ((bits[row / rows_per_word] >> (row % rows_per_word)) & 1) != 0;
      if (is_among) sum += waits.waits().value(number);
    }
  }
  return sum;
}

report::Sum QueueWaits::sum(std::span<const std::uint16_t> rows) const {
  report::Sum sum = 0;
  for (const std::uint16_t row : rows) sum += value(row);
  return sum;
}

void QueueWaits::Builder::add(std::uint32_t row, QueueOutcome outcome, std::int64_t wait) {
  Collected& collected = outcomes_[static_cast<std::size_t>(outcome)];
  collected.rows.push_back(static_cast<std::uint16_t>(row));
  collected.waits.push_back(wait);
}

QueueWaits QueueWaits::Builder::build() && {
  QueueWaits waits;
  for (std::size_t outcome = 0; outcome < outcomes_.size(); ++outcome) {
    waits.outcomes_[outcome].waits_ = IntegerColumn(outcomes_[outcome].waits);
    waits.outcomes_[outcome].rows_ = std::move(outcomes_[outcome].rows);
  }
  return waits;
}

}  // namespace chatreports::engine::native
