#include "ingest/formats/format.h"

#include <algorithm>
#include <array>

namespace chatreports::ingest {

std::span<const Format> formats() {
  static const std::array table = {livechat_v2, zendesk_chat, zendesk_agent_timeline, intercom};
  return table;
}

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(formats(), name, &Format::name);
  return found == formats().end() ? nullptr : &*found;
}

const Format* format_of(simdjson::dom::object object) {
  const auto found = std::ranges::find_if(
      formats(), [object](const Format& format) { return format.is_one(object); });
  return found == formats().end() ? nullptr : &*found;
}

}  // namespace chatreports::ingest
