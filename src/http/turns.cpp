#include "http/turns.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace chatreports::http {

Turns::State Turns::ask(const boost::asio::any_io_executor& executor, Share share, Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  // A turn is free while others wait only where their owners have all that they may have.
  if (may_enter(share)) {
    --free_;
    ++turns_of_[share.owner];
    return State::let_in;
  }
  if (waiting_ >= max_waiting_ && !make_room_for(share)) return State::sent_away;
  ticket = std::make_shared<Waiting>(executor, patience_, share);
  std::deque<Ticket>& queue = queues_[share];
  if (queue.empty()) order_.push_back(share);
  queue.push_back(ticket);
  ++waiting_;
  return State::waiting;
}

bool Turns::was_let_in(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  if (ticket->state == State::waiting) end_waiting(ticket, State::sent_away);
  return ticket->state == State::let_in;
}

void Turns::leave(Share share) {
  const std::lock_guard lock(mutex_);
  --turns_of_[share.owner];
  ++free_;
  let_in();
}

bool Turns::may_enter(Share share) const {
  const auto turns = turns_of_.find(share.owner);
  return free_ > 0 && (turns == turns_of_.end() ? 0 : turns->second) < most_of_an_owner_;
}

bool Turns::make_room_for(Share share) {
  const auto longest =
      std::ranges::max_element(queues_, {}, [](const auto& queue) { return queue.second.size(); });
  const auto own = queues_.find(share);
  const std::size_t own_size = own == queues_.end() ? 0 : own->second.size();
  if (longest == queues_.end() || longest->second.size() <= own_size + 1) return false;
  const Ticket latest = longest->second.back();
  end_waiting(latest, State::sent_away);
  // Posted, here and below, so that it comes after the wait has begun.
  boost::asio::post(latest->timer.get_executor(), [latest] { latest->timer.cancel(); });
  return true;
}

void Turns::end_waiting(const Ticket& ticket, State state) {
  ticket->state = state;
  const auto queue = queues_.find(ticket->share);
  std::erase(queue->second, ticket);
  --waiting_;
  if (!queue->second.empty()) return;
  queues_.erase(queue);
  std::erase(order_, ticket->share);
}

void Turns::let_in() {
  while (true) {
    const auto next =
        std::ranges::find_if(order_, [this](const Share& share) { return may_enter(share); });
    if (next == order_.end()) return;
    const Share share = *next;
    order_.erase(next);
    order_.push_back(share);
    const Ticket ticket = queues_.find(share)->second.front();
    end_waiting(ticket, State::let_in);
    --free_;
    ++turns_of_[share.owner];
    boost::asio::post(ticket->timer.get_executor(), [ticket] { ticket->timer.cancel(); });
  }
}

}  // namespace chatreports::http
