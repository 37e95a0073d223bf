#pragma once
// A thread's record ↔ bytes. A typical chat takes about 70. The form is written down in codec.cpp;
// its first byte is its version, so that a later one can read what an earlier one wrote.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "chat/record.h"
#include "store/chat_table.h"
#include "store/texts.h"

namespace chatreports::store {

// Replaces what is in `bytes`, whose memory is used again. Texts that are met often are taken into
// `texts`. The agent id of an event whose author is no agent means nothing and is not kept; nor is
// a customer on whom nothing can depend (chat::needs_customer).
void encode(const chat::ThreadRecord& record, Texts& texts, std::string& bytes);

// Safe for any bytes; the error says what is wrong with them. `texts` has those that they name.
Result<chat::ThreadRecord> decode(std::string_view bytes, const Texts& texts);

// Of those bytes, at little cost; any instant where they are damaged.
Instant started_at_of(std::string_view bytes);

// What was told of a chat, likewise with a version of its own.
void encode(const ToldOfChat& told, std::string& bytes);
Result<ToldOfChat> decode_told_of_chat(std::string_view bytes);

// A list of integers, short where they ascend by little.
void encode_integers(const std::vector<std::int64_t>& integers, std::string& bytes);
Result<std::vector<std::int64_t>> decode_integers(std::string_view bytes);

// A list of texts.
void encode_texts(const std::vector<std::string>& texts, std::string& bytes);
Result<std::vector<std::string>> decode_texts(std::string_view bytes);

}  // namespace chatreports::store
