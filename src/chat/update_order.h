#pragma once
// Which of two updates about the same thing counts. Neither the order in which updates come nor
// duplicates matter if the input says when each was received.

#include <cstdint>
#include <string_view>
#include <tuple>

#include "chat/update.h"

namespace chatreports::chat {

// The thing that an update is about. A record keeps one update for each thing; each joining and
// leaving is a thing of its own. Things are ordered, and borrow texts of the update.
using Thing =
    std::tuple<std::size_t, std::uint64_t, std::uint64_t, std::string_view, std::string_view, bool>;
Thing thing_of(const TimedUpdate& update);

// Returns whether the update is a removal that may arrive before its addition.
bool removes(const Update& update);

// Returns whether `incoming` replaces `known`, which is about the same thing.
bool is_later(const TimedUpdate& incoming, const TimedUpdate& known);

}  // namespace chatreports::chat
