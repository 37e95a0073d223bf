#include "store/string_table.h"

#include <algorithm>
#include <functional>

namespace chatreports::store {
namespace {

// A shorter one is written out in as few bytes.
constexpr std::size_t least_bytes_of_one = 2;
constexpr std::uint8_t often = 16;
constexpr std::size_t met_before_halving = 131'072;

}  // namespace

std::uint32_t StringTable::number_of(std::string_view text) {
  if (text.size() < least_bytes_of_one || text.size() > most_bytes_of_one) return 0;
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) {
    mark(known->second);
    return known->second;
  }
  if (size() >= most_strings || bytes_ + text.size() > most_bytes || !is_met_often(text)) return 0;
  add(text);
  mark(size());
  return static_cast<std::uint32_t>(size());
}

const std::string* StringTable::find(std::uint64_t number) const {
  if (number < 1 || number > strings_.size()) return nullptr;
  const std::string& text = strings_[number - 1];
  if (text.empty()) return nullptr;
  mark(number);
  return &text;
}

std::vector<std::uint32_t> StringTable::unused(std::size_t size) const {
  std::vector<std::uint32_t> unused;
  for (std::uint32_t number = 1; number <= std::min(size, strings_.size()); ++number) {
    if (!strings_[number - 1].empty() && !used_->contains(number)) unused.push_back(number);
  }
  return unused;
}

void StringTable::forget(std::uint32_t number) {
  std::string& text = strings_[number - 1];
  bytes_ -= text.size();
  numbers_.erase(text);
  text.clear();
}

void StringTable::add(std::string_view text) {
  strings_.emplace_back(text);
  bytes_ += text.size();
  numbers_.emplace(strings_.back(), static_cast<std::uint32_t>(strings_.size()));
}

void StringTable::shrink(std::size_t size) {
  while (strings_.size() > size) {
    bytes_ -= strings_.back().size();
    if (!strings_.back().empty()) numbers_.erase(strings_.back());
    strings_.pop_back();
  }
}

bool StringTable::is_met_often(std::string_view text) {
  if (++met_ == met_before_halving) {
    met_ = 0;
    for (std::uint8_t& times : times_met_) times /= 2;
  }
  std::uint8_t& times = times_met_[std::hash<std::string_view>()(text) % times_met_.size()];
  if (++times < often) return false;
  times = 0;  // so that other texts of this digest start anew
  return true;
}

}  // namespace chatreports::store
