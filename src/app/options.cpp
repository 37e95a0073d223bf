#include "app/options.h"

#include <limits>

namespace chatreports::app {
namespace {

constexpr std::int64_t most_timeout_days = 1;

}  // namespace

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
