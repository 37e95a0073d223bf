#include "app/environment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "app/options.h"
#include "base/nearest_name.h"

namespace chatreports::app {
namespace {

// Without the prefix, which all have.
void add_known_names(const CLI::App& command, std::vector<std::string>& names) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_envname();
    if (!name.empty()) names.push_back(name.substr(variable_prefix.size()));
  }
  for (const CLI::App* inner : command.get_subcommands({})) add_known_names(*inner, names);
}

}  // namespace

std::vector<std::string> warnings_of_environment(const CLI::App& program) {
  std::vector<std::string> names = {"SECRET"};  // of webhook create, which has no flag for it
  add_known_names(program, names);
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::vector<std::string> warnings;
  for (const char* const* variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (!text.starts_with(variable_prefix)) continue;
    const std::string_view name = text.substr(0, text.find('=')).substr(variable_prefix.size());
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string_view near = nearest_name(name, known);
    warnings.push_back(fmt::format(
        "warning: the environment variable {}{} is unknown{}", variable_prefix, name,
        near.empty() ? "" : fmt::format("; did you mean {}{}?", variable_prefix, near)));
  }
  return warnings;
}

}  // namespace chatreports::app
