#include "http/handler_slots.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace chatreports::http {

HandlerSlots::State HandlerSlots::request(const boost::asio::any_io_executor& executor, Share share,
                                          Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  // A slot is free while requests wait only if their owners have all that they may have.
  if (may_have_one(share)) {
    --free_;
    ++slots_of_[share.owner];
    return State::granted;
  }
  if (waiting_ >= limits_.waiting && !make_room_for(share)) return State::refused;
  ticket = std::make_shared<Waiting>(executor, limits_.patience, share);
  std::deque<Ticket>& queue = queues_[share];
  if (queue.empty()) order_.push_back(share);
  queue.push_back(ticket);
  ++waiting_;
  return State::waiting;
}

bool HandlerSlots::end_wait(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  if (ticket->state == State::waiting) leave_queue(ticket, State::refused);
  return ticket->state == State::granted;
}

void HandlerSlots::release(Share share) {
  const std::lock_guard lock(mutex_);
  --slots_of_[share.owner];
  ++free_;
  grant_free_slots();
}

HandlerSlots::Use HandlerSlots::use() const {
  const std::lock_guard lock(mutex_);
  return {limits_.slots - free_, waiting_};
}

bool HandlerSlots::may_have_one(Share share) const {
  const auto slots = slots_of_.find(share.owner);
  return free_ > 0 && (slots == slots_of_.end() ? 0 : slots->second) < limits_.of_an_owner;
}

bool HandlerSlots::make_room_for(Share share) {
  const auto longest =
      std::ranges::max_element(queues_, {}, [](const auto& queue) { return queue.second.size(); });
  const auto own = queues_.find(share);
  const std::size_t own_size = own == queues_.end() ? 0 : own->second.size();
  if (longest == queues_.end() || longest->second.size() <= own_size + 1) return false;
  const Ticket newest = longest->second.back();
  leave_queue(newest, State::refused);
  // Posted, here and below, so that it comes after the wait has begun.
  boost::asio::post(newest->timer.get_executor(), [newest] { newest->timer.cancel(); });
  return true;
}

void HandlerSlots::leave_queue(const Ticket& ticket, State state) {
  ticket->state = state;
  const auto queue = queues_.find(ticket->share);
  std::erase(queue->second, ticket);
  --waiting_;
  if (!queue->second.empty()) return;
  queues_.erase(queue);
  std::erase(order_, ticket->share);
}

void HandlerSlots::grant_free_slots() {
  while (true) {
    const auto next =
        std::ranges::find_if(order_, [this](const Share& share) { return may_have_one(share); });
    if (next == order_.end()) return;
    const Share share = *next;
    order_.erase(next);
    order_.push_back(share);
    const Ticket ticket = queues_.find(share)->second.front();
    leave_queue(ticket, State::granted);
    --free_;
    ++slots_of_[share.owner];
    boost::asio::post(ticket->timer.get_executor(), [ticket] { ticket->timer.cancel(); });
  }
}

}  // namespace chatreports::http
