#pragma once
// Time zones. time/zone.cpp is the only file that includes the time-zone library.

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "time/instant.h"

namespace chatreports {

// A period [begin, end) in which the zone's offset from UTC does not change.
struct OffsetPiece {
  Instant begin;
  Instant end;
  std::chrono::seconds offset{};  // east of UTC
  bool operator==(const OffsetPiece&) const = default;
};

// A rule that converts instants to local time: an IANA zone, or a fixed offset. Cheap to copy; any
// thread may use it.
class Zone {
 public:
  static Zone utc();
  static Zone fixed(std::chrono::seconds offset);
  // Reads the tz database of the system into memory, once; afterwards no file is read. Returns the
  // number of zones. The error names the file or folder that is missing or damaged.
  static Result<std::size_t> read_all();
  // Finds an IANA name in the exact spelling of the tz database (`Europe/Warsaw`; also links such
  // as `Asia/Katmandu`). The error names the zone, shortened if it is long (`invalid`), or says why
  // the database can't be read (`unavailable`; see read_all, which this calls).
  static Result<Zone> named(std::string_view name);

  std::chrono::seconds offset_at(Instant at) const;

  // Returns the pieces that cover the closed range, in order and without gaps; the first begins at
  // `range.from`, the last ends one microsecond after `range.to`. Neighbours differ in offset.
  std::vector<OffsetPiece> pieces(TimeRange range) const;

 private:
  const void* named_zone_ = nullptr;  // borrowed from the library's database, which is never freed
  std::chrono::seconds fixed_offset_{};
};

}  // namespace chatreports
