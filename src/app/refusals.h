#pragma once
// What an import refused, to be listed: the first so many, and how many there were in all.

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

  void add(const std::string& file, const std::vector<ingest::Refusal>& refused);

  // Of a record that could be read and is not taken in.
  void add(const std::string& reason);

  // The lines `FILE:LINE: reason` that were added since the last call.
  std::vector<std::string> take_lines();

  std::uint64_t count() const;
  std::uint64_t unlisted() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::uint64_t count_ = 0;
};

}  // namespace chatreports::app
