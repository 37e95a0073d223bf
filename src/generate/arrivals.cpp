#include "generate/arrivals.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace chatreports::generate {
namespace {

constexpr Duration hour = std::chrono::hours(1);
constexpr std::uint64_t chats_in_stretch = 4'096;

// How busy each hour of a working day is, in UTC.
constexpr std::array<std::uint64_t, 24> busyness = {4,  3,  3,  4,  8,  15, 30, 55, 85, 100, 98, 92,
                                                    85, 92, 96, 90, 80, 65, 50, 40, 30, 20,  12, 7};

constexpr std::uint64_t busy = 80;

struct Hour {
  unsigned weekday = 1;  // 1 is Monday
  std::uint64_t usual = 0;
};

Hour hour_of(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  return {std::chrono::weekday(day).iso_encoding(),
          busyness[static_cast<std::size_t>((at - day) / hour)]};
}

bool is_working_day(const Hour& of) {
  return of.weekday <= 5;
}

// The share `part` of `parts` of a whole, rounded down, without overflow.
std::uint64_t share(std::uint64_t whole, std::uint64_t part, std::uint64_t parts) {
  return whole / parts * part + whole % parts * part / parts;
}

}  // namespace

bool is_busy(Instant at) {
  const Hour of = hour_of(at);
  return is_working_day(of) && of.usual >= busy;
}

Arrivals::Arrivals(const Options& options)
    : options_(options), hours_(static_cast<std::uint64_t>(options.days) * 24) {
  for (hour_ = 0; hour_ < hours_; ++hour_) all_weights_ += weight_of_hour();
  CHECK(all_weights_ > 0);
  hour_ = 0;
  begin_hour();
}

Instant Arrivals::begin_of_hour() const {
  const auto hours_to_end = static_cast<std::int64_t>(hours_ - hour_);
  return options_.end - hours_to_end * hour;
}

std::uint64_t Arrivals::weight_of_hour() const {
  const Hour of = hour_of(begin_of_hour());
  // No two Tuesdays are alike: each hour has half to one and a half of what is usual.
  const std::uint64_t percent = 50 + drawn(options_.seed, Purpose::hours, hour_) % 101;
  return of.usual * (is_working_day(of) ? 3 : 1) * percent;
}

// An hour has its weight's share of the chats. The remainder of rounding goes to the next hour, so
// that the sum is exact: 10 chats over three equal hours are 3, 3 and 4.
void Arrivals::begin_hour() {
  const std::uint64_t weight = weight_of_hour();
  const std::uint64_t rest = remainder_ + options_.chats % all_weights_ * weight;
  chats_in_hour_ = options_.chats / all_weights_ * weight + rest / all_weights_;
  remainder_ = rest % all_weights_;
  stretches_in_hour_ = chats_in_hour_ / chats_in_stretch + 1;
  stretch_ = 0;
}

bool Arrivals::next(Stretch& stretch) {
  if (stretch_ == stretches_in_hour_) {
    ++hour_;
    if (hour_ < hours_) begin_hour();
  }
  if (hour_ >= hours_) return false;

  const auto edge = [this](std::uint64_t part) {
    const auto offset = static_cast<std::int64_t>(
        share(static_cast<std::uint64_t>(hour.count()), part, stretches_in_hour_));
    return begin_of_hour() + Duration{offset};
  };
  stretch.begin = edge(stretch_);
  stretch.end = edge(stretch_ + 1);
  stretch.first_number = number_;
  const std::uint64_t count = share(chats_in_hour_, stretch_ + 1, stretches_in_hour_) -
                              share(chats_in_hour_, stretch_, stretches_in_hour_);
  Random random(options_.seed, Purpose::starts, number_);
  const auto length = static_cast<std::uint32_t>((stretch.end - stretch.begin).count());
  stretch.starts.clear();
  for (std::uint64_t chat = 0; chat < count; ++chat) {
    stretch.starts.push_back(stretch.begin + Duration{random.below(length)});
  }
  std::ranges::sort(stretch.starts);
  number_ += count;
  ++stretch_;
  return true;
}

}  // namespace chatreports::generate
