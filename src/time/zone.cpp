#include "time/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>

#include "base/utf8.h"
#include "time/calendar.h"

namespace chatreports {
namespace {

constexpr std::size_t longest_zone_name = 64;

const date::time_zone& zone_of(const void* named_zone) {
  return *static_cast<const date::time_zone*>(named_zone);
}

std::int64_t whole_seconds(Instant at) {
  return floor_divide(at.microseconds, microseconds_per_second);
}

date::sys_info info_at(const void* named_zone, Instant at) {
  return zone_of(named_zone).get_info(date::sys_seconds(std::chrono::seconds(whole_seconds(at))));
}

// Files that lie beside the zones in the system's database and are none.
bool is_zone_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_zone_name && !name.starts_with("posix") &&
         !name.starts_with("right/") && name != "localtime" && name != "Factory";
}

}  // namespace

Zone Zone::utc() {
  return fixed(0);
}

Zone Zone::fixed(std::int64_t offset_seconds) {
  Zone zone;
  zone.fixed_offset_seconds_ = offset_seconds;
  return zone;
}

Result<Zone> Zone::named(std::string_view name) {
  try {
    // The library looks the name up in its list of zones: it opens no file that is not one of
    // these.
    if (is_zone_name(name)) {
      Zone zone;
      zone.named_zone_ = date::locate_zone(name);
      info_at(zone.named_zone_, Instant{0});  // reads the zone's file now rather than later
      return zone;
    }
  } catch (const std::exception&) {
    // Not a zone, or no database.
  }
  return invalid(fmt::format("\"{}\" is not a time zone of the IANA database",
                             shortened(name, longest_zone_name)));
}

std::int64_t Zone::offset_seconds_at(Instant at) const {
  if (named_zone_ == nullptr) return fixed_offset_seconds_;
  return info_at(named_zone_, at).offset.count();
}

std::vector<OffsetPiece> Zone::pieces(TimeRange range) const {
  const Instant end = range.to + Duration{1};
  if (named_zone_ == nullptr) return {{range.from, end, fixed_offset_seconds_}};
  std::vector<OffsetPiece> pieces;
  Instant begin = range.from;
  while (begin < end) {
    const date::sys_info info = info_at(named_zone_, begin);
    // The last piece of a zone ends at the end of the library's time: compared in seconds, since it
    // may not fit into microseconds.
    const std::int64_t end_second = info.end.time_since_epoch().count();
    const bool is_last = end_second > whole_seconds(range.to);
    const Instant piece_end = is_last ? end : Instant{end_second * microseconds_per_second};
    const std::int64_t offset = info.offset.count();
    if (!pieces.empty() && pieces.back().offset_seconds == offset) {
      pieces.back().end = piece_end;  // only the name of the time changed
    } else {
      pieces.push_back({begin, piece_end, offset});
    }
    begin = piece_end;
  }
  return pieces;
}

}  // namespace chatreports
