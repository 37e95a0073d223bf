#pragma once
// Walks through all chats that were created within a range, page by page. Pure.
//
// A page id may stand for "older than the last row", and then threads of the same instant are lost
// at the border of two pages; and it may be forgotten. So the next page is asked for by the time of
// the last row, which comes again, as long as the pages are in order and the time moves on. (If a
// whole page began within one millisecond, only page ids are left.)

#include <cstdint>
#include <optional>

#include "pull/source.h"
#include "time/instant.h"

namespace chatreports::pull {

// Times of threads have milliseconds, and a range may be without its end.
inline constexpr Duration end_margin = std::chrono::milliseconds(1);

class ChatWalk {
 public:
  // Each end may be open.
  ChatWalk(bool is_ascending, std::optional<Instant> from, std::optional<Instant> to);
  // Walks through what has changed, of a source that tells it.
  ChatWalk(Instant changed_since, std::optional<Instant> from);

  // What to ask next. Call while is_done() is false.
  ChatsQuery query() const;
  // The answer to the query.
  void take(const ChatsPage& page);
  // The other system does not know the page of the query any more.
  void forget_page();

  bool is_done() const { return is_done_; }
  // The page that came for a page id was the one before it: the pages don't end.
  bool is_stuck() const { return is_stuck_; }
  // All threads on this side of it have been listed: those before it if the walk ascends, else
  // those after it. Nothing if the pages are in no order, until the end.
  std::optional<Instant> reached() const { return reached_; }

 private:
  const bool is_ascending_;
  const std::optional<Instant> from_;
  const std::optional<Instant> to_;
  const std::optional<Instant> changed_since_;
  std::optional<Instant> next_from_;
  std::optional<Instant> next_to_;
  std::optional<Instant> reached_;
  std::string page_id_;
  bool is_in_order_ = true;  // all pages so far
  bool is_done_ = false;
  bool is_stuck_ = false;
  std::uint64_t last_digest_ = 0;
};

}  // namespace chatreports::pull
