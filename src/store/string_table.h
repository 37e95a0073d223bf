#pragma once
// A table of the texts that many records contain (agents' ids, tags, names and values of
// properties). Each is stored once, and records name it by a number from 1. A text enters the table
// when it has been met often. If the table is full, further texts are written out in each record.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace chatreports::store {

class StringTable {
 public:
  static constexpr std::size_t most_bytes_of_one = 255;
  static constexpr std::size_t most_strings = 65'536;
  static constexpr std::size_t most_bytes = std::size_t{4} << 20;  // of all together

  StringTable() = default;
  StringTable(const StringTable&) = delete;
  StringTable& operator=(const StringTable&) = delete;

  // Returns 0 if the text is not in the table. Adds it if it has been asked for often enough: about
  // sixteen times among a hundred thousand requests for texts that are not in the table.
  std::uint32_t number_of(std::string_view text);
  // Returns null if the table has no string of that number.
  const std::string* find(std::uint64_t number) const;

  std::size_t size() const { return strings_.size(); }
  // Gives the text the next number.
  void add(std::string_view text);
  // Spends the next number on a damaged or forgotten string: `find` returns null for it.
  void add_missing() { strings_.emplace_back(); }

  // From now on, notes which strings are found or asked for, until stop_marking.
  void begin_marking() { used_.emplace(); }
  void stop_marking() { used_.reset(); }
  // Returns the numbers of those of the first `size` strings that were not.
  std::vector<std::uint32_t> unused(std::size_t size) const;
  // Forgets a string that no record names. Its number is not used again.
  void forget(std::uint32_t number);
  // Removes the strings with a greater number.
  void shrink(std::size_t size);

 private:
  bool is_met_often(std::string_view text);
  void mark(std::uint64_t number) const {
    if (used_) used_->insert(number);
  }

  std::deque<std::string> strings_;  // never move
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::size_t bytes_ = 0;
  // By digest of the text, about how often it was met; halved from time to time.
  std::array<std::uint8_t, 65'536> times_met_{};
  std::size_t met_ = 0;
  mutable std::optional<std::unordered_set<std::uint64_t>> used_;  // while it is marking
};

}  // namespace chatreports::store
