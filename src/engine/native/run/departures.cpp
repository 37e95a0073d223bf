#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/native/run/run_plan.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

// The picked departures of all segments: each has a number, which ascends with the start.
class Picked {
 public:
  explicit Picked(const Run& run) : run_(run), predicate_(prepared(run.plan.predicate)) {
    for (const auto& segment : run.chunks<Segment>()) {
      if (run.allowance.is_used_up()) return;
      add(*segment);
    }
  }

  std::size_t size() const { return numbers_.size(); }
  // `numbers` ascend.
  void erase(const std::vector<std::uint32_t>& numbers) {
    std::erase_if(numbers_, [&numbers](std::uint32_t number) {
      return std::ranges::binary_search(numbers, number);
    });
  }

  struct Place {
    const Segment* segment;
    std::uint32_t in_segment;
    Departures::Departure departure() const { return segment->departures()[in_segment]; }
    Instant start() const {
      return segment->started_at().value(segment->departures().row(in_segment));
    }
  };
  Place at(std::size_t place) const { return (*this)[numbers_[place]]; }
  Place operator[](std::uint32_t number) const {
    const auto next = std::ranges::upper_bound(segments_, number, {}, &Numbered::first_number);
    const Numbered& numbered = *std::prev(next);
    return {numbered.segment, number - numbered.first_number};
  }

  // Calls visit(departures, number of each in them, number) for all that are picked.
  template <class Visit>
  void for_each(Visit visit) const {
    auto number = numbers_.begin();
    for (const auto& [segment, first_number] : segments_) {
      const Departures& departures = segment->departures();
      const std::uint32_t end = first_number + departures.size();
      for (; number != numbers_.end() && *number < end; ++number) {
        visit(departures, *number - first_number, *number);
      }
    }
  }

 private:
  struct Numbered {
    const Segment* segment;
    std::uint32_t first_number;
  };

  void add(const Segment& segment) {
    const Departures& departures = segment.departures();
    const RowRange rows = rows_picked_by_start(segment, run_.plan);
    const std::uint32_t begin = departures.first_from(rows.begin);
    const std::uint32_t end = departures.first_from(rows.end);
    if (begin >= end) return;
    std::optional<RowSet> among;
    if (!holds_for_all(predicate_)) among.emplace(select(segment, predicate_, run_.allowance));
    segments_.push_back({&segment, next_number_});
    for (std::uint32_t number = begin; number < end; ++number) {
      if (among && !among->contains(departures.row(number))) continue;
      numbers_.push_back(next_number_ + number);
    }
    next_number_ += departures.size();
  }

  const Run& run_;
  const report::Predicate predicate_;
  std::vector<Numbered> segments_;
  std::uint32_t next_number_ = 0;
  std::vector<std::uint32_t> numbers_;
};

// A set of hashes that may take one that it has not for one that it has.
class RoughSet {
 public:
  explicit RoughSet(std::size_t size)
      : shift_(32 - std::clamp(static_cast<int>(std::bit_width(size * bits_a_hash)), 6, 32)),
        words_((std::size_t{1} << (32 - shift_)) / 64 + 1) {}
  bool contains(std::uint32_t hash) const { return ((word(hash) >> bit(hash)) & 1) != 0; }
  void insert(std::uint32_t hash) {
    words_[(hash >> shift_) / 64] |= std::uint64_t{1} << bit(hash);
  }

 private:
  static constexpr std::size_t bits_a_hash = 32;
  std::uint64_t word(std::uint32_t hash) const { return words_[(hash >> shift_) / 64]; }
  std::uint32_t bit(std::uint32_t hash) const { return (hash >> shift_) % 64; }

  int shift_;
  std::vector<std::uint64_t> words_;
};

// A departure whose chat may have several. They ascend by chat, and then as in a table.
struct Suspect {
  std::uint32_t hash = 0;
  std::string_view key;
  Instant start;
  std::string_view thread_id;
  std::uint32_t number = 0;
  auto operator<=>(const Suspect&) const = default;
};

std::vector<Suspect> suspects_among(const Picked& picked) {
  RoughSet seen(picked.size());
  RoughSet repeated(picked.size());
  bool is_any_repeated = false;
  picked.for_each([&](const Departures& departures, std::uint32_t at, std::uint32_t) {
    const std::uint32_t hash = departures.key_hash(at);
    if (seen.contains(hash)) {
      repeated.insert(hash);
      is_any_repeated = true;
    }
    seen.insert(hash);
  });
  std::vector<Suspect> suspects;
  if (!is_any_repeated) return suspects;
  picked.for_each([&](const Departures& departures, std::uint32_t at, std::uint32_t number) {
    const std::uint32_t hash = departures.key_hash(at);
    if (!repeated.contains(hash)) return;
    const Departures::Departure departure = departures[at];
    suspects.push_back(
        {hash, departure.key(), picked[number].start(), departure.thread_id, number});
  });
  return suspects;
}

// Leaves the last departure of each chat.
void leave_the_last(Picked& picked) {
  std::vector<Suspect> suspects = suspects_among(picked);
  std::ranges::sort(suspects);
  std::vector<std::uint32_t> outdated;
  for (std::size_t at = 1; at < suspects.size(); ++at) {
    if (suspects[at - 1].key == suspects[at].key) outdated.push_back(suspects[at - 1].number);
  }
  if (outdated.empty()) return;
  std::ranges::sort(outdated);
  picked.erase(outdated);
}

report::DepartureCell cell_of(const Picked::Place& place) {
  const Departures::Departure departure = place.departure();
  const bool is_known = departure.customer != chat::CustomerDigest{};
  return {place.start(),
          std::string(departure.thread_id),
          std::string(departure.chat_id),
          is_known ? std::optional(departure.customer) : std::nullopt,
          departure.group,
          departure.queued_at,
          Duration(place.segment->queue_waits().value(departure.row)),
          departure.has_pre_chat_form};
}

// A departure near a page, in the order of a table.
struct Neighbour {
  Instant start;
  std::string_view thread_id;
  Picked::Place place;
  bool operator<(const Neighbour& other) const {
    return std::tie(start, thread_id) < std::tie(other.start, other.thread_id);
  }
};

// Numbers order departures of the same start by the thread's number, a table does by its id: so the
// neighbours of the page's edges that start with them are sorted, too.
std::vector<report::DepartureCell> cells_between(const Picked& picked, std::size_t begin,
                                                 std::size_t end) {
  if (begin == end) return {};
  const auto start = [&picked](std::size_t at) { return picked.at(at).start(); };
  std::size_t first = begin;
  while (first > 0 && start(first - 1) == start(begin)) --first;
  std::size_t last = end;
  while (last < picked.size() && start(last) == start(end - 1)) ++last;
  std::vector<Neighbour> neighbours;
  neighbours.reserve(last - first);
  for (std::size_t at = first; at < last; ++at) {
    const Picked::Place place = picked.at(at);
    neighbours.push_back({place.start(), place.departure().thread_id, place});
  }
  // Few chats start within the same microsecond, so they mostly are in order.
  if (!std::ranges::is_sorted(neighbours, std::less{})) {
    std::ranges::sort(neighbours, std::less{});
  }
  std::vector<report::DepartureCell> cells;
  cells.reserve(end - begin);
  for (std::size_t at = begin; at < end; ++at)
    cells.push_back(cell_of(neighbours[at - first].place));
  return cells;
}

}  // namespace

report::Table run_source(const Run& run, const report::DeparturesSource& source) {
  report::DeparturesTable table;
  Picked picked(run);
  leave_the_last(picked);
  if (run.allowance.end() != Allowance::End::none) return table;
  table.departures = static_cast<std::int64_t>(picked.size());
  picked.for_each([&table](const Departures& departures, std::uint32_t at, std::uint32_t) {
    if (!departures.has_pre_chat_form(at)) ++table.without_pre_chat_form;
  });
  const std::int64_t begin = report::begin_of_page(source, table.departures);
  const std::int64_t end = std::min(table.departures, begin + source.page_size);
  table.page =
      cells_between(picked, static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
  run.allowance.is_used_up_by(table.size() * run.allowance.bytes_of_cell(0));
  return table;
}

}  // namespace chatreports::engine::native
