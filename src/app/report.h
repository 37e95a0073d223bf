#pragma once
// `chatreports report`: reports of a data folder, without a server.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace chatreports::app {

struct ReportOptions {
  std::string data_folder;
  std::int64_t license = 0;
  std::string report;        // "chats/ratings"; empty with `output_folder`: all of them
  std::string from;          // a day of the time zone, or RFC 3339; empty: seven days up to now
  std::string to;            // likewise; a day belongs to the range
  std::string timezone;      // empty: UTC
  std::string distribution;  // empty: day
  std::string group_by;      // empty: none
  std::string format;        // empty: table, or csv into a folder
  bool has_names = false;    // beside the ids of agents and groups
  bool begins_with_mark = false;  // CSV, with a byte order mark
  std::int64_t page = 1;          // of a report with pages
  std::string output_folder;      // empty: standard output
  std::string filters;            // a JSON object, as `filters` in a question; empty: none
  // The name of a filter and a value that chats may have.
  std::vector<std::pair<std::string, std::string>> values;
};

// Returns the exit code.
int run_report(const ReportOptions& options);

}  // namespace chatreports::app
