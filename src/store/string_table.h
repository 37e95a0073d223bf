#pragma once
// A table of the texts that many records contain (agents' ids, tags, names and values of
// properties). Each is stored once, and records name it by a number from 1. A text enters the table
// when it has been met often. If the table is full, further texts are written out in each record.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

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
  // Spends the next number on a damaged string: `find` returns null for it.
  void add_missing() { strings_.emplace_back(); }
  // Removes the strings with a greater number.
  void shrink(std::size_t size);

 private:
  bool is_met_often(std::string_view text);

  std::deque<std::string> strings_;  // never move
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::size_t bytes_ = 0;
  // By digest of the text, about how often it was met; halved from time to time.
  std::array<std::uint8_t, 65'536> times_met_{};
  std::size_t met_ = 0;
};

}  // namespace chatreports::store
