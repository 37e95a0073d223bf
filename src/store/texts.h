#pragma once
// Texts that many records hold (agents' ids, tags, names and values of properties), each kept once
// and named by a number from 1. Which are worth it shows by itself: those that are met often, which
// are few. Should there be more than have room, the first to come stay, and others are written out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chatreports::store {

class Texts {
 public:
  static constexpr std::size_t most_bytes_of_one = 255;
  static constexpr std::size_t most_texts = 65'536;
  static constexpr std::size_t most_bytes = std::size_t{4} << 20;  // of all together

  Texts() = default;
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;

  // 0 where the text is not kept. It is from now on where it has been asked for often enough: some
  // sixteen times among about a hundred thousand that are not kept.
  std::uint32_t number_of(std::string_view text);
  // Nothing where there is none of that number.
  const std::string* find(std::uint64_t number) const;

  std::size_t size() const { return texts_.size(); }
  // Gives the text the next number.
  void add(std::string_view text);
  // Gives the next number to none: it is damaged, and what names it can't be read.
  void add_missing() { texts_.emplace_back(); }
  // Forgets those with a greater number.
  void shrink(std::size_t size);

 private:
  bool is_met_often(std::string_view text);

  std::deque<std::string> texts_;  // stay where they are
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::size_t bytes_ = 0;
  // How often texts with that digest were met, more or less: halved from time to time.
  std::array<std::uint8_t, 65'536> times_met_{};
  std::size_t met_ = 0;
};

}  // namespace chatreports::store
