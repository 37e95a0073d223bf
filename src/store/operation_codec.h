#pragma once
// What webhooks told ↔ bytes, in the form that record_codec.cpp describes.

#include <vector>

#include "chat/record.h"
#include "store/record_encoding.h"

namespace chatreports::store {

void write_operations(RecordEncoder& encoder, const std::vector<chat::ToldOperation>& operations,
                      Instant started_at);
std::vector<chat::ToldOperation> read_operations(RecordDecoder& decoder, Instant started_at);

}  // namespace chatreports::store
