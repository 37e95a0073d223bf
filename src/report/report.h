#pragma once
// A report: the answer, before it is written as JSON or anything else. A tree of named figures.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/allowance.h"
#include "report/table.h"

namespace chatreports::report {

// A number with two decimals, kept as hundredths: 51.06 is 5106.
struct Hundredths {
  std::int64_t value = 0;
  bool operator==(const Hundredths&) const = default;
};

using Figure = std::variant<std::int64_t, Hundredths, double>;

struct Entry;
using Entries = std::vector<Entry>;

struct Entry {
  std::string key;
  std::variant<Figure, Entries> value;
  bool operator==(const Entry&) const = default;
};

struct Report {
  std::string_view name;
  std::optional<Figure> total;
  Entries records;  // ascending by key, as docs/definitions/README.md, "Every answer"
  std::optional<Entries> summary = std::nullopt;
  bool operator==(const Report&) const = default;
};

// sum ÷ divisor, rounded half up. sum is not negative, divisor is positive.
std::int64_t rounded_mean(Sum sum, Sum divisor);

constexpr std::size_t steps_a_line = 32;  // of a report: some entries are made

// For a table of one cell per bucket: an entry per bucket, empty where there is no cell, else what
// `entries_of` makes of the figures. `cells` must be ungrouped. Breaks
// off where the allowance is used up.
template <class EntriesOf>
Entries entries_by_bucket(const std::vector<std::string>& keys, const ChatsTable& cells,
                          EntriesOf entries_of, Allowance& allowance) {
  Entries records;
  records.reserve(keys.size());
  std::size_t next = 0;
  Steps steps(allowance);
  for (std::uint32_t bucket = 0; bucket < keys.size(); ++bucket) {
    if (steps.take(steps_a_line)) break;
    records.push_back({keys[bucket], Entries{}});
    if (next == cells.size() || cells[next].bucket != bucket) continue;
    records.back().value = entries_of(cells[next].figures);
    ++next;
  }
  return records;
}

// The figure at `measure`, added up over all cells.
std::int64_t total_of(const ChatsTable& cells, std::size_t measure);

}  // namespace chatreports::report
