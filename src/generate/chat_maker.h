#pragma once
// Makes up chats.

#include <cstdint>
#include <optional>

#include "generate/chat.h"
#include "generate/generator.h"
#include "generate/popularity.h"
#include "generate/queue.h"
#include "generate/random.h"
#include "generate/timings.h"

namespace chatreports::generate {

class ChatMaker {
 public:
  ChatMaker(const Options& options, const Team& team, const Greetings& greetings);

  // The chat of that number; the team must have begun the day. Valid until the next call. What
  // befalls the chat later and is told by other records goes on the agenda.
  const Chat& make(std::uint64_t number, Instant start, Agenda& agenda);

 private:
  void choose_customer();
  void choose_visit();
  void choose_tags();
  void choose_properties();
  void bring_in(std::size_t agent);
  void talk();
  void plan_queue(int& turns_left);
  void begin();
  void welcome();
  void agents_turn();
  void customers_turn();
  void speak(const Agent* agent);
  void wait_in_vain();
  void wait_in_queue();
  void transfer();
  void finish();
  void rate();
  void achieve(Agenda& agenda);
  // An event that happens `after` the last one. From the end of the sample on nothing happens.
  Event* happen(Duration after, EventKind kind, const Agent* agent = nullptr);
  void announce(Duration after, std::string_view system_type);

  Options options_;
  const Team& team_;
  const Greetings& greetings_;
  Popularity tag_popularity_;
  Popularity country_popularity_;

  Chat chat_;
  Random random_{0};
  bool has_system_event_ = false;
  std::optional<QueueWait> queue_;  // the wait that is still to come
  Pace pace_ = Pace::live;
  Instant now_;
  std::size_t agent_ = 0;  // who speaks
  bool agent_began_ = false;
  int responses_ = 0;
  bool closed_ = false;
  std::optional<int> transferred_after_;  // so many responses
};

}  // namespace chatreports::generate
