#include "store/property_codec.h"

#include <algorithm>
#include <functional>

#include "base/overloaded.h"
#include "store/property_names.h"

namespace chatreports::store {
namespace {

using chat::Property;
using chat::ThreadRecord;

enum ValueKind : std::uint8_t { is_false = 0, is_true = 1, is_integer = 2, is_text = 3 };

constexpr std::size_t most_shared_properties = 63;

void write_property(RecordEncoder& encoder, const Property& property) {
  const std::uint8_t code = property_code({property.name_space, property.name});
  const auto head = [&](ValueKind kind) {
    encoder.number(code * 4u + kind);
    if (code != 0) return;
    encoder.text(property.name_space);
    encoder.text(property.name);
  };
  std::visit(Overloaded{
                 [&](bool flag) { head(flag ? is_true : is_false); },
                 [&](std::int64_t integer) {
                   head(is_integer);
                   encoder.integer(integer);
                 },
                 [&](const std::string& text) {
                   head(is_text);
                   encoder.text(text);
                 },
             },
             property.value);
}

Property read_property(RecordDecoder& decoder) {
  Property property;
  const std::uint64_t head = decoder.number();
  if (head / 4 == 0) {
    property.name_space = decoder.text();
    property.name = decoder.text();
  } else if (const PropertyName* name = property_of_code(head / 4)) {
    property.name_space = name->name_space;
    property.name = name->name;
  } else {
    decoder.fail();
  }
  switch (head % 4) {
    case is_integer:
      property.value = decoder.integer();
      break;
    case is_text:
      property.value = std::string(decoder.text());
      break;
    default:
      property.value = head % 4 == is_true;
  }
  return property;
}

}  // namespace

void write_properties(RecordEncoder& encoder, const std::vector<Property>& properties) {
  encoder.number(properties.size());
  for (const Property& property : properties) write_property(encoder, property);
}

std::vector<Property> read_properties(RecordDecoder& decoder) {
  std::vector<Property> properties(decoder.count());
  for (Property& property : properties) property = read_property(decoder);
  return properties;
}

// The thread has most properties of its chat, too.
void write_chat_properties(RecordEncoder& encoder, const ThreadRecord& record) {
  std::uint64_t shared = 0;
  std::vector<const Property*> others;
  const auto& own = record.properties;
  // Only bytes that were damaged can have them in another order. They must be decoded as they are
  // encoded, too.
  const bool is_ascending =
      std::ranges::adjacent_find(record.chat_properties, std::greater_equal()) ==
      record.chat_properties.end();
  std::size_t at = is_ascending ? 0 : own.size();
  for (const Property& property : record.chat_properties) {
    while (at < own.size() && own[at] < property) ++at;
    if (at < std::min(own.size(), most_shared_properties) && own[at] == property) {
      shared |= std::uint64_t{1} << at;
    } else {
      others.push_back(&property);
    }
  }
  encoder.number(shared);
  encoder.number(others.size());
  for (const Property* property : others) write_property(encoder, *property);
}

std::vector<Property> read_chat_properties(RecordDecoder& decoder,
                                           const std::vector<Property>& own) {
  const std::uint64_t shared = decoder.number();
  std::vector<Property> properties = read_properties(decoder);
  const std::size_t others = properties.size();
  for (std::size_t at = 0; at <= most_shared_properties; ++at) {
    if ((shared >> at & 1) == 0) continue;
    if (at >= own.size() || at == most_shared_properties) {
      decoder.fail();
      return {};
    }
    properties.push_back(own[at]);
  }
  std::inplace_merge(properties.begin(), properties.begin() + static_cast<std::ptrdiff_t>(others),
                     properties.end());
  return properties;
}

void write_value(RecordEncoder& encoder, const std::optional<chat::Value>& value) {
  encoder.byte(value ? 1 : 0);
  if (value) write_property(encoder, {"", "", *value});
}

std::optional<chat::Value> read_value(RecordDecoder& decoder) {
  if (decoder.byte() == 0) return std::nullopt;
  return read_property(decoder).value;
}

}  // namespace chatreports::store
