#pragma once
// A sample chat before it is written: who, when and what.

#include <cstdint>
#include <optional>
#include <vector>

#include "generate/greetings.h"
#include "generate/team.h"
#include "generate/vocabulary.h"
#include "time/instant.h"

namespace chatreports::generate {

enum class EventKind : std::uint8_t {
  message,
  welcome,  // what the chat window says by itself, in an agent's name
  whisper,  // seen by agents only
  file,
  rich_message,
  custom,
  system_message,
  form,
  filled_form,
  system,
};

struct Event {
  EventKind kind = EventKind::message;
  Instant at;
  const Agent* agent = nullptr;  // the author; the customer, or nobody, where there is none
  const Form* form = nullptr;    // of a form or a filled form
  std::string_view system_type;  // of a system message
  std::uint64_t choice = 0;      // which words
};

struct Customer {
  std::string_view first_name;
  std::string_view last_name;
  std::uint64_t number = 0;  // makes the address unlike those of namesakes
  std::uint64_t id_high = 0;
  std::uint64_t id_low = 0;
};

struct Rating {
  bool good = false;
  std::string_view comment;  // may be empty
};

// A goal or a sale that the chat tells of itself.
struct ToldAchievement {
  std::uint64_t id = 0;
  Instant at;
};

// The properties shop.plan, shop.items and shop.returning.
struct Shop {
  std::string_view plan;
  std::uint64_t items = 0;
  bool returning = false;
};

struct Chat {
  std::uint64_t number = 0;
  Instant started_at;
  bool active = false;              // it is not over when the sample ends
  std::optional<Instant> ended_at;  // where it is told
  Customer customer;
  std::vector<const Agent*> agents;
  std::vector<std::uint64_t> groups;
  std::vector<std::string_view> tags;
  std::string_view country;  // of the customer; empty: not known
  bool begins_in_queue = false;
  std::optional<std::uint64_t> queue_seconds;  // where the chat tells it
  bool continuous = false;
  std::string_view platform;
  std::string_view start_page;
  std::optional<Shop> shop;
  std::optional<Rating> rating;
  std::optional<Greetings::Accepted> greeting;
  std::optional<ToldAchievement> goal;
  std::optional<ToldAchievement> sale;
  std::vector<Event> events;  // in order of time
};

}  // namespace chatreports::generate
