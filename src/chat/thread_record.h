#pragma once
// All that is known of a thread, freed of everything that no figure needs. Source of the shapes:
// docs/definitions/records.md.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/event.h"
#include "chat/property.h"
#include "chat/update.h"
#include "time/instant.h"

namespace chatreports::chat {

// A goal that was reached or a sale that was made in a thread.
struct Achievement {
  std::int64_t id = 0;
  std::optional<Instant> at;
  bool from_chat = false;  // from the chat record; else from a record of its own
  bool operator==(const Achievement&) const = default;
};

// The first half of the SHA-256 of a customer's id.
using CustomerDigest = std::array<std::uint8_t, 16>;

// ISO 3166-1 alpha-2, upper case; zeros if the input had something else.
struct Country {
  std::array<char, 2> letters{};
  std::string_view code() const {
    return letters == std::array<char, 2>{} ? std::string_view()
                                            : std::string_view(letters.data(), letters.size());
  }
  bool operator==(const Country&) const = default;
};

// A code has two letters of either case.
Country country_of(std::string_view code);

// A wait in the queue, from a queue record.
struct QueueStay {
  Instant entered_at;
  Instant ended_at;         // not before entered_at
  bool has_entered = true;  // the chat; else the customer left the queue
  bool operator==(const QueueStay&) const = default;
};

// `from_chat_record` is false until a chat record or the webhook of a beginning has come: such a
// thread is in no report yet.
struct ThreadRecord {
  bool from_chat_record = false;
  bool is_beginning = false;  // the chat record is that of the webhook of the beginning
  bool is_active = false;     // the chat record says so
  // The country of this visit, and the first country that was given for the customer.
  std::optional<Country> country;
  std::optional<Country> visit_country;
  std::optional<CustomerDigest> customer;  // of the first user who is not an agent
  Instant started_at;
  std::optional<Instant> ended_at;
  // Users of type agent: those listed in the thread; those whom the customer can't see; others of
  // the chat. Ascending, each once and in one of the lists.
  std::vector<std::string> agents;
  std::vector<std::string> supervisors;
  std::vector<std::string> other_agents;
  // Unlisted authors whom the licence knows as agents, ascending, each once. The store looks them
  // up.
  std::vector<std::string> known_agents;
  std::vector<std::int64_t> groups;       // ascending, each once
  std::vector<std::string> tags;          // ascending, each once
  std::vector<Property> properties;       // by name_space and name, each once
  std::vector<Property> chat_properties;  // likewise; a property of the thread outranks them
  std::vector<Event> events;              // as given
  std::vector<Achievement> goals;  // by id, at most one from the chat record and one from others
  std::vector<Achievement> sales;  // likewise
  std::optional<Instant> greeting_displayed_at;  // from the greeting record of the same unique id
  std::optional<std::int64_t> queues_duration;   // seconds; the sum of the waits in the queue
  std::vector<Instant> queued_at;                // from webhooks; ascending, each once
  std::vector<QueueStay> queue_stays;            // from queue records; by entered_at, each once
  std::vector<TimedUpdate> updates;              // from webhooks; they change all of the above
  bool operator==(const ThreadRecord&) const = default;
};

}  // namespace chatreports::chat
