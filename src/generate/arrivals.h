#pragma once
// When chats start: busy in office hours, quiet at night and on weekends.

#include <cstdint>
#include <vector>

#include "generate/generator.h"
#include "generate/random.h"
#include "time/instant.h"

namespace chatreports::generate {

// A stretch of time, [begin, end), at most an hour long, and the chats that start in it.
struct Stretch {
  Instant begin;
  Instant end;
  std::uint64_t first_number = 0;  // of its first chat; the next ones count on
  std::vector<Instant> starts;     // ascending; at most some thousand
};

// Returns whether it is an hour of a working day in which many chats start.
bool is_busy(Instant at);

// All stretches in order; together they hold exactly options.chats chats.
class Arrivals {
 public:
  explicit Arrivals(const Options& options);
  // False after the last stretch.
  bool next(Stretch& stretch);

 private:
  Instant begin_of_hour() const;
  std::uint64_t weight_of_hour() const;
  void begin_hour();

  Options options_;
  std::uint64_t hours_ = 0;
  std::uint64_t hour_ = 0;
  std::uint64_t all_weights_ = 0;
  std::uint64_t remainder_ = 0;  // of the chats that the hours before would have had, in weights
  std::uint64_t chats_in_hour_ = 0;
  std::uint64_t stretches_in_hour_ = 0;
  std::uint64_t stretch_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace chatreports::generate
