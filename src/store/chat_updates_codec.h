#pragma once
// The updates that webhooks sent of a chat ↔ bytes.

#include <string>
#include <string_view>

#include "base/error.h"
#include "store/chat_table.h"

namespace chatreports::store {

std::string encode(const ToldOfChat& told);
// Safe for any bytes. The error says what is wrong with them.
Result<ToldOfChat> decode_told_of_chat(std::string_view bytes);

}  // namespace chatreports::store
