#pragma once
// A report: the answer, before it is written as JSON or anything else. A tree of named numbers
// and texts, with the dimensions of its keys and the units of its numbers.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "report/figure.h"
#include "report/table.h"

namespace chatreports::report {

struct Definition;

// A number with two decimals, kept as hundredths: 51.06 is 5106.
struct Hundredths {
  std::int64_t value = 0;
  bool operator==(const Hundredths&) const = default;
};

using Number = std::variant<std::int64_t, Hundredths, double>;

struct Entry;
using Entries = std::vector<Entry>;

// A list: entries without keys.
struct List {
  Entries elements;
  bool operator==(const List& other) const;
};

struct Entry {
  using Value = std::variant<Number, Entries, std::string, List>;
  std::string key;
  Value value;
  bool operator==(const Entry&) const = default;
};

inline bool List::operator==(const List& other) const {
  return elements == other.elements;
}

struct Report {
  const Definition* definition = nullptr;  // its name and dimensions; never null, never freed
  std::span<const Figure> figures;         // of the records: the definition's, or those that apply
  std::optional<Number> total = std::nullopt;
  Unit total_unit = Unit::chats;
  Entries records = {};  // ascending by key, as docs/definitions/README.md, "Reports"
  std::optional<Entries> summary = std::nullopt;
};

// sum ÷ divisor, rounded half up. Requires sum ≥ 0 and divisor > 0.
std::int64_t rounded_mean(Sum sum, Sum divisor);

// The number of a count (then `sum` is the count), of a sum of microseconds, or of a mean of
// microseconds over `count` chats: in the figure's unit and precision. A mean over none is 0.
Number number_of(const Figure& figure, Sum sum, Sum count = 1);

bool is_zero(const Number& number);

}  // namespace chatreports::report
