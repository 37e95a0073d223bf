#pragma once
// Greetings: invitations to chat that a web page shows. A third of those shown begin a chat.

#include <cstdint>
#include <optional>
#include <vector>

#include "generate/agenda.h"
#include "generate/arrivals.h"
#include "generate/popularity.h"

namespace chatreports::generate {

// The group that a greeting invites to.
std::uint64_t group_of_greeting(std::uint64_t greeting_id);

class Greetings {
 public:
  explicit Greetings(std::uint64_t seed);

  // The greeting that began the chat of a number, if one did.
  struct Accepted {
    std::uint64_t greeting_id = 0;
    std::uint64_t unique_number = 0;
  };
  std::optional<Accepted> accepted_by(std::uint64_t chat_number) const;

  // All that becomes of greetings around the chats of the stretch.
  void plan(const Stretch& stretch, Agenda& agenda) const;

 private:
  std::optional<Accepted> draw_accepted(std::uint64_t chat_number, Random& random) const;
  void plan_accepted(const Accepted& accepted, Instant chat_start, Instant earliest, Random& random,
                     Agenda& agenda) const;
  void plan_unanswered(std::uint64_t unique_number, const Stretch& stretch, Random& random,
                       Agenda& agenda) const;

  std::uint64_t seed_;
  Popularity popularity_;
};

}  // namespace chatreports::generate
