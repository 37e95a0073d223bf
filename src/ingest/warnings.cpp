#include "ingest/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace chatreports::ingest {

std::string unknown_rating(std::int64_t highest) {
  const std::string ratings = highest == 1
                                  ? "neither 1 (good) nor 0 (bad)"
                                  : fmt::format("not a whole number from 0 to {}", highest);
  return fmt::format("rating that is {}, so the chat is unrated: rating.score", ratings);
}

void add_warning(std::vector<Warning>& warnings, Warning more) {
  auto known = std::ranges::find(warnings, more.what, &Warning::what);
  if (known == warnings.end() && warnings.size() >= max_warnings) {
    more.what = "other values that count nowhere";
    known = std::ranges::find(warnings, more.what, &Warning::what);
  }
  if (known == warnings.end()) {
    warnings.push_back(std::move(more));
  } else {
    known->count += more.count;
  }
}

}  // namespace chatreports::ingest
