#include "ingest/formats/csv_mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "base/printable.h"
#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::array<std::pair<std::string_view, CsvFact>, 20> facts = {{
    {"thread_id", CsvFact::thread_id},
    {"chat_id", CsvFact::chat_id},
    {"started_at", CsvFact::started_at},
    {"ended_at", CsvFact::ended_at},
    {"duration", CsvFact::duration},
    {"first_response_at", CsvFact::first_response_at},
    {"first_response_time", CsvFact::first_response_time},
    {"agents", CsvFact::agents},
    {"customer", CsvFact::customer},
    {"groups", CsvFact::groups},
    {"tags", CsvFact::tags},
    {"rating", CsvFact::rating},
    {"comment", CsvFact::comment},
    {"country", CsvFact::country},
    {"property", CsvFact::property},
    {"at", CsvFact::at},
    {"author", CsvFact::author},
    {"author_type", CsvFact::author_type},
    {"type", CsvFact::type},
    {"visibility", CsvFact::visibility},
}};

bool is_of_event(CsvFact fact) {
  return fact >= CsvFact::at;
}

std::unexpected<Error> wrong(std::string_view path, std::string_view what) {
  return invalid(fmt::format("{}: {}", printable(path), what));
}

Result<CsvFact> fact_of(std::string_view name, std::string_view path) {
  const auto found = std::ranges::find(facts, name, &std::pair<std::string_view, CsvFact>::first);
  if (found != facts.end()) return found->second;
  std::vector<std::string_view> names;
  for (const auto& [one, fact] : facts) names.push_back(one);
  return wrong(path, fmt::format("must be a fact: {}", fmt::join(names, ", ")));
}

Result<void> read_column_object(object from, const std::string& path, CsvColumn& column) {
  bool has_fact = false;
  for (const auto& [key, value] : from) {
    const std::string here = fmt::format("{}.{}", path, key);
    std::string_view text;
    const bool is_text = value.get(text) == simdjson::SUCCESS;
    if (key == "fact") {
      const auto fact = fact_of(is_text ? text : std::string_view(), here);
      if (!fact) return std::unexpected(fact.error());
      column.fact = *fact;
      has_fact = true;
    } else if (key == "name") {
      const std::size_t dot = text.find('.');
      if (!is_text || dot == 0 || dot == text.npos || dot + 1 == text.size()) {
        return wrong(here, "must be a namespace, a dot and a name, such as \"crm.plan\"");
      }
      column.property_space = text.substr(0, dot);
      column.property_name = text.substr(dot + 1);
    } else if (key == "separator") {
      if (!is_text || text.empty()) return wrong(here, "must be text");
      column.separator = text;
    } else if (key == "values") {
      object values;
      if (value.get(values) != simdjson::SUCCESS) return wrong(here, "must be an object");
      for (const auto& [cell, stands_for] : values) {
        std::int64_t number = 0;
        if (stands_for.get(text) == simdjson::SUCCESS) {
          column.values[std::string(cell)] = text;
        } else if (stands_for.get(number) == simdjson::SUCCESS) {
          column.values[std::string(cell)] = fmt::format("{}", number);
        } else {
          return wrong(fmt::format("{}.{}", here, cell), "must be text or a whole number");
        }
      }
    } else {
      return wrong(here, "is unknown; it must be fact, name, separator or values");
    }
  }
  if (!has_fact) return wrong(path + ".fact", "missing");
  const bool is_property = column.fact == CsvFact::property;
  if (is_property == column.property_name.empty()) {
    return wrong(path + ".name", is_property ? "missing" : "is for a property alone");
  }
  return {};
}

Result<void> read_columns(element value, CsvMapping& mapping) {
  object columns;
  if (value.get(columns) != simdjson::SUCCESS) return wrong("columns", "must be an object");
  for (const auto& [header, what] : columns) {
    const std::string path = fmt::format("columns.{}", header);
    CsvColumn column{.header = std::string(header)};
    std::string_view name;
    object more;
    if (what.get(name) == simdjson::SUCCESS) {
      const auto fact = fact_of(name, path);
      if (!fact) return std::unexpected(fact.error());
      if (*fact == CsvFact::property) return wrong(path, "must be an object with fact and name");
      column.fact = *fact;
    } else if (what.get(more) == simdjson::SUCCESS) {
      if (auto read = read_column_object(more, path, column); !read) return read;
    } else {
      return wrong(path, "must be the name of a fact, or an object");
    }
    mapping.columns.push_back(std::move(column));
  }
  return {};
}

Result<void> require_facts(const CsvMapping& mapping) {
  const auto has = [&mapping](CsvFact fact) {
    return std::ranges::find(mapping.columns, fact, &CsvColumn::fact) != mapping.columns.end();
  };
  const bool has_events = mapping.rows == CsvRows::events;
  for (const CsvFact fact : {CsvFact::thread_id, has_events ? CsvFact::at : CsvFact::started_at}) {
    if (!has(fact)) return wrong("columns", fmt::format("no column is {}", name_of(fact)));
  }
  for (const CsvColumn& column : mapping.columns) {
    const bool may_repeat = column.fact == CsvFact::property || column.fact == CsvFact::agents ||
                            column.fact == CsvFact::groups || column.fact == CsvFact::tags;
    if (!may_repeat && std::ranges::count(mapping.columns, column.fact, &CsvColumn::fact) > 1) {
      return wrong("columns", fmt::format("two columns are {}", name_of(column.fact)));
    }
    if (is_of_event(column.fact) && !has_events) {
      return wrong(fmt::format("columns.{}", column.header),
                   fmt::format("{} needs \"rows\":\"events\"", name_of(column.fact)));
    }
  }
  return {};
}

// The earlier of two instants with this local time; in a gap, as if the clock had not been changed.
Instant instant_of(Instant local, const Zone& zone) {
  constexpr Duration day = std::chrono::hours(24);
  const auto before = zone.offset_at(local - day);
  for (const auto offset : {before, zone.offset_at(local + day)}) {
    if (zone.offset_at(local - offset) == offset) return local - offset;
  }
  return local - before;
}

std::optional<Instant> from_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  constexpr double least_seconds = 100'000'000;   // the year 1973
  constexpr double most_seconds = 4'000'000'000;  // the year 2096
  constexpr double least_milliseconds = 1'000'000'000'000;
  constexpr double most_milliseconds = 4'000'000'000'000;
  const bool is_time = (number >= least_seconds && number <= most_seconds) ||
                       (number >= least_milliseconds && number <= most_milliseconds);
  if (!is_time) return std::nullopt;
  const double seconds = number >= least_milliseconds ? number / 1'000 : number;
  return from_unix_microseconds(static_cast<std::int64_t>(seconds * microseconds_per_second));
}

// Returns the letters behind the percent signs; nothing if one is not understood.
std::optional<std::string> directives_of(std::string_view format) {
  constexpr std::string_view known = "aAbBhdeDFHImMnprRStTyYz%";
  std::string letters;
  for (std::size_t at = format.find('%'); at != format.npos; at = format.find('%', at + 2)) {
    if (at + 1 == format.size() || known.find(format[at + 1]) == known.npos) return std::nullopt;
    letters += format[at + 1];
  }
  return letters;
}

bool has_date(std::string_view letters) {
  const auto has = [letters](std::string_view any) {
    return letters.find_first_of(any) != letters.npos;
  };
  return has("FD") || (has("yY") && has("mbBh") && has("de"));
}

}  // namespace

std::string_view name_of(CsvFact fact) {
  return std::ranges::find(facts, fact, &std::pair<std::string_view, CsvFact>::second)->first;
}

Result<CsvMapping> parse_csv_mapping(std::string_view json) {
  simdjson::dom::parser parser;
  object root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) {
    return invalid("it must be a JSON object with columns");
  }
  CsvMapping mapping;
  bool has_columns = false;
  for (const auto& [key, value] : root) {
    std::string_view text;
    const bool is_text = value.get(text) == simdjson::SUCCESS;
    if (key == "rows") {
      if (text != "chats" && text != "events") return wrong(key, "must be \"chats\" or \"events\"");
      mapping.rows = text == "chats" ? CsvRows::chats : CsvRows::events;
    } else if (key == "separator") {
      if (!is_text || text.size() != 1 || text == "\"" || text == "\n" || text == "\r") {
        return wrong(key, "must be one character, such as \",\", \";\" or \"\\t\"");
      }
      mapping.separator = text[0];
    } else if (key == "timezone") {
      const auto zone = Zone::named(text);
      if (!is_text || !zone) return wrong(key, "must be an IANA time zone, such as Europe/Warsaw");
      mapping.zone = *zone;
    } else if (key == "time_format") {
      if (!is_text || text.empty()) return wrong(key, "must be text, such as \"%d/%m/%Y %H:%M\"");
      const auto letters = directives_of(text);
      if (!letters || !has_date(*letters)) {
        return wrong(key,
                     "must have a year, a month and a day, of %Y, %y, %m, %b, %d, %e, %F, %D, and "
                     "a time of %H, %I, %M, %S, %p, %T, %R, with %z for an offset");
      }
      mapping.time_format = text;
    } else if (key == "columns") {
      if (auto read = read_columns(value, mapping); !read) return std::unexpected(read.error());
      has_columns = true;
    } else {
      return wrong(key, "is unknown; it must be rows, separator, timezone, time_format or columns");
    }
  }
  if (!has_columns) return wrong("columns", "missing");
  if (auto all = require_facts(mapping); !all) return std::unexpected(all.error());
  return mapping;
}

Result<Instant> parse_csv_time(std::string_view text, const CsvMapping& mapping) {
  constexpr std::size_t most_shown = 50;
  const auto shown = [text] { return printable(shortened(text, most_shown)); };
  const auto in_zone = [&](Instant local) -> Result<Instant> {
    if (mapping.zone) return instant_of(local, *mapping.zone);
    return invalid(
        fmt::format("\"{}\" has no offset from UTC; give the mapping a timezone", shown()));
  };
  if (!mapping.time_format.empty()) {
    std::tm time{};
    const std::string cell(text);
    const char* const end = ::strptime(cell.c_str(), mapping.time_format.c_str(), &time);
    if (end == nullptr || *end != '\0' || cell.find('\0') != std::string::npos) {
      return invalid(fmt::format("\"{}\" is not in the form {}", shown(), mapping.time_format));
    }
    const bool has_offset =
        directives_of(mapping.time_format).value_or("").find('z') != std::string::npos;
    const std::int64_t offset = has_offset ? time.tm_gmtoff : 0;
    const std::chrono::year_month_day date(
        std::chrono::year(time.tm_year + 1900),
        std::chrono::month(static_cast<unsigned>(time.tm_mon + 1)),
        std::chrono::day(static_cast<unsigned>(time.tm_mday)));
    const bool is_date = date.ok() && time.tm_year + 1900 >= 1 && time.tm_year + 1900 <= 9'998;
    if (!is_date) return invalid(fmt::format("\"{}\" is no date", shown()));
    const Instant local = std::chrono::sys_days(date) + std::chrono::hours(time.tm_hour) +
                          std::chrono::minutes(time.tm_min) + std::chrono::seconds(time.tm_sec);
    if (has_offset) return local - std::chrono::seconds(offset);
    return in_zone(local);
  }
  if (const auto time = parse_rfc3339(text)) return time->instant;
  if (const auto number = from_number(text)) return *number;
  // Without an offset, perhaps without seconds.
  for (const std::string_view rest : {"Z", ":00Z", "T00:00:00Z"}) {
    if (const auto time = parse_rfc3339(fmt::format("{}{}", text, rest))) {
      return in_zone(time->instant);
    }
  }
  return invalid(fmt::format(
      "\"{}\" is not a time; it must be RFC 3339, YYYY-MM-DD HH:MM:SS or seconds since 1970, or in "
      "the form of time_format",
      shown()));
}

}  // namespace chatreports::ingest
