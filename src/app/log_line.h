#pragma once
// Formats lines of the server's log.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "time/instant.h"

namespace chatreports::app {

enum class LogFormat : std::uint8_t { text, json };

// As in syslog(3).
enum class LogPriority : std::uint8_t { error = 3, warning = 4, info = 6 };

// A value beside the message. Texts are borrowed.
struct LogField {
  std::string_view name;  // a name of ours: letters and underscores
  std::variant<std::int64_t, std::string_view> value;
};

// Texts may come from outside.
struct LogLine {
  Instant time;
  LogPriority priority = LogPriority::info;
  std::string_view message;
  std::span<const LogField> fields = {};
};

// Returns the line with its line break, of at most `most_bytes`, at least 1,024: longer texts are
// shortened. Texts are made printable (base/printable.h). In text, a line is the time, the
// priority, the message, and then `name=value`, with values in quotes where they have other
// characters than letters, digits and some marks; in JSON it is an object with the keys time,
// level, message, and those of the fields.
std::string format_line(LogFormat format, const LogLine& line, std::size_t most_bytes);

}  // namespace chatreports::app
