#pragma once
// What webhooks told ↔ bytes, in the form that codec.cpp writes down.

#include <vector>

#include "chat/record.h"
#include "store/codec_stream.h"

namespace chatreports::store {

void write_operations(Writer& writer, const std::vector<chat::ToldOperation>& operations,
                      Instant started_at);
std::vector<chat::ToldOperation> read_operations(Reader& reader, Instant started_at);

}  // namespace chatreports::store
