#include "store/stored_id.h"

#include <cstdint>

namespace chatreports::store {
namespace {

constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t packed_length = 10;
constexpr std::uint64_t end_of_packed = [] {
  std::uint64_t end = 1;
  for (std::size_t digit = 0; digit < packed_length; ++digit) end *= digits.size();
  return end;
}();
static_assert(end_of_packed < std::uint64_t{1} << (8 * packed_id_bytes));

int digit_of(char character) {
  if ('0' <= character && character <= '9') return character - '0';
  if ('A' <= character && character <= 'Z') return character - 'A' + 10;
  return -1;
}

}  // namespace

StoredId::StoredId(std::string_view id) : text_(id) {
  if (id.size() != packed_length) return;
  std::uint64_t number = 0;
  for (const char character : id) {
    const int digit = digit_of(character);
    if (digit < 0) return;
    number = number * digits.size() + static_cast<std::uint64_t>(digit);
  }
  for (std::size_t at = packed_id_bytes; at-- > 0; number >>= 8) {
    packed_[at] = static_cast<char>(number & 0xff);
  }
  is_packed_ = true;
}

void StoredId::bind_to(Statement& statement, int parameter) const {
  if (is_packed_) {
    statement.bind_bytes(parameter, {packed_.data(), packed_.size()});
  } else {
    statement.bind_text(parameter, text_);
  }
}

std::string id_in(const Statement& row, int column) {
  const std::string_view bytes = row.bytes(column);
  if (row.type(column) != ValueType::blob || bytes.size() != packed_id_bytes) {
    return std::string(bytes);
  }
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  if (number >= end_of_packed) return std::string(bytes);
  std::string id(packed_length, '0');
  for (std::size_t at = packed_length; at-- > 0; number /= digits.size()) {
    id[at] = digits[number % digits.size()];
  }
  return id;
}

}  // namespace chatreports::store
