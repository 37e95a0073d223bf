#pragma once
// Ids of threads and chats as the store keeps them. LiveChat's own ids have ten of the characters
// 0-9 and A-Z, which are packed into a blob of seven bytes. Any other id is a text.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "store/sqlite.h"

namespace chatreports::store {

constexpr std::size_t packed_id_bytes = 7;

class StoredId {
 public:
  // Borrows the id.
  explicit StoredId(std::string_view id);

  std::string_view text() const { return text_; }
  // The statement borrows from this object.
  void bind_to(Statement& statement, int parameter) const;

 private:
  std::string_view text_;
  bool is_packed_ = false;
  std::array<char, packed_id_bytes> packed_{};
};

// Returns the id in a column, as it was before it was stored; empty for NULL. Damaged columns never
// have the id of an intact one.
std::string id_in(const Statement& row, int column);

}  // namespace chatreports::store
