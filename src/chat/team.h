#pragma once
// The agents and groups of a licence that records of theirs tell of, with their names.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatreports::chat {

struct TeamAgent {
  std::string id;
  std::optional<std::string> name;
  bool is_bot = false;
  bool operator==(const TeamAgent&) const = default;
};

struct TeamGroup {
  std::int64_t id = 0;
  std::optional<std::string> name;
  bool operator==(const TeamGroup&) const = default;
};

struct Team {
  std::vector<TeamAgent> agents;  // ascending by id
  std::vector<TeamGroup> groups;  // likewise
  bool operator==(const Team&) const = default;
};

}  // namespace chatreports::chat
