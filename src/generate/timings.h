#pragma once
// How long people take to write, and how often: drawn from real support conversations.

#include "generate/random.h"
#include "time/instant.h"

namespace chatreports::generate {

// A live chat is answered while the customer waits; a continuous one like a letter.
enum class Pace { live, continuous };

Duration first_response_wait(Pace pace, Random& random);
Duration later_response_wait(Pace pace, Random& random);
// Until the customer writes again.
Duration customer_pause(Pace pace, Random& random);
// A chat whose customer is silent for that long is closed.
Duration idle_limit(Pace pace);

// In the queue, until an agent comes; and how long a customer waits who then leaves.
Duration queue_wait(Random& random);
Duration patience(Random& random);

// How often one side speaks after the other: at least 2, of which the first is the customer's.
int turns(Random& random);

}  // namespace chatreports::generate
