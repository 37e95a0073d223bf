#include "generate/greetings.h"

#include <algorithm>

#include "generate/vocabulary.h"

namespace chatreports::generate {
namespace {

constexpr std::size_t greeting_count = 8;
constexpr std::uint32_t accepted_per_mille = 180;
// For each chat that a greeting begins, two more are shown in vain.
constexpr std::uint32_t unanswered_per_mille = 2 * accepted_per_mille;

Duration seconds(std::int64_t count) {
  return std::chrono::seconds(count);
}

}  // namespace

std::uint64_t group_of_greeting(std::uint64_t greeting_id) {
  return greeting_id % group_names().size();
}

Greetings::Greetings(std::uint64_t seed) : seed_(seed), popularity_(greeting_count, 1) {}

std::optional<Greetings::Accepted> Greetings::draw_accepted(std::uint64_t chat_number,
                                                            Random& random) const {
  if (!random.chance(accepted_per_mille)) return {};
  return Accepted{popularity_.pick(random) + 1, chat_number * 2};
}

std::optional<Greetings::Accepted> Greetings::accepted_by(std::uint64_t chat_number) const {
  Random random(seed_, Purpose::greetings, chat_number);
  return draw_accepted(chat_number, random);
}

void Greetings::plan(const Stretch& stretch, Agenda& agenda) const {
  std::uint64_t number = stretch.first_number;
  for (const Instant start : stretch.starts) {
    Random random(seed_, Purpose::greetings, number);
    if (const auto accepted = draw_accepted(number, random)) {
      plan_accepted(*accepted, start, stretch.begin, random, agenda);
    }
    if (random.chance(unanswered_per_mille)) {
      plan_unanswered(number * 2 + 1, stretch, random, agenda);
    }
    ++number;
  }
}

void Greetings::plan_accepted(const Accepted& accepted, Instant chat_start, Instant earliest,
                              Random& random, Agenda& agenda) const {
  const Duration thought{random.between(3'000'000, 90'000'000)};
  const Instant displayed = std::max(earliest, chat_start - thought);
  agenda.add(displayed, GreetingEvent{accepted.greeting_id, accepted.unique_number, "displayed"});
  if (random.chance(150)) {
    agenda.add(chat_start + seconds(random.between(120, 1'200)),
               GreetingEvent{accepted.greeting_id, accepted.unique_number, "goal"});
  }
}

void Greetings::plan_unanswered(std::uint64_t unique_number, const Stretch& stretch, Random& random,
                                Agenda& agenda) const {
  const std::uint64_t greeting_id = popularity_.pick(random) + 1;
  const auto length = static_cast<std::uint32_t>((stretch.end - stretch.begin).count());
  const Instant displayed = stretch.begin + Duration{random.below(length)};
  agenda.add(displayed, GreetingEvent{greeting_id, unique_number, "displayed"});
  if (random.chance(550)) {
    agenda.add(displayed + seconds(random.between(2, 60)),
               GreetingEvent{greeting_id, unique_number, "canceled"});
  } else if (random.chance(60)) {
    agenda.add(displayed + seconds(random.between(60, 900)),
               GreetingEvent{greeting_id, unique_number, "goal"});
  }
}

}  // namespace chatreports::generate
