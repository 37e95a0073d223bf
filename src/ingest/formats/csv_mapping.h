#pragma once
// Which column of a table is which fact of a chat. Source of the form: docs/formats.md, "Tables".

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "time/instant.h"
#include "time/zone.h"

namespace chatreports::ingest {

enum class CsvFact : std::uint8_t {
  thread_id,
  chat_id,
  started_at,
  ended_at,
  duration,
  first_response_at,
  first_response_time,
  agents,
  customer,
  groups,
  tags,
  rating,
  comment,
  country,
  property,
  // Of an event, in a table with a row for each.
  at,
  author,
  author_type,
  type,
  visibility,
};
std::string_view name_of(CsvFact fact);

enum class CsvRows : std::uint8_t { chats, events };

struct CsvColumn {
  std::string header;
  CsvFact fact = CsvFact::thread_id;
  std::string property_space = {};                 // of a property
  std::string property_name = {};                  // likewise
  std::string separator = {};                      // of a list; empty: the cell is one
  std::map<std::string, std::string> values = {};  // what stands for a cell's text
};

struct CsvMapping {
  CsvRows rows = CsvRows::chats;
  std::optional<char> separator = {};  // none: it is found in the first line
  std::optional<Zone> zone = {};       // of times without an offset; none: they are refused
  std::string time_format = {};        // of strptime(3); empty: RFC 3339, or seconds since 1970
  std::vector<CsvColumn> columns = {};
};

// The error names the path in the JSON and what is allowed.
Result<CsvMapping> parse_csv_mapping(std::string_view json);

// Returns the instant that a cell names. The error is a clause.
Result<Instant> parse_csv_time(std::string_view text, const CsvMapping& mapping);

}  // namespace chatreports::ingest
