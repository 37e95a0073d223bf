#include "ingest/json_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable.h"
#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

constexpr std::size_t max_shown_bytes = 60;

// Keys and values are input, and are shown on terminals.
std::string shown(std::string_view outside) {
  return printable(shortened(outside, max_shown_bytes));
}

// PHP writes an empty object as an empty list.
simdjson::dom::object empty_object() {
  static simdjson::dom::parser parser;
  static const simdjson::dom::element empty = parser.parse(std::string_view("{}")).value();
  return empty.get_object().value_unsafe();
}

}  // namespace

std::string Path::text() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->text();
  if (index_) return fmt::format("{}[{}]", text, *index_);
  if (!text.empty()) text += '.';
  return text + shown(key_);
}

OptionalElement element_of(simdjson::dom::object from,
                           std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    simdjson::dom::element value;
    if (from[key].get(value) == simdjson::SUCCESS && !value.is_null()) return value;
  }
  return {};
}

OptionalElement element_at(simdjson::dom::element value,
                           std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    simdjson::dom::element inner;
    if (value[key].get(inner) != simdjson::SUCCESS || inner.is_null()) return {};
    value = inner;
  }
  return value;
}

std::string_view text_or_nothing(simdjson::dom::element value) {
  return value.is_string() ? std::string_view(value) : std::string_view();
}

void FieldReader::refuse(const Path& path, std::string_view what) {
  if (ok()) reason_ = fmt::format("{}: {}", path.text(), what);
}

void FieldReader::refuse_record(std::string_view what) {
  if (ok()) reason_ = what;
}

void FieldReader::warn(std::string_view what, simdjson::dom::element value) {
  std::string_view text;
  const std::string given = value.get(text) == simdjson::SUCCESS
                                ? fmt::format(" \"{}\"", shown(text))
                                : (value.is_number() ? ' ' + simdjson::minify(value) : "");
  add_warning(warnings_, {std::string(what) + given, 1, 0});
}

// A double may have been rounded: 9007199254740993.0 is read as the number before it.
std::optional<std::int64_t> FieldReader::integral(simdjson::dom::element value) {
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  if (numbers_ == Numbers::plain || value.type() != simdjson::dom::element_type::DOUBLE) return {};
  const double real = value.get_double().value_unsafe();
  if (real == std::trunc(real)) has_met_rounded_ = true;
  return {};
}

std::string_view FieldReader::text(simdjson::dom::element value, const Path& path,
                                   std::size_t max_bytes) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    refuse(path, "must be text");
    return {};
  }
  if (text.size() > max_bytes) {
    refuse(path, fmt::format("longer than {} bytes", max_bytes));
    return {};
  }
  return text;
}

std::string_view FieldReader::id(simdjson::dom::element value, const Path& path) {
  const std::string_view id = text(value, path, chat::max_id_bytes);
  if (id.empty()) refuse(path, "must not be empty");
  return id;
}

std::string FieldReader::id_or_integer(simdjson::dom::element value, const Path& path) {
  if (value.is_string()) return std::string(text(value, path, chat::max_id_bytes));
  if (const auto number = integral(value)) return std::to_string(*number);
  refuse(path, "must be text or an integer");
  return {};
}

std::int64_t FieldReader::integer(simdjson::dom::element value, const Path& path) {
  const auto number = integral(value);
  if (!number) refuse(path, "must be an integer of 64 bits");
  return number.value_or(0);
}

std::int64_t FieldReader::integer(simdjson::dom::element value, const Path& path,
                                  std::int64_t least, std::int64_t most) {
  const auto number = integral(value);
  if (number && *number >= least && *number <= most) return *number;
  refuse(path, fmt::format("must be an integer from {} to {}", least, most));
  return least;
}

Instant FieldReader::time(simdjson::dom::element value, const Path& path) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    refuse(path, "not an RFC 3339 time: it must be text");
    return {};
  }
  const Result<Timestamp> timestamp = parse_rfc3339(text);
  if (!timestamp) {
    refuse(path, why_not_rfc3339(text));
    return {};
  }
  return timestamp->instant;
}

Instant FieldReader::seconds(simdjson::dom::element value, const Path& path) {
  const auto seconds = integral(value);
  if (seconds && *seconds >= unix_microseconds(earliest_instant) / microseconds_per_second &&
      *seconds <= unix_microseconds(latest_instant) / microseconds_per_second) {
    return Instant(std::chrono::seconds(*seconds));
  }
  refuse(path, "not a time in whole seconds since 1970");
  return {};
}

std::optional<simdjson::dom::object> FieldReader::object(simdjson::dom::element value,
                                                         const Path& path) {
  simdjson::dom::object object;
  if (value.get(object) == simdjson::SUCCESS) return object;
  simdjson::dom::array array;
  if (value.get(array) == simdjson::SUCCESS && array.begin() == array.end()) return empty_object();
  refuse(path, "must be an object");
  return {};
}

std::optional<simdjson::dom::array> FieldReader::array(simdjson::dom::element value,
                                                       const Path& path, std::size_t max_elements) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) {
    refuse(path, "must be an array");
    return {};
  }
  if (array.size() > max_elements) {
    refuse(path, fmt::format("more than {} elements", max_elements));
    return {};
  }
  return array;
}

std::vector<std::int64_t> FieldReader::integer_set(simdjson::dom::element value, const Path& path) {
  std::vector<std::int64_t> numbers;
  const auto elements = array(value, path);
  if (!elements) return numbers;
  numbers.reserve(elements->size());
  for (const simdjson::dom::element element : *elements) {
    numbers.push_back(integer(element, Path(path, numbers.size())));
    if (!ok()) return {};
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace chatreports::ingest
