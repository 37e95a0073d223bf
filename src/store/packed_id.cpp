#include "store/packed_id.h"

#include <algorithm>

namespace chatreports::store {
namespace {

// The number of each character is its place + 1, so that no text is the beginning of another with
// zeros after it.
constexpr std::string_view characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::int64_t base = 37;
constexpr std::size_t most_characters = 12;  // 37^12 is below 2^63

}  // namespace

std::optional<std::int64_t> pack_id(std::string_view id) {
  if (id.empty() || id.size() > most_characters) return {};
  std::int64_t packed = 0;
  for (const char character : id) {
    const std::size_t place = characters.find(character);
    if (place == characters.npos) return {};
    packed = packed * base + static_cast<std::int64_t>(place) + 1;
  }
  return packed;
}

std::string unpack_id(std::int64_t packed) {
  std::string id;
  for (; packed > 0; packed /= base) {
    const auto place = static_cast<std::size_t>((packed % base + base - 1) % base);
    id += characters[std::min(place, characters.size() - 1)];
  }
  std::ranges::reverse(id);
  return id;
}

}  // namespace chatreports::store
