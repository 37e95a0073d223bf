#pragma once
// A table: what an engine answers. Exact integers only; cells of which every figure is 0
// are left out.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "report/plan.h"

namespace chatreports::report {

// Wide enough for any number of chats of any length, in microseconds.
// NOLINTNEXTLINE(modernize-use-using): the only form that is no warning
__extension__ typedef __int128 Sum;

// A cell of a ChatsSource: a view into a ChatsTable.
struct ChatsCell {
  std::uint32_t bucket = 0;
  const Value* group = nullptr;  // null where the plan does not group
  std::span<const Sum> figures;  // one per measure
};

// The table of a ChatsSource. There may be many cells of few groups: each group is kept once, and
// all figures lie in one row.
class ChatsTable {
 public:
  static constexpr std::uint32_t no_group = UINT32_MAX;

  explicit ChatsTable(std::size_t measures = 0) : measures_(measures) {}

  // The number of the group. Groups come in ascending order, and each is that of some cell.
  std::uint32_t add_group(Value group) {
    groups_.push_back(std::move(group));
    return static_cast<std::uint32_t>(groups_.size() - 1);
  }
  // Cells come in ascending order.
  void add(std::uint32_t bucket, std::uint32_t group, std::span<const Sum> figures) {
    places_.push_back({bucket, group});
    figures_.insert(figures_.end(), figures.begin(), figures.end());
  }
  // Makes room for so many cells, to be set in any order.
  void resize(std::size_t cells) {
    places_.resize(cells);
    figures_.resize(cells * measures_);
  }
  void set(std::size_t cell, std::uint32_t bucket, std::uint32_t group,
           std::span<const Sum> figures) {
    places_[cell] = {bucket, group};
    for (std::size_t at = 0; at < measures_; ++at) {
      figures_[cell * measures_ + at] = figures[at];
    }
  }

  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  ChatsCell operator[](std::size_t cell) const {
    const Place& place = places_[cell];
    return {place.bucket, place.group == no_group ? nullptr : &groups_[place.group],
            std::span(figures_).subspan(cell * measures_, measures_)};
  }

  class Iterator {
   public:
    Iterator(const ChatsTable& table, std::size_t at) : table_(&table), at_(at) {}
    ChatsCell operator*() const { return (*table_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const ChatsTable* table_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  bool operator==(const ChatsTable&) const = default;

 private:
  struct Place {
    std::uint32_t bucket = 0;
    std::uint32_t group = no_group;  // a number among groups_
    bool operator==(const Place&) const = default;
  };

  std::size_t measures_;
  std::vector<Value> groups_;
  std::vector<Place> places_;
  std::vector<Sum> figures_;  // measures_ for each of these
};

// A cell of a SubmissionsSource. An empty answer counts the submissions of the form themselves.
struct SubmissionsCell {
  std::int64_t group = 0;
  std::string form_id;
  std::string answer;  // "<field id>:<answer id>"
  std::int64_t count = 0;
  auto operator<=>(const SubmissionsCell&) const = default;
};

// Identifies a chat that was left, as far as it is known. `chat_id` may be empty.
inline std::string_view key_of_departure(std::string_view thread_id, std::string_view chat_id) {
  return chat_id.empty() ? thread_id : chat_id;
}

struct DepartureCell {
  Instant started_at;  // of the chat
  std::string thread_id;
  std::string chat_id;  // empty: not known
  std::optional<chat::CustomerDigest> customer;
  std::int64_t group = 0;  // the smallest of the chat's; 0 if it has none
  Instant queued_at;       // the beginning of the first wait
  Duration waited{};
  bool has_pre_chat_form = false;
  std::string_view key() const { return key_of_departure(thread_id, chat_id); }
  auto operator<=>(const DepartureCell&) const = default;
};

// The table of a DeparturesSource.
struct DeparturesTable {
  std::int64_t departures = 0;             // on all pages
  std::int64_t without_pre_chat_form = 0;  // likewise
  std::vector<DepartureCell> page;
  std::size_t size() const { return page.size(); }
  bool operator==(const DeparturesTable&) const = default;
};

// Returns the number of the first departure of a page; `departures` if there is no such page.
inline std::int64_t begin_of_page(const DeparturesSource& source, std::int64_t departures) {
  const std::int64_t pages = (departures + source.page_size - 1) / source.page_size;
  return source.page > pages ? departures : (source.page - 1) * source.page_size;
}

// A cell of a GreetingEventsSource.
struct GreetingEventsCell {
  std::uint32_t bucket = 0;
  std::int64_t greeting_id = 0;
  std::int64_t displayed = 0;
  std::int64_t canceled = 0;
  std::int64_t goals = 0;
  auto operator<=>(const GreetingEventsCell&) const = default;
};

// A cell of a StatusTimesSource or a ChattingTimesSource. The agent is empty unless the plan is by
// agent. A range is closed: a time that fills it is as long as from its `from` to its `to`.
struct TimesCell {
  std::uint32_t bucket = 0;
  std::string agent_id;
  Duration time{};
  auto operator<=>(const TimesCell&) const = default;
};

// Cells ascend by (bucket, group), (group, form, answer), (start, thread), (bucket, greeting),
// (bucket, agent); each once.
using Table = std::variant<ChatsTable, std::vector<SubmissionsCell>, DeparturesTable,
                           std::vector<GreetingEventsCell>, std::vector<TimesCell>>;

}  // namespace chatreports::report
