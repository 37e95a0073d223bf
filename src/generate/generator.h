#pragma once
// Realistic sample records, from a seed: the same options make the same bytes on every machine.

#include <cstdint>
#include <functional>
#include <string_view>

#include "time/instant.h"

namespace chatreports::generate {

struct Options {
  std::uint64_t chats = 20'000;
  int days = 365;
  int agents = 20;
  std::uint64_t seed = 1;
  Instant end;  // the last day ends here; the first begins `days` before
};

// Calls `take` with NDJSON, whole lines at a time, in order of time; memory does not grow with the
// number of chats. `take` answers false to stop early.
void generate(const Options& options, const std::function<bool(std::string_view lines)>& take);

}  // namespace chatreports::generate
