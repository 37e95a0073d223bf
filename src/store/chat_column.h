#pragma once
// The column of threads that has the id of the chat.

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/packed_id.h"
#include "store/row_checksum.h"
#include "store/sqlite.h"

namespace chatreports::store {

// The id as it stands in the table: packed where it can be.
struct ChatColumn {
  std::optional<std::int64_t> packed;
  std::string_view text;

  void add_to(RowBinding& row) const {
    if (packed || text.empty()) {
      row.add(packed);
    } else {
      row.add(text);
    }
  }
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
