#pragma once
// The refusals of an import: the first ones as lines, and the number of all. A file without any
// record is probably the wrong file, so only its first few refusals are listed.

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "ingest/pipeline.h"

namespace chatreports::app {

// Any thread may add and take.
class Refusals {
 public:
  static constexpr std::uint64_t max_listed = 1'000;
  static constexpr std::size_t max_listed_without_records = 5;  // of a file

  // Call begin_file and end_file around the refusals of a file. `has_records` says whether records
  // came with the refusals.
  void begin_file(const std::string& file);
  void add(const std::vector<ingest::Refusal>& refused, bool has_records);
  void end_file();

  // Adds the refusal of a record that could be read but is not taken in.
  void add(const std::string& reason);

  // Returns the lines `FILE:LINE: reason` that were added since the last call.
  std::vector<std::string> take_lines();

  std::uint64_t count() const;
  // Returns how many are in no line.
  std::uint64_t unlisted() const;

 private:
  void list(const std::string& line);
  void list_held();

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::uint64_t count_ = 0;
  std::uint64_t listed_ = 0;
  std::uint64_t summarized_ = 0;  // in one line for many

  std::string file_;
  bool has_records_ = false;
  std::uint64_t count_before_ = 0;  // the file's first
  std::vector<std::string> held_;   // the file's first lines, until it has records
};

}  // namespace chatreports::app
