#pragma once
// Records that have their own lines, kept until it is their time.

#include <cstdint>
#include <queue>
#include <string_view>
#include <variant>
#include <vector>

#include "generate/identifiers.h"
#include "generate/line_writer.h"
#include "time/instant.h"

namespace chatreports::generate {

struct AgentStatus {
  std::string_view agent_id;  // borrowed from the Team
  std::string_view status;
};

struct GreetingEvent {
  std::uint64_t greeting_id = 0;
  std::uint64_t unique_number = 0;
  std::string_view event;
};

struct Achievement {
  std::string_view record;  // "goal", "sale"
  std::uint64_t chat_number = 0;
  std::uint64_t id = 0;
};

class Agenda {
 public:
  using Entry = std::variant<AgentStatus, GreetingEvent, Achievement>;

  // Events outside [begin, end) are not written.
  Agenda(Instant begin, Instant end, const Identifiers& identifiers)
      : begin_(begin), end_(end), identifiers_(identifiers) {}

  void add(Instant at, const Entry& entry);
  // Writes all that happens before `until`, in order of time.
  void write_until(Instant until, LineWriter& lines);

 private:
  struct Item {
    Instant at;
    std::uint64_t place = 0;  // of equal times, what was added first comes first
    Entry entry;
    bool operator<(const Item& other) const {  // std::priority_queue takes the greatest first
      return other.at < at || (other.at == at && other.place < place);
    }
  };

  void write(const AgentStatus& status, LineWriter& lines) const;
  void write(const GreetingEvent& greeting, LineWriter& lines) const;
  void write(const Achievement& achievement, LineWriter& lines) const;

  Instant begin_;
  Instant end_;
  const Identifiers& identifiers_;
  std::uint64_t added_ = 0;
  std::priority_queue<Item> items_;
};

}  // namespace chatreports::generate
