#include "store/chat_updates_codec.h"

#include <utility>

#include "store/list_codec.h"
#include "store/update_codec.h"

namespace chatreports::store {
namespace {

chat::RunningThreadUpdate read_one(RecordDecoder& decoder) {
  chat::RunningThreadUpdate one;
  auto updates = read_updates(decoder, {});
  if (updates.size() == 1) {
    one.update = std::move(updates.front());
  } else {
    decoder.fail();
  }
  one.event_id = decoder.text();
  one.outranked_in = read_integers(decoder);
  return one;
}

}  // namespace

std::string encode(const chat::ChatUpdates& updates) {
  std::string bytes;
  RecordEncoder encoder(bytes, nullptr);
  write_updates(encoder, updates.of_all_threads, {});
  encoder.number(updates.of_running_threads.size());
  for (const chat::RunningThreadUpdate& one : updates.of_running_threads) {
    write_updates(encoder, {one.update}, {});
    encoder.text(one.event_id);
    write_integers(encoder, one.outranked_in);
  }
  return bytes;
}

Result<chat::ChatUpdates> decode_chat_updates(std::string_view bytes) {
  RecordDecoder decoder(bytes, nullptr);
  chat::ChatUpdates updates;
  updates.of_all_threads = read_updates(decoder, {});
  for (std::size_t count = decoder.count(); count > 0; --count) {
    chat::RunningThreadUpdate one = read_one(decoder);
    if (!decoder.ok()) break;
    updates.of_running_threads.push_back(std::move(one));
  }
  if (!decoder.ok() || !decoder.at_end()) return failed("its bytes are not those of updates");
  return updates;
}

}  // namespace chatreports::store
