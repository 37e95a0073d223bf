#pragma once
// The updates of a chat ↔ bytes.

#include <string>
#include <string_view>

#include "base/error.h"
#include "chat/chat_updates.h"

namespace chatreports::store {

std::string encode(const chat::ChatUpdates& updates);
// Safe for any bytes. The error says what is wrong with them.
Result<chat::ChatUpdates> decode_chat_updates(std::string_view bytes);

}  // namespace chatreports::store
