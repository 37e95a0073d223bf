#pragma once
// Updates ↔ bytes, in the form that record_codec.cpp describes. Times are differences from
// `started_at`.

#include <vector>

#include "chat/record.h"
#include "store/record_encoding.h"

namespace chatreports::store {

void write_updates(RecordEncoder& encoder, const std::vector<chat::TimedUpdate>& updates,
                   Instant started_at);
std::vector<chat::TimedUpdate> read_updates(RecordDecoder& decoder, Instant started_at);

}  // namespace chatreports::store
