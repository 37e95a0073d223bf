#pragma once
// Properties and their values ↔ bytes, in the form that codec.cpp writes down.

#include <optional>
#include <vector>

#include "chat/record.h"
#include "store/codec_stream.h"

namespace chatreports::store {

void write_properties(Writer& writer, const std::vector<chat::Property>& properties);
std::vector<chat::Property> read_properties(Reader& reader);

// Of the chat, behind those of the thread, which are `own` when they are read.
void write_chat_properties(Writer& writer, const chat::ThreadRecord& record);
std::vector<chat::Property> read_chat_properties(Reader& reader,
                                                 const std::vector<chat::Property>& own);

void write_value(Writer& writer, const std::optional<chat::Value>& value);
std::optional<chat::Value> read_value(Reader& reader);

}  // namespace chatreports::store
