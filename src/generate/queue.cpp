#include "generate/queue.h"

#include "generate/arrivals.h"
#include "generate/random.h"
#include "generate/timings.h"

namespace chatreports::generate {

std::optional<QueueWait> queue_wait_of(std::uint64_t seed, std::uint64_t chat_number,
                                       Instant start) {
  Random random(seed, Purpose::queue, chat_number);
  QueueWait wait;
  if (random.chance(is_busy(start) ? 140 : 20)) {
    wait.is_at_start = true;
  } else if (random.chance(8)) {
    wait.after_responses = static_cast<int>(random.below(2));
  } else {
    return {};
  }
  wait.customer_leaves = random.chance(200);
  wait.length = wait.customer_leaves ? patience(random) : queue_wait(random);
  wait.is_length_told = random.chance(750);
  return wait;
}

}  // namespace chatreports::generate
