#include "generate/timings.h"

#include <array>
#include <span>

namespace chatreports::generate {
namespace {

// Seconds, at equal steps of probability from the least to the most, in 525 public support
// conversations (made from dev.json of IBM's twitter-customer-care-document-prediction data set,
// Apache-2.0): from the last customer's message to an agent's first answer, to an agent's later
// answer, and from an agent's message to the customer's next.
constexpr std::array<std::int64_t, 65> first_response_seconds = {
    38,     58,     72,     81,     105,    128,    151,    184,    218,    273,    292,
    337,    373,    419,    452,    507,    566,    640,    690,    793,    975,    1'246,
    1'392,  1'544,  1'847,  2'247,  2'464,  2'727,  3'242,  3'552,  3'976,  4'382,  5'663,
    7'180,  7'879,  9'483,  10'331, 11'381, 12'093, 13'827, 14'647, 15'405, 17'659, 19'003,
    21'485, 23'840, 27'029, 30'677, 32'611, 35'584, 38'251, 41'344, 42'889, 46'027, 47'555,
    49'455, 52'720, 57'301, 59'188, 62'926, 67'678, 72'769, 77'025, 83'586, 86'381};
constexpr std::array<std::int64_t, 33> later_response_seconds = {
    80,    96,    97,    170,   224,   384,   433,   446,    448,    515,    527,
    622,   777,   826,   918,   1'066, 1'118, 1'563, 1'601,  1'757,  1'892,  2'216,
    2'449, 2'925, 2'989, 3'396, 4'325, 5'522, 5'966, 10'368, 12'393, 13'815, 55'377};
constexpr std::array<std::int64_t, 33> customer_pause_seconds = {
    13,    46,    76,     106,    112,    134,    191,    203,    225,     276,     394,
    410,   479,   631,    774,    884,    1'146,  1'390,  1'733,  2'285,   3'970,   4'195,
    4'522, 5'266, 22'137, 29'321, 41'527, 50'436, 61'869, 67'672, 101'024, 152'039, 1'036'570};

// How many of the same 525 conversations have so many messages.
struct Count {
  int messages;
  std::uint32_t conversations;
};
constexpr std::array<Count, 9> message_counts = {
    {{2, 451}, {3, 29}, {4, 34}, {5, 1}, {6, 6}, {8, 1}, {9, 1}, {12, 1}, {16, 1}}};

// Those conversations went on like letters. In a live chat the same takes a second where it took
// them a minute (the first answer) or half a minute: the shape is real, the pace is a chat's.
constexpr std::int64_t live_pace_of_first_response = 60;
constexpr std::int64_t live_pace = 30;
// Nobody has published waits in a queue. They have the same shape, and are half as long as the wait
// for a first answer.
constexpr std::int64_t live_pace_of_queue = 120;

// A place between two neighbouring quantiles. Their distance is whole seconds, and so a multiple of
// the steps.
Duration drawn_between(std::span<const std::int64_t> quantiles, Random& random) {
  const std::uint32_t place = random.below(static_cast<std::uint32_t>(quantiles.size() - 1));
  const std::int64_t low = quantiles[place] * microseconds_per_second;
  const std::int64_t high = quantiles[place + 1] * microseconds_per_second;
  constexpr std::uint32_t steps = 1'000'000;
  return Duration(low + (high - low) / steps * random.below(steps));
}

Duration at_pace(Pace pace, std::int64_t live, Duration time) {
  return pace == Pace::live ? time / live : time;
}

}  // namespace

Duration first_response_wait(Pace pace, Random& random) {
  return at_pace(pace, live_pace_of_first_response, drawn_between(first_response_seconds, random));
}

Duration later_response_wait(Pace pace, Random& random) {
  return at_pace(pace, live_pace, drawn_between(later_response_seconds, random));
}

Duration customer_pause(Pace pace, Random& random) {
  return at_pace(pace, live_pace, drawn_between(customer_pause_seconds, random));
}

Duration idle_limit(Pace pace) {
  return std::chrono::hours(pace == Pace::live ? 1 : 24);
}

Duration queue_wait(Random& random) {
  return drawn_between(first_response_seconds, random) / live_pace_of_queue;
}

Duration patience(Random& random) {
  return Duration{random.between(10'000'000, 480'000'000)};
}

int turns(Random& random) {
  constexpr std::uint32_t conversations = 525;
  std::uint32_t drawn = random.below(conversations);
  for (const Count& count : message_counts) {
    if (drawn < count.conversations) return count.messages;
    drawn -= count.conversations;
  }
  return message_counts.front().messages;
}

}  // namespace chatreports::generate
