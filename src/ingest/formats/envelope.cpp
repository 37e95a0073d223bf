#include "ingest/formats/envelope.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "ingest/formats/values.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// A line of this type is a control line if it has the key. Chats have a type, too.
struct Control {
  std::string_view type;
  std::string_view key;
};

constexpr std::array controls = {
    Control{"schema", "schema"},   Control{"state", "value"},
    Control{"state", "state"},     Control{"activate_version", "version"},
    Control{"batch", "manifest"},  Control{"log", "log"},
    Control{"trace", "trace"},     Control{"spec", "spec"},
    Control{"catalog", "catalog"}, Control{"connection_status", "connectionStatus"},
    Control{"control", "control"}, Control{"destination_catalog", "destination_catalog"},
};

std::optional<element> element_in(object from, std::string_view key) {
  element found;
  if (from[key].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return found;
}

}  // namespace

Envelope open_envelope(object object) {
  if (const auto data = element_in(object, "_airbyte_data")) {
    return {.content = data, .is_text = data->is_string()};
  }
  std::string type(text_in(object, "type"));
  std::ranges::transform(type, type.begin(), lower);
  const auto stream = element_in(object, "stream");
  if (type == "record") {
    const auto record = object_in(object, "record");
    if (!record) return {};
    if (stream) return {.content = element_in(object, "record"), .stream = stream};
    return {.content = element_in(*record, "data"), .stream = element_in(*record, "stream")};
  }
  if (stream && element_in(object, "emitted_at") && object_in(object, "data")) {
    return {.content = element_in(object, "data"), .stream = stream};
  }
  const bool is_control = std::ranges::any_of(controls, [&](const Control& one) {
    return one.type == type && element_in(object, one.key).has_value();
  });
  if (is_control) return {.is_control = true};
  const auto chat = object_in(object, "chat");
  if (chat && (object_in(*chat, "thread") || array_in(*chat, "threads"))) {
    return {.content = element_in(object, "chat")};
  }
  return {};
}

}  // namespace chatreports::ingest
