#include "app/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "app/arguments.h"
#include "base/utf8.h"

namespace chatreports::app {
namespace {

constexpr std::int64_t most_years = 100;
constexpr std::size_t max_shown_bytes = 60;

struct Unit {
  std::string_view name;
  KeptTime one;
  std::int64_t most = 0;
};
constexpr std::array<Unit, 7> units = {{{"d", {0, 1}, most_years * 365},
                                        {"day", {0, 1}, most_years * 365},
                                        {"days", {0, 1}, most_years * 365},
                                        {"month", {1, 0}, most_years * 12},
                                        {"months", {1, 0}, most_years * 12},
                                        {"year", {12, 0}, most_years},
                                        {"years", {12, 0}, most_years}}};

}  // namespace

Result<KeptTime> parse_kept_time(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const Unit& unit : units) {
    if (text.substr(end) != unit.name) continue;
    const auto count =
        parse_whole_number(text.substr(0, end), 1, static_cast<std::uint64_t>(unit.most));
    if (!count) break;
    const auto times = static_cast<std::int64_t>(*count);
    return KeptTime{times * unit.one.months, times * unit.one.days};
  }
  return invalid(
      fmt::format("\"{}\" is not a time to keep chats; write a whole number of days, "
                  "months or years, such as 90d, 24months or 2years, up to {}years",
                  shortened(text, max_shown_bytes), most_years));
}

Instant kept_from(const KeptTime& kept, Instant now) {
  using std::chrono::days;
  using std::chrono::months;
  const auto today = std::chrono::floor<days>(now);
  std::chrono::year_month_day date = std::chrono::year_month_day(today) - months(kept.months);
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  const Instant same_day = std::chrono::sys_days(date);
  return same_day - days(kept.days);
}

std::optional<Instant> Retention::keeps_from(LicenseId license, Instant now) const {
  const auto found = of_license.find(license);
  const std::optional<KeptTime> kept =
      found == of_license.end() ? of_all : std::optional(found->second);
  if (!kept) return std::nullopt;
  return kept_from(*kept, now);
}

}  // namespace chatreports::app
