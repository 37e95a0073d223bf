#pragma once
// Flags and arguments of commands, parsed into strong types. References that are given here must
// live until the command line is parsed.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/arguments.h"

namespace chatreports::app {

// Each flag is also an environment variable: --max-buckets is CHATREPORTS_MAX_BUCKETS.
constexpr std::string_view variable_prefix = "CHATREPORTS_";

constexpr auto default_data_folder = "./chatreports-data";
constexpr auto made_if_missing = "The data folder; made if it is missing";
constexpr auto never_made = "The data folder";

// Adds an option that `parse` reads. An error is one of usage.
template <class Parse>
CLI::Option* add_parsed(CLI::App& command, const std::string& name, const std::string& description,
                        const Parse& parse) {
  return command.add_option_function<std::string>(
      name,
      [first_name = name.substr(0, name.find(',')), parse](const std::string& text) {
        const Result<void> parsed = parse(text);
        if (!parsed) throw CLI::ValidationError(first_name, parsed.error().message);
      },
      description);
}

// Reads a number from `least` to `most`, see app/arguments.h.
using ParseNumber = Result<std::uint64_t> (*)(std::string_view text, std::uint64_t least,
                                              std::uint64_t most);

template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& name, Number& number,
                        std::uint64_t least, std::uint64_t most, const std::string& description,
                        ParseNumber parse = parse_whole_number) {
  return add_parsed(command, name, description,
                    [&number, least, most, parse](const std::string& text) -> Result<void> {
                      const auto value = parse(text, least, most);
                      if (!value) return std::unexpected(value.error());
                      number = static_cast<Number>(*value);
                      return {};
                    })
      ->type_name("N");
}

// Adds a number of things with a default, such as 20k.
template <class Number>
void add_limit(CLI::App& command, const std::string& name, Number& number, std::uint64_t least,
               std::uint64_t most, const std::string& description) {
  add_number(command, name, number, least, most, description, parse_count)
      ->default_str(std::to_string(number));
}

// Adds a number of bytes with a default, such as 64M.
template <class Number>
void add_size(CLI::App& command, const std::string& name, Number& number, std::uint64_t least,
              std::uint64_t most, const std::string& description) {
  add_number(command, name, number, least, most, description, parse_size)
      ->type_name("SIZE")
      ->default_str(std::to_string(number));
}

// Returns a check for an option whose value must be one of the names. --help lists them.
CLI::Validator one_of(std::vector<std::string_view> names);

// Adds a length of time, see parse_duration; `length` is a Duration, or an optional one.
template <class Length>
CLI::Option* add_length(CLI::App& command, const std::string& name, Length& length,
                        std::int64_t most_days, const std::string& description) {
  return add_parsed(command, name, description,
                    [&length, most_days](const std::string& text) -> Result<void> {
                      const auto parsed = parse_duration(text, most_days);
                      if (!parsed) return std::unexpected(parsed.error());
                      length = *parsed;
                      return {};
                    })
      ->type_name("TIME");
}

CLI::Option* add_timeout(CLI::App& command, const std::string& name,
                         std::chrono::milliseconds& timeout, const std::string& description);

CLI::Option* add_data_folder(CLI::App& command, std::string& data_folder,
                             const std::string& description);

void add_license(CLI::App& command, std::int64_t& license);

}  // namespace chatreports::app
