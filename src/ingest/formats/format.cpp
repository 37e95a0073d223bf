#include "ingest/formats/format.h"

#include <algorithm>
#include <array>

#include "ingest/formats/names.h"

namespace chatreports::ingest {

std::span<const Format> formats() {
  static const std::array table = {livechat_v2, zendesk_chat, zendesk_agent_timeline, intercom};
  return table;
}

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const Format& format : formats()) names.push_back(format.name);
  return names;
}

std::string_view title_of(const Format& format) {
  return format.title;
}

std::string_view lacks_of(const Format& format) {
  return format.lacks;
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
