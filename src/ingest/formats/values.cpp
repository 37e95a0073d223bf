#include "ingest/formats/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <set>

#include "chat/limits.h"
#include "chat/property_digest.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::optional<double> number_of(element value) {
  double number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// To the microsecond, which a double has until the year 2242.
std::optional<std::int64_t> microseconds_of(double seconds) {
  constexpr double most = 200'000'000'000;
  if (!(seconds >= 0) || seconds > most) return std::nullopt;
  const double whole = std::floor(seconds);
  return static_cast<std::int64_t>(whole) * microseconds_per_second +
         static_cast<std::int64_t>(std::round((seconds - whole) * microseconds_per_second));
}

}  // namespace

std::string_view text_in(object object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<object> object_in(object from, std::string_view key) {
  object found;
  if (from[key].get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

std::optional<array> array_in(object object, std::string_view key) {
  array found;
  if (object[key].get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

bool flag_in(object object, std::string_view key) {
  bool flag = false;
  if (object[key].get(flag) == simdjson::SUCCESS) return flag;
  return text_in(object, key) == "true";
}

std::optional<std::int64_t> integer_in(object object, std::string_view key) {
  std::int64_t number = 0;
  if (object[key].get(number) == simdjson::SUCCESS) return number;
  const std::string_view text = text_in(object, key);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::string id_of(element value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    return text.size() <= chat::max_id_bytes ? std::string(text) : std::string();
  }
  std::int64_t number = 0;
  return value.get(number) == simdjson::SUCCESS ? fmt::format("{}", number) : std::string();
}

std::string id_in(object object, std::string_view key) {
  element value;
  return object[key].get(value) == simdjson::SUCCESS ? id_of(value) : std::string();
}

std::optional<Instant> time_in(object object, std::string_view key) {
  element value;
  if (object[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  if (const auto seconds = number_of(value)) {
    constexpr double least_as_text = 100'000'000;  // a year is no time
    const auto microseconds = microseconds_of(*seconds);
    const bool is_time =
        microseconds && *microseconds != 0 && (!value.is_string() || *seconds >= least_as_text);
    if (!is_time) return std::nullopt;
    return from_unix_microseconds(*microseconds);
  }
  const auto time = parse_rfc3339(text_in(object, key));
  if (!time) return std::nullopt;
  return time->instant;
}

std::optional<Duration> seconds_in(object object, std::string_view key) {
  element value;
  if (object[key].get(value) != simdjson::SUCCESS) return std::nullopt;
  const auto seconds = number_of(value);
  constexpr double most = 1e9;
  const auto microseconds = seconds && *seconds <= most ? microseconds_of(*seconds) : std::nullopt;
  if (!microseconds) return std::nullopt;
  return Duration(*microseconds);
}

std::optional<array> list_in(object from, std::string_view key, std::string_view inner) {
  if (auto list = array_in(from, key)) return list;
  const auto around = object_in(from, key);
  return around ? array_in(*around, inner) : std::nullopt;
}

void sort_tags(std::vector<std::string>& tags) {
  std::erase_if(
      tags, [](const std::string& tag) { return tag.empty() || tag.size() > chat::max_tag_bytes; });
  std::ranges::sort(tags);
  const auto twice = std::ranges::unique(tags);
  tags.erase(twice.begin(), twice.end());
  if (tags.size() > chat::max_elements) tags.resize(chat::max_elements);
}

void add_authors(chat::ThreadRecord& thread) {
  std::set<std::string> agents(thread.agents.begin(), thread.agents.end());
  std::set<std::string> supervisors(thread.supervisors.begin(), thread.supervisors.end());
  for (const chat::Event& event : thread.events) {
    if (event.author != chat::AuthorKind::agent) continue;
    (event.visible_to_customer ? agents : supervisors).insert(event.agent_id);
  }
  thread.agents.assign(agents.begin(), agents.end());
  thread.supervisors.clear();
  std::ranges::set_difference(supervisors, agents, std::back_inserter(thread.supervisors));
}

void add_rating(chat::ThreadRecord& thread, std::int64_t score, std::string_view comment) {
  if (!comment.empty()) {
    thread.properties.push_back(
        {"rating", "comment", chat::received_property_text("rating", "comment", comment)});
  }
  thread.properties.push_back({"rating", "score", score});
}

}  // namespace chatreports::ingest
