#pragma once
// A thread's record ↔ bytes. A typical chat takes about 70 bytes. record_codec.cpp describes the
// form; whoever changes it raises facts_version.

#include <string>
#include <string_view>

#include "base/error.h"
#include "chat/record.h"
#include "store/string_table.h"

namespace chatreports::store {

// Replaces what is in `bytes`, and uses its memory again. Adds texts that it meets often to
// `strings`. Leaves out the agent id of an event whose author is not an agent, which means nothing,
// and a customer on whom no figure can depend (chat::needs_customer).
void encode(const chat::ThreadRecord& record, StringTable& strings, std::string& bytes);

// Safe for any bytes. The error says what is wrong with them.
Result<chat::ThreadRecord> decode(std::string_view bytes, const StringTable& strings);

// Reads the start of the thread alone, which is fast; any instant if the bytes are damaged.
Instant started_at_of(std::string_view bytes);

}  // namespace chatreports::store
