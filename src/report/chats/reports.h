#pragma once
// The Chats reports, one file each beside this one, and what they share.

#include "report/catalogue.h"

namespace chatreports::report::chats {

Definition duration();
Definition tags();
Definition total_chats();
Definition ratings();
Definition ranking();
Definition engagement();
Definition greetings_conversion();
Definition surveys();
Definition response_time();
Definition first_response_time();

// The chats of the query, in the buckets of its distribution.
Result<Plan> plan_by_bucket(const Query& query, ChatsSource source);
// The chats of the query, in one bucket.
Plan plan_of_whole_range(const Query& query,
                         std::variant<ChatsSource, SubmissionsSource, GreetingEventsSource> source);

// How many chats hold `where`.
Measure count_where(Predicate where);
// The chats whose rating is good (1) or bad (0).
Predicate rated(std::int64_t score);

}  // namespace chatreports::report::chats
