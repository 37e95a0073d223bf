#include "store/chat_updates_codec.h"

#include <utility>

#include "store/list_codec.h"
#include "store/operation_codec.h"

namespace chatreports::store {
namespace {

ToldOfLatest read_latest(RecordDecoder& decoder) {
  ToldOfLatest latest;
  auto told = read_operations(decoder, {});
  if (told.size() == 1) {
    latest.told = std::move(told.front());
  } else {
    decoder.fail();
  }
  latest.event_id = decoder.text();
  latest.outranked_in = read_integers(decoder);
  return latest;
}

}  // namespace

std::string encode(const ToldOfChat& told) {
  std::string bytes;
  RecordEncoder encoder(bytes, nullptr);
  write_operations(encoder, told.properties, {});
  encoder.number(told.latest.size());
  for (const ToldOfLatest& latest : told.latest) {
    write_operations(encoder, {latest.told}, {});
    encoder.text(latest.event_id);
    write_integers(encoder, latest.outranked_in);
  }
  return bytes;
}

Result<ToldOfChat> decode_told_of_chat(std::string_view bytes) {
  RecordDecoder decoder(bytes, nullptr);
  ToldOfChat told;
  told.properties = read_operations(decoder, {});
  for (std::size_t count = decoder.count(); count > 0; --count) {
    ToldOfLatest latest = read_latest(decoder);
    if (!decoder.ok()) break;
    told.latest.push_back(std::move(latest));
  }
  if (!decoder.ok() || !decoder.at_end()) return failed("its bytes are not those of updates");
  return told;
}

}  // namespace chatreports::store
