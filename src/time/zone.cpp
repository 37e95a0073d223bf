#include "time/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "base/utf8.h"
#include "time/zone_files.h"

namespace chatreports {
namespace {

constexpr std::size_t longest_zone_name = 64;

const date::time_zone& zone_of(const void* named_zone) {
  return *static_cast<const date::time_zone*>(named_zone);
}

date::sys_info info_at(const void* named_zone, Instant at) {
  return zone_of(named_zone).get_info(std::chrono::floor<std::chrono::seconds>(at));
}

// The folder that the library reads, too.
constexpr auto zone_folder = "/usr/share/zoneinfo";

// The folder has other files and folders beside the zones. A zone's name has no dot.
bool is_zone_name(std::string_view name) {
  return name.size() <= longest_zone_name && name.find('.') == name.npos &&
         !name.starts_with("posix") && !name.starts_with("right/") && name != "localtime" &&
         name != "Factory" && name != "leapseconds" && name != "SECURITY" && name != "+VERSION" &&
         name != "version";
}

using Zones = std::map<std::string, const void*, std::less<>>;

std::unexpected<Error> cannot_be_read(std::string_view why) {
  return std::unexpected(Error{ErrorKind::unavailable,
                               fmt::format("the time zone database {} cannot be read: {}; install "
                                           "the package tzdata",
                                           zone_folder, why)});
}

// Returns the names of all zones. Fails if a file is damaged.
Result<std::vector<std::string>> checked_names() {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator at(zone_folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().lexically_relative(zone_folder).generic_string();
    if (name == "posix" || name == "right") at.disable_recursion_pending();
    if (!is_zone_name(name)) continue;
    const bool is_folder = at->is_directory(error);
    if (error) return cannot_be_read(fmt::format("{}: {}", name, error.message()));
    if (is_folder) continue;
    if (auto checked = check_zone_file_at(at->path()); !checked) {
      return std::unexpected(Error{ErrorKind::unavailable, checked.error().message});
    }
    names.push_back(name);
  }
  if (error) return cannot_be_read(error.message());
  if (std::ranges::find(names, "UTC") == names.end()) return cannot_be_read("there is no zone UTC");
  // The library may read leap seconds from it.
  const std::string leap_seconds = std::string(zone_folder) + "/right/UTC";
  if (fs::exists(leap_seconds, error)) {
    if (auto checked = check_zone_file_at(leap_seconds); !checked) {
      return std::unexpected(Error{ErrorKind::unavailable, checked.error().message});
    }
  }
  return names;
}

Result<Zones> read_zones() {
  const auto names = checked_names();
  if (!names) return std::unexpected(names.error());
  Zones zones;
  try {
    for (const std::string& name : *names) {
      const date::time_zone* zone = date::locate_zone(name);
      info_at(zone, Instant{});  // reads its file
      zones.emplace(name, zone);
    }
  } catch (const std::exception& exception) {
    return cannot_be_read(exception.what());
  }
  return zones;
}

// Reads them once; tries again after an error.
Result<const Zones*> all_zones() {
  static std::atomic<const Zones*> known = nullptr;  // never freed, like the library's database
  if (const Zones* zones = known) return zones;
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  if (const Zones* zones = known) return zones;
  auto read = read_zones();
  if (!read) return std::unexpected(read.error());
  return known = new Zones(*std::move(read));
}

}  // namespace

Zone Zone::utc() {
  return fixed(std::chrono::seconds(0));
}

Zone Zone::fixed(std::chrono::seconds offset) {
  Zone zone;
  zone.fixed_offset_ = offset;
  return zone;
}

Result<std::size_t> Zone::read_all() {
  const auto zones = all_zones();
  if (!zones) return std::unexpected(zones.error());
  return (*zones)->size();
}

Result<Zone> Zone::named(std::string_view name) {
  const auto zones = all_zones();
  if (!zones) return std::unexpected(zones.error());
  const auto found = (*zones)->find(name);
  if (found == (*zones)->end()) {
    return invalid(fmt::format("\"{}\" is not a time zone of the IANA database",
                               shortened(name, longest_zone_name)));
  }
  Zone zone;
  zone.named_zone_ = found->second;
  return zone;
}

std::chrono::seconds Zone::offset_at(Instant at) const {
  if (named_zone_ == nullptr) return fixed_offset_;
  return info_at(named_zone_, at).offset;
}

std::vector<OffsetPiece> Zone::pieces(TimeRange range) const {
  const Instant end = range.to + Duration{1};
  if (named_zone_ == nullptr) return {{range.from, end, fixed_offset_}};
  std::vector<OffsetPiece> pieces;
  Instant begin = range.from;
  while (begin < end) {
    const date::sys_info info = info_at(named_zone_, begin);
    // The last piece of a zone ends at the end of the library's time: compared in seconds, since it
    // may not fit into microseconds.
    const bool is_last = info.end > std::chrono::floor<std::chrono::seconds>(range.to);
    const Instant piece_end = is_last ? end : Instant(info.end);
    if (!pieces.empty() && pieces.back().offset == info.offset) {
      pieces.back().end = piece_end;  // only the name of the time changed
    } else {
      pieces.push_back({begin, piece_end, info.offset});
    }
    begin = piece_end;
  }
  return pieces;
}

}  // namespace chatreports
