#include "app/usage_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "base/nearest_name.h"

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

std::vector<std::string> names_within(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* inner : command.get_subcommands({})) names.push_back(full_name(*inner));
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

// Returns "did you mean …? ", or an empty text if no name is near.
std::string question_for(const std::string& given, const std::vector<std::string>& names) {
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view near = nearest_name(given, known);
  return near.empty() ? "" : fmt::format("did you mean {}? ", near);
}

std::string message_of_unknown(const CLI::App& command, const std::string& given) {
  const std::string outer = full_name(command);
  const std::string name = outer.empty() ? given : outer + ' ' + given;
  const std::vector<std::string> names = names_within(command);
  return fmt::format("there is no command \"{}\"; {}the commands are {}", name,
                     question_for(name, names), fmt::join(names, ", "));
}

// Asks about the first unexpected flag that is like a known one.
std::string question_for_flags(const CLI::App& command,
                               const std::vector<std::string>& unexpected) {
  const std::vector<std::string> flags = flags_of(command);
  for (const std::string& argument : unexpected) {
    if (!argument.starts_with("--")) continue;
    const std::string question = question_for(argument.substr(0, argument.find('=')), flags);
    if (!question.empty()) return "; " + question.substr(0, question.size() - 1);
  }
  return {};
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
                       name.empty() ? "" : name + ": ", fmt::join(names_within(command), ", "));
  }
  if (needs_command && !unexpected.front().starts_with('-')) {
    return message_of_unknown(command, unexpected.front());
  }
  if (unexpected.empty()) return error.what();
  return fmt::format("{}unexpected argument{} {}{}", name.empty() ? "" : name + ": ",
                     unexpected.size() == 1 ? "" : "s", fmt::join(unexpected, " "),
                     question_for_flags(command, unexpected));
}

}  // namespace chatreports::app
