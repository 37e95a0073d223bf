#pragma once
// A figure: how a number of a report is made and how it is written. Plans, JSON, OpenAPI and the
// tables of the documentation are made from it. Plain values.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "report/plan.h"

namespace chatreports::report {

// The keys of a level of a report's records.
enum class Dimension : std::uint8_t {
  bucket,
  agent,
  tag,
  group,
  greeting,
  form,
  field,
  answer,
  queue_outcome,
  chat,
  country,
  first_responder,
};

enum class Unit : std::uint8_t {
  chats,
  submissions,
  events,
  seconds,
  minutes,
  hours,
  score,
  pages
};

enum class Statistic : std::uint8_t {
  count,    // how many there are
  sum,      // of a column
  mean,     // of a column
  minimum,  // of a column
  maximum,  // of a column
  score,    // of ratings, see chats/ranking_score.h
};

enum class Precision : std::uint8_t {
  whole,       // an integer, rounded half up
  hundredths,  // up to two decimals, rounded half up
  exact,       // a double
};

struct Figure {
  std::string_view key = {};      // empty: the number stands alone, without an object around it
  std::string_view meaning = {};  // a noun phrase for OpenAPI and the documentation
  Unit unit = Unit::chats;
  Statistic statistic = Statistic::count;
  Precision precision = Precision::whole;
  Column column = Column::count;  // of a sum or a mean
  Predicate where = {};           // the chats that are counted; the default holds for all
  bool is_zero_written = true;    // else the key is left out
  // The level that has it, as the surveys of a form; by default the innermost.
  std::optional<Dimension> level = std::nullopt;
  std::span<const Distribution> distributions = all_distributions;  // those that have it
};

// "chats", "seconds" …
std::string_view name_of(Unit unit);
// "bucket", "agent", "first responder" …
std::string_view name_of(Dimension dimension);
// The same for programs: "first_responder".
std::string_view key_of(Dimension dimension);

}  // namespace chatreports::report
