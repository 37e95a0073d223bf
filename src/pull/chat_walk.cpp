#include "pull/chat_walk.h"

namespace chatreports::pull {

ChatWalk::ChatWalk(bool is_ascending, std::optional<Instant> from, std::optional<Instant> to)
    : is_ascending_(is_ascending), from_(from), to_(to), next_from_(from), next_to_(to) {}

ChatWalk::ChatWalk(Instant changed_since, std::optional<Instant> from)
    : is_ascending_(true), from_(from), changed_since_(changed_since), next_from_(from) {}

ChatsQuery ChatWalk::query() const {
  return {.is_ascending = is_ascending_,
          .from = next_from_,
          .to = next_to_,
          .changed_since = changed_since_,
          .page_id = page_id_};
}

void ChatWalk::take(const ChatsPage& page) {
  is_stuck_ = !page_id_.empty() && page.digest == last_digest_ && page.digest != 0;
  last_digest_ = page.digest;
  page_id_.clear();
  if (page.is_by_day) {
    if (page.reached) reached_ = page.reached;
    // After a page that was forgotten, it goes on with that day.
    if (page.reached) next_to_ = *page.reached + end_margin;
    page_id_ = page.next_page_id;
    is_done_ = page_id_.empty();
    return;
  }
  is_in_order_ = is_in_order_ && page.is_in_order;
  const auto last = is_ascending_ ? page.latest : page.earliest;
  if (!is_in_order_) {
    reached_.reset();
  } else if (last) {
    reached_ = last;
  }
  is_done_ = page.is_empty() || page.next_page_id.empty();
  if (is_done_) return;
  std::optional<Instant>& next = is_ascending_ ? next_from_ : next_to_;
  const std::optional<Instant> moved =
      last ? std::optional(is_ascending_ ? *last - end_margin : *last + end_margin) : std::nullopt;
  const bool moves_on = moved && (!next || (is_ascending_ ? *moved > *next : *moved < *next));
  if (is_in_order_ && moves_on) {
    next = moved;
  } else {
    page_id_ = page.next_page_id;
  }
}

void ChatWalk::forget_page() {
  page_id_.clear();
  if (is_in_order_) return;
  next_from_ = from_;
  next_to_ = to_;
}

}  // namespace chatreports::pull
