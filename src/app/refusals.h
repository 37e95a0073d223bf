#pragma once
// The refusals of an import: the first ones as lines, and the number of all. A file without a
// single record is most likely the wrong file, so only its first few refusals are listed.

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

  // Around what is added of a file, one file at a time. `has_records`: whether records came with
  // the refusals; until then nobody knows whether the file holds any.
  void begin_file(const std::string& file);
  void add(const std::vector<ingest::Refusal>& refused, bool has_records);
  void end_file();

  // The refusal of a record that could be read and is not taken in.
  void add(const std::string& reason);

  // The lines `FILE:LINE: reason` that were added since the last call.
  std::vector<std::string> take_lines();

  std::uint64_t count() const;
  // How many no line tells of.
  std::uint64_t unlisted() const;

 private:
  void list(std::string line);
  void list_held();

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::uint64_t count_ = 0;
  std::uint64_t listed_ = 0;
  std::uint64_t told_ = 0;  // by a line for many of them

  std::string file_;
  bool has_records_ = false;
  std::uint64_t count_before_ = 0;  // the file
  std::vector<std::string> held_;   // the file's first lines, until it has records
};

}  // namespace chatreports::app
