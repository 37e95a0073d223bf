#include "app/rating_scale_flags.h"

#include <fmt/format.h>

#include "app/options.h"
#include "store/rating_scales.h"

namespace chatreports::app {

void add_rating_scale(CLI::App& command, RatingScaleFlags& flags) {
  add_number(command, "--rating-scale", flags.highest, chat::least_highest_rating,
             chat::most_highest_rating,
             "The highest rating, such as 5: the ratings of the licence are whole numbers up to it")
      ->group("Ratings");
  add_number(command, "--good-from", flags.good_from, 1, chat::most_highest_rating,
             "With --rating-scale: so much or more is a good rating, less is a bad one")
      ->group("Ratings");
}

std::optional<chat::RatingScale> scale_of(const RatingScaleFlags& flags) {
  if (flags.highest == 0 && flags.good_from == 0) return std::nullopt;
  if (flags.highest == 0 || flags.good_from == 0) {
    throw CLI::ValidationError("--rating-scale", "give both --rating-scale and --good-from");
  }
  const chat::RatingScale scale{flags.highest, flags.good_from};
  if (!chat::is_rating_scale(scale)) {
    throw CLI::ValidationError(
        "--good-from", fmt::format("must be at most {}, the highest rating", scale.highest));
  }
  return scale;
}

Result<void> set_rating_scale(const std::string& data_folder, LicenseId license,
                              const std::optional<chat::RatingScale>& scale) {
  if (!scale) return {};
  const auto scales = store::RatingScales::open(data_folder);
  if (!scales) return std::unexpected(scales.error());
  return (*scales)->set(license, *scale);
}

std::string describe(const std::optional<chat::RatingScale>& scale) {
  if (!scale) return "ratings are 1 (good) and 0 (bad)";
  return fmt::format("ratings are whole numbers from 0 to {}, and good from {} on", scale->highest,
                     scale->good_from);
}

}  // namespace chatreports::app
