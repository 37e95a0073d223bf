#pragma once
// The agents, their groups and their working days.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generate/agenda.h"
#include "generate/generator.h"
#include "generate/line_writer.h"
#include "generate/popularity.h"
#include "time/instant.h"

namespace chatreports::generate {

struct Agent {
  std::string id;
  std::string name;
  std::string_view timezone;
  std::int64_t usual_start_seconds = 0;  // of the working day, after midnight UTC
  std::vector<std::uint64_t> groups;     // one or two, ascending
};

class Team {
 public:
  explicit Team(const Options& options);

  void write_records(LineWriter& lines) const;

  // Plans who works when on the UTC day of `at`; its statuses go on the agenda. To be called once
  // a day, in order.
  void begin_day(Instant at, Agenda& agenda);

  std::size_t size() const { return agents_.size(); }
  const Agent& agent(std::size_t place) const { return agents_[place]; }
  // The place of somebody who is at work, if anybody is.
  std::size_t pick(Instant at, Random& random) const;
  // The same, but not that one; there must be two agents.
  std::size_t pick_another(std::size_t not_this, Instant at, Random& random) const;

 private:
  struct Shift {
    Instant begin;
    Instant end;
  };

  bool is_at_work(std::size_t place, Instant at) const;
  void plan_shift(std::size_t place, Instant midnight, Random& random, Agenda& agenda);
  void plan_pauses(std::size_t place, Random& random, Agenda& agenda) const;

  std::uint64_t seed_;
  std::vector<Agent> agents_;
  std::vector<Shift> shifts_;  // of today, by agent; empty for who does not work
  Popularity popularity_;
};

}  // namespace chatreports::generate
