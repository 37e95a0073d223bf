#include "generate/team.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "generate/vocabulary.h"

namespace chatreports::generate {
namespace {

constexpr std::string_view accepting = "accepting_chats";
constexpr std::string_view not_accepting = "not_accepting_chats";
constexpr std::string_view offline = "offline";
constexpr Duration minute = std::chrono::minutes(1);

// Where the agents live, and when nine o'clock is there in winter, in UTC: nobody's working day
// passes midnight UTC.
struct Home {
  std::string_view timezone;
  std::int64_t nine_utc;
};
constexpr std::array<Home, 4> homes = {
    {{"Europe/Warsaw", 8}, {"Europe/London", 9}, {"America/New_York", 14}, {"Asia/Kathmandu", 3}}};

Agent make_agent(std::size_t place, Random& random) {
  Agent agent;
  agent.id = fmt::format("agent{:03}@example.com", place + 1);
  const auto first = first_names()[random.below(32)];
  const auto last = last_names()[random.below(32)];
  agent.name = fmt::format("{} {}", first, last);
  const Home& home = homes[random.below(homes.size())];
  agent.timezone = home.timezone;
  agent.usual_start_seconds = home.nine_utc * 3'600 + random.between(0, 3'600) - 1'800;
  agent.groups.push_back(place % group_names().size());
  if (random.chance(400)) agent.groups.push_back(random.below(6));
  std::ranges::sort(agent.groups);
  const auto repeated = std::ranges::unique(agent.groups);
  agent.groups.erase(repeated.begin(), repeated.end());
  return agent;
}

}  // namespace

Team::Team(const Options& options)
    : seed_(options.seed), popularity_(static_cast<std::size_t>(options.agents), 4) {
  const auto count = static_cast<std::size_t>(options.agents);
  agents_.reserve(count);
  for (std::size_t place = 0; place < count; ++place) {
    Random random(seed_, Purpose::agents, place);
    agents_.push_back(make_agent(place, random));
  }
  shifts_.resize(count);
}

void Team::write_records(LineWriter& lines) const {
  for (std::uint64_t group = 0; group < group_names().size(); ++group) {
    lines.add(R"({"record":"group","id":)", group, R"(,"name":")", group_names()[group], R"("})");
    lines.end_line();
  }
  for (const Agent& agent : agents_) {
    lines.add(R"({"record":"agent","id":")", agent.id, R"(","name":")", agent.name,
              R"(","timezone":")", agent.timezone, R"(","groups":[)", agent.groups.front());
    if (agent.groups.size() > 1) lines.add(",", agent.groups.back());
    lines.add("]}");
    lines.end_line();
  }
}

void Team::begin_day(Instant at, Agenda& agenda) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const bool weekend = std::chrono::weekday(day).iso_encoding() >= 6;
  Random random(seed_, Purpose::shifts, static_cast<std::uint64_t>(day.time_since_epoch().count()));
  for (std::size_t place = 0; place < agents_.size(); ++place) {
    shifts_[place] = {};
    if (random.chance(weekend ? 250 : 930)) {
      plan_shift(place, day, random, agenda);
    }
  }
}

void Team::plan_shift(std::size_t place, Instant midnight, Random& random, Agenda& agenda) {
  const Agent& agent = agents_[place];
  const Duration start =
      std::chrono::seconds(agent.usual_start_seconds) + Duration(random.between(0, 900'000'000));
  const Duration length = random.between(450, 510) * minute;
  Shift& shift = shifts_[place];
  shift.begin = midnight + start;
  shift.end = shift.begin + length;
  agenda.add(shift.begin, AgentStatus{agent.id, accepting});
  plan_pauses(place, random, agenda);
  agenda.add(shift.end, AgentStatus{agent.id, offline});
}

// Two or three pauses, each well after the one before.
void Team::plan_pauses(std::size_t place, Random& random, Agenda& agenda) const {
  const std::string_view id = agents_[place].id;
  const std::int64_t pauses = random.between(2, 3);
  for (std::int64_t pause = 0; pause < pauses; ++pause) {
    const Duration after = (pause * 130 + 60) * minute + Duration(random.between(0, 3'000'000'000));
    const Instant begin = shifts_[place].begin + after;
    agenda.add(begin, AgentStatus{id, not_accepting});
    const Duration length{random.between(300'000'000, 3'000'000'000)};
    agenda.add(begin + length, AgentStatus{id, accepting});
  }
}

bool Team::is_at_work(std::size_t place, Instant at) const {
  return shifts_[place].begin <= at && at < shifts_[place].end;
}

// Late at night there may be nobody, and a chat has its agent nevertheless.
std::size_t Team::pick(Instant at, Random& random) const {
  std::size_t place = popularity_.pick(random);
  for (int tries = 0; tries < 4; ++tries) {
    if (is_at_work(place, at)) return place;
    place = popularity_.pick(random);
  }
  for (std::size_t after = 0; after < agents_.size(); ++after) {
    const std::size_t next = (place + after) % agents_.size();
    if (is_at_work(next, at)) return next;
  }
  return place;
}

std::size_t Team::pick_another(std::size_t not_this, Instant at, Random& random) const {
  const std::size_t place = pick(at, random);
  return place != not_this ? place : (place + 1) % agents_.size();
}

}  // namespace chatreports::generate
