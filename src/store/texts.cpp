#include "store/texts.h"

#include <functional>

namespace chatreports::store {
namespace {

// A shorter one is written out in as few bytes.
constexpr std::size_t least_bytes_of_one = 2;
constexpr std::uint8_t often = 16;
constexpr std::size_t met_before_halving = 131'072;

}  // namespace

std::uint32_t Texts::number_of(std::string_view text) {
  if (text.size() < least_bytes_of_one || text.size() > most_bytes_of_one) return 0;
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  if (size() >= most_texts || bytes_ + text.size() > most_bytes || !is_met_often(text)) return 0;
  add(text);
  return static_cast<std::uint32_t>(size());
}

const std::string* Texts::find(std::uint64_t number) const {
  if (number < 1 || number > texts_.size()) return nullptr;
  const std::string& text = texts_[number - 1];
  return text.empty() ? nullptr : &text;
}

void Texts::add(std::string_view text) {
  texts_.emplace_back(text);
  bytes_ += text.size();
  numbers_.emplace(texts_.back(), static_cast<std::uint32_t>(texts_.size()));
}

void Texts::shrink(std::size_t size) {
  while (texts_.size() > size) {
    bytes_ -= texts_.back().size();
    if (!texts_.back().empty()) numbers_.erase(texts_.back());
    texts_.pop_back();
  }
}

bool Texts::is_met_often(std::string_view text) {
  if (++met_ == met_before_halving) {
    met_ = 0;
    for (std::uint8_t& times : times_met_) times /= 2;
  }
  std::uint8_t& times = times_met_[std::hash<std::string_view>()(text) % times_met_.size()];
  if (++times < often) return false;
  times = 0;  // or whatever has the same digest would pass for it
  return true;
}

}  // namespace chatreports::store
