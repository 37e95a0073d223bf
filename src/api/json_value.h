#pragma once
// Values of properties and groups, as JSON.

#include <cstdint>
#include <string>
#include <variant>

#include "base/json_text.h"
#include "base/overloaded.h"
#include "chat/property.h"

namespace chatreports::api {

inline void append_json(std::string& json, const chat::Value& value) {
  std::visit(Overloaded{[&](bool flag) { json += flag ? "true" : "false"; },
                        [&](std::int64_t integer) { json += std::to_string(integer); },
                        [&](const std::string& text) { append_json_string(json, text); }},
             value);
}

}  // namespace chatreports::api
