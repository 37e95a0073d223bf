// What was told of a chat ↔ bytes.
#include <utility>

#include "store/codec.h"
#include "store/operation_codec.h"

namespace chatreports::store {
namespace {

constexpr std::uint8_t chat_version = 2;  // of what was told of a chat
constexpr std::uint8_t chat_version_of_groups = 1;

ToldOfLatest read_told_of_latest(Reader& reader) {
  ToldOfLatest latest;
  auto told = read_operations(reader, {});
  if (told.size() == 1) {
    latest.told = std::move(told.front());
  } else {
    reader.fail();
  }
  latest.event_id = reader.text();
  latest.outranked_in = read_integers(reader);
  return latest;
}

// Of the version that told of groups alone.
ToldOfLatest read_chat_groups(Reader& reader) {
  ToldOfLatest latest;
  latest.told.told_at.at = Instant{reader.integer()};
  latest.told.told_at.is_receipt = reader.byte() != 0;
  latest.told.what = chat::GroupsTold{chat::Layer::chat, read_integers(reader)};
  latest.outranked_in = read_integers(reader);
  return latest;
}

}  // namespace

void encode(const ToldOfChat& told, std::string& bytes) {
  bytes.clear();
  Writer writer(bytes, nullptr);
  writer.byte(chat_version);
  write_operations(writer, told.properties, {});
  writer.number(told.latest.size());
  for (const ToldOfLatest& latest : told.latest) {
    write_operations(writer, {latest.told}, {});
    writer.text(latest.event_id);
    write_integers(writer, latest.outranked_in);
  }
}

Result<ToldOfChat> decode_told_of_chat(std::string_view bytes) {
  Reader reader(bytes, nullptr);
  const std::uint8_t found = reader.byte();
  if (found < chat_version_of_groups || found > chat_version) {
    return failed("it is of a version that this program does not know");
  }
  ToldOfChat told;
  told.properties = read_operations(reader, {});
  for (std::size_t count = reader.count(); count > 0; --count) {
    ToldOfLatest latest =
        found == chat_version_of_groups ? read_chat_groups(reader) : read_told_of_latest(reader);
    if (!reader.ok()) break;
    told.latest.push_back(std::move(latest));
  }
  if (!reader.ok() || !reader.at_end()) return failed("it does not hold what it should");
  return told;
}

}  // namespace chatreports::store
