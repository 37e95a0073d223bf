#pragma once
// Properties and their values ↔ bytes, in the form that record_codec.cpp describes.

#include <optional>
#include <vector>

#include "chat/record.h"
#include "store/record_encoding.h"

namespace chatreports::store {

void write_properties(RecordEncoder& encoder, const std::vector<chat::Property>& properties);
std::vector<chat::Property> read_properties(RecordDecoder& decoder);

// The properties of the chat, after those of the thread (`own`).
void write_chat_properties(RecordEncoder& encoder, const chat::ThreadRecord& record);
std::vector<chat::Property> read_chat_properties(RecordDecoder& decoder,
                                                 const std::vector<chat::Property>& own);

void write_value(RecordEncoder& encoder, const std::optional<chat::Value>& value);
std::optional<chat::Value> read_value(RecordDecoder& decoder);

}  // namespace chatreports::store
