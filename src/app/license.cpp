#include "app/license.h"

#include <fmt/format.h>

#include <memory>

#include "app/messages.h"
#include "app/options.h"
#include "app/rating_scale_flags.h"
#include "store/data_folder.h"
#include "store/rating_scales.h"

namespace chatreports::app {
namespace {

Result<std::string> change(const LicenseOptions& options) {
  if (const auto there = store::require_data_folder(options.data_folder); !there) {
    return std::unexpected(there.error());
  }
  const auto scales = store::RatingScales::open(options.data_folder);
  if (!scales) return std::unexpected(scales.error());
  const LicenseId license{options.license};
  std::string_view effect;
  if (options.rating_scale) {
    if (auto set = (*scales)->set(license, *options.rating_scale); !set) {
      return std::unexpected(std::move(set.error()));
    }
    effect = "; this is so for chats that come in from now on: import or fetch the others again";
  }
  if (options.removes_rating_scale) {
    const auto removed = (*scales)->remove(license);
    if (!removed) return std::unexpected(removed.error());
    if (*removed) effect = "; chats that are in keep their ratings";
  }
  const auto all = (*scales)->list();
  if (!all) return std::unexpected(all.error());
  const auto found = all->find(license);
  const auto scale = found == all->end() ? std::nullopt : std::optional(found->second);
  return fmt::format("licence {}: {}{}\n", options.license, describe(scale), effect);
}

}  // namespace

int run_license(const LicenseOptions& options) {
  const auto text = change(options);
  return text ? exit_printing(*text) : exit_with(text.error());
}

void add_license_command(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<LicenseOptions>();
  auto flags = std::make_shared<RatingScaleFlags>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "license", "Show or set what holds for all chats of a licence: which ratings are good");
  command.alias("licence");
  add_data_folder(command, options->data_folder, never_made);
  add_license(command, options->license);
  add_rating_scale(command, *flags);
  command.add_flag("--no-rating-scale", options->removes_rating_scale,
                   "Ratings that come in from now on are 1 (good) and 0 (bad)");
  command.callback([options, flags, &chosen] {
    options->rating_scale = scale_of(*flags);
    if (options->rating_scale && options->removes_rating_scale) {
      throw CLI::ValidationError("--no-rating-scale", "excludes --rating-scale");
    }
    chosen = [options] { return run_license(*options); };
  });
}

}  // namespace chatreports::app
