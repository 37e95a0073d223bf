#pragma once
// Ratings on another scale than bad and good, such as 1 to 5. The rating stays as it was given, and
// the property `rating.good_from` beside it says which ratings are good, so a chat means the same
// in every data folder. Source: docs/definitions/facts.md, "Ratings on a scale".

#include <cstdint>

#include "chat/record.h"

namespace chatreports::chat {

// Ratings are from 0 to `highest`; those from `good_from` on are good, the others are bad.
struct RatingScale {
  std::int64_t highest = 1;
  std::int64_t good_from = 1;
  bool operator==(const RatingScale&) const = default;
};

constexpr std::int64_t least_highest_rating = 2;
constexpr std::int64_t most_highest_rating = 1'000;

// Returns whether its numbers may be those of a licence.
constexpr bool is_rating_scale(const RatingScale& scale) {
  return scale.highest >= least_highest_rating && scale.highest <= most_highest_rating &&
         scale.good_from >= 1 && scale.good_from <= scale.highest;
}

// Puts `rating.good_from` beside each integer `rating.score` that is on the scale, and removes it
// beside any other `rating.score`.
void rate(Record& record, const RatingScale& scale);

}  // namespace chatreports::chat
