#include "app/options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "api/errors.h"
#include "base/nearest_name.h"

namespace chatreports::app {
namespace {

constexpr std::int64_t most_timeout_days = 1;

}  // namespace

CLI::Validator one_of(std::vector<std::string_view> names) {
  const std::string list = fmt::format("{{{}}}", fmt::join(names, ","));
  const auto check = [names = std::move(names)](const std::string& given) -> std::string {
    if (std::ranges::find(names, given) != names.end()) return {};
    const std::string_view near = nearest_name(given, names);
    return fmt::format("must be {}, not {}{}", api::alternatives(names), api::in_quotes(given),
                       near.empty() ? "" : fmt::format("; did you mean {}?", near));
  };
  return {check, list};
}

CLI::Option* add_timeout(CLI::App& command, const std::string& name,
                         std::chrono::milliseconds& timeout, const std::string& description) {
  return add_parsed(command, name, description,
                    [&timeout](const std::string& text) -> Result<void> {
                      const auto length = parse_duration(text, most_timeout_days);
                      if (!length) return std::unexpected(length.error());
                      timeout = std::chrono::milliseconds((*length).count() / 1'000);
                      return {};
                    })
      ->type_name("TIME")
      ->default_str(fmt::format("{}s", timeout.count() / 1'000));
}

CLI::Option* add_data_folder(CLI::App& command, std::string& data_folder,
                             const std::string& description) {
  return command.add_option("--data", data_folder, description)
      ->type_name("FOLDER")
      ->capture_default_str();
}

void add_license(CLI::App& command, std::int64_t& license) {
  add_number(command, "--license,--licence", license, 1, std::numeric_limits<std::int64_t>::max(),
             "The number of the licence")
      ->required();
}

}  // namespace chatreports::app
