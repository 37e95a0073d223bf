// Any text: no crash, and what is read is written and read again as the same.

#include "base/check.h"
#include "time/rfc3339.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports;
  const auto timestamp = parse_rfc3339({reinterpret_cast<const char*>(data), size});
  if (!timestamp) return 0;
  CHECK(earliest_instant <= timestamp->instant && timestamp->instant <= latest_instant);
  const auto again = parse_rfc3339(format_rfc3339(timestamp->instant));
  CHECK(again.has_value() && again->instant == timestamp->instant);
  return 0;
}
