#pragma once
// The column of threads that has the id of the chat.

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/packed_id.h"
#include "store/sqlite.h"

namespace chatreports::store {

// The id as it stands in the table: packed where it can be.
struct ChatColumn {
  std::optional<std::int64_t> packed;
  std::string_view text;

  void bind_to(Statement& statement, int parameter) const {
    if (packed || text.empty()) {
      statement.bind(parameter, packed);
    } else {
      statement.bind_text(parameter, text);
    }
  }
};

inline ChatColumn column_of_chat(std::string_view chat_id) {
  return {pack_id(chat_id), chat_id};
}

}  // namespace chatreports::store
