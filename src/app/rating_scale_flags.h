#pragma once
// The flags --rating-scale and --good-from: which ratings of a licence are good.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/rating_scale.h"

namespace chatreports::app {

struct RatingScaleFlags {
  std::int64_t highest = 0;    // 0: not given
  std::int64_t good_from = 0;  // likewise
};

void add_rating_scale(CLI::App& command, RatingScaleFlags& flags);

// Returns the scale; nothing if none is given. Throws an error of usage if the flags don't make
// one.
std::optional<chat::RatingScale> scale_of(const RatingScaleFlags& flags);

// Stores the scale, if there is one.
Result<void> set_rating_scale(const std::string& data_folder, LicenseId license,
                              const std::optional<chat::RatingScale>& scale);

// Returns a clause for people.
std::string describe(const std::optional<chat::RatingScale>& scale);

}  // namespace chatreports::app
