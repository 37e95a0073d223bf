#include "app/usage_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace chatreports::app {
namespace {

// Returns the innermost command that was given.
const CLI::App& command_of(const CLI::App& program) {
  const CLI::App* command = &program;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

// "token create"; empty for the program itself.
std::string full_name(const CLI::App& command) {
  if (command.get_parent() == nullptr) return "";
  const std::string outer = full_name(*command.get_parent());
  return outer.empty() ? command.get_name() : outer + ' ' + command.get_name();
}

std::string names_within(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* inner : command.get_subcommands({})) names.push_back(full_name(*inner));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string usage_message(const CLI::App& program, const CLI::Error& error) {
  const bool is_of_count = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
                           dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if (!is_of_count) return error.what();
  const CLI::App& command = command_of(program);
  const std::string name = full_name(command);
  const std::vector<std::string> unexpected = program.remaining(true);  // in the order given
  const bool needs_command = !command.get_subcommands({}).empty();
  if (needs_command && unexpected.empty()) {
    return fmt::format("{}a command is missing; the commands are {}",
                       name.empty() ? "" : name + ": ", names_within(command));
  }
  if (needs_command && !unexpected.front().starts_with('-')) {
    return fmt::format("there is no command \"{}{}\"; the commands are {}",
                       name.empty() ? "" : name + ' ', unexpected.front(), names_within(command));
  }
  if (unexpected.empty()) return error.what();
  return fmt::format("{}unexpected argument{} {}", name.empty() ? "" : name + ": ",
                     unexpected.size() == 1 ? "" : "s", fmt::join(unexpected, " "));
}

}  // namespace chatreports::app
