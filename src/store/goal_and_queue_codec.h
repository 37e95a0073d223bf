#pragma once
// Goals, sales and waits in the queue ↔ bytes, in the form that record_codec.cpp describes. Times
// are differences from `started_at`, the start of the thread.

#include <vector>

#include "chat/record.h"
#include "store/record_encoding.h"

namespace chatreports::store {

void write_achievements(RecordEncoder& encoder, const std::vector<chat::Achievement>& achievements,
                        Instant started_at);
std::vector<chat::Achievement> read_achievements(RecordDecoder& decoder, Instant started_at);

void write_queue(RecordEncoder& encoder, const chat::ThreadRecord& record);
void read_queue(RecordDecoder& decoder, chat::ThreadRecord& record);

}  // namespace chatreports::store
