#pragma once
// The one list of the parts of a licence. To add a part, write its chunk (parts/part.h says what it
// needs), add it here, and raise image_version.

#include <tuple>
#include <utility>

#include "engine/native/parts/agent_times.h"
#include "engine/native/parts/greeting_events.h"
#include "engine/native/parts/part.h"
#include "engine/native/parts/segment.h"

namespace chatreports::engine::native {

template <template <class Chunk> class Of, PartChunk... Listed>
using OfEach = std::tuple<Of<Listed>...>;

// Something for each part.
template <template <class Chunk> class Of>
using ForEachPart = OfEach<Of, Segment, GreetingEventChunk, AgentTimes>;

// All that is known of one licence. Immutable once it is published.
using LicenseParts = ForEachPart<Chunks>;

constexpr std::size_t part_count = std::tuple_size_v<LicenseParts>;

// Calls visit(chunks) for the chunks of each part, in the order of the list.
template <class Parts, class Visit>
void for_each_part(Parts& parts, Visit visit) {
  std::apply([&visit](auto&... chunks) { (visit(chunks), ...); }, parts);
}

}  // namespace chatreports::engine::native
