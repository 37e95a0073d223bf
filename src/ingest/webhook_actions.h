#pragma once
// The webhooks that figures need.

#include <string_view>
#include <vector>

namespace chatreports::ingest {

// Returns the action's name as a literal, if a figure needs it; else "other". An older name becomes
// the present one.
std::string_view known_action(std::string_view action);

// All of these, by their present names.
std::vector<std::string_view> known_actions();

}  // namespace chatreports::ingest
