#include "app/log_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/overloaded.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

std::string_view name_of(LogPriority priority) {
  switch (priority) {
    case LogPriority::error:
      return "error";
    case LogPriority::warning:
      return "warning";
    case LogPriority::info:
      return "info";
  }
  return "";
}

// Milliseconds, in UTC.
std::string time_of(Instant time) {
  return fmt::format("{:.23}Z", format_rfc3339(time));
}

std::string bounded(std::string_view text, std::size_t most_bytes) {
  constexpr std::size_t most_bytes_of_character = 4;
  return shortened(printable(text.substr(0, most_bytes + most_bytes_of_character)), most_bytes);
}

// Appends a value as it is if a reader can't take it for more than one, else as JSON has it.
void append_word(std::string& line, const std::string& text) {
  const bool is_word = !text.empty() && std::ranges::all_of(text, [](char letter) {
    return letter > ' ' && letter <= '~' && letter != '"' && letter != '=' && letter != '\\';
  });
  if (is_word) {
    line += text;
  } else {
    append_json_string(line, text);
  }
}

std::string text_line(const LogLine& given, std::size_t most_bytes_of_text) {
  std::string line = fmt::format("{} {} {}", time_of(given.time), name_of(given.priority),
                                 bounded(given.message, most_bytes_of_text));
  for (const auto& [name, value] : given.fields) {
    line += fmt::format(" {}=", name);
    std::visit(Overloaded{[&](std::int64_t number) { line += fmt::to_string(number); },
                          [&](std::string_view text) {
                            append_word(line, bounded(text, most_bytes_of_text));
                          }},
               value);
  }
  return line + '\n';
}

std::string json_line(const LogLine& given, std::size_t most_bytes_of_text) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":)", time_of(given.time),
                                 name_of(given.priority));
  append_json_string(line, bounded(given.message, most_bytes_of_text));
  for (const auto& [name, value] : given.fields) {
    line += fmt::format(R"(,"{}":)", name);
    std::visit(Overloaded{[&](std::int64_t number) { line += fmt::to_string(number); },
                          [&](std::string_view text) {
                            append_json_string(line, bounded(text, most_bytes_of_text));
                          }},
               value);
  }
  return line + "}\n";
}

}  // namespace

std::string format_line(LogFormat format, const LogLine& line, std::size_t most_bytes) {
  // Quotes make a text longer, and a line has several texts: so the limit of each is found by
  // trying. Most lines are short.
  constexpr std::size_t least_bytes_of_text = 16;
  std::size_t most_bytes_of_text = most_bytes;
  while (true) {
    std::string text = format == LogFormat::json ? json_line(line, most_bytes_of_text)
                                                 : text_line(line, most_bytes_of_text);
    if (text.size() <= most_bytes || most_bytes_of_text <= least_bytes_of_text) return text;
    most_bytes_of_text /= 2;
  }
}

}  // namespace chatreports::app
