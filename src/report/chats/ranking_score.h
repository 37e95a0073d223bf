#pragma once

#include <cstdint>

namespace chatreports::report::chats {

// The score of an agent with that many chats rated good and bad, at least one in all: in IEEE
// doubles, in one fixed order of operations, so that the API's samples come out to the last bit
// (docs/definitions/reports/ranking.md, "Ranking score").
double ranking_score(std::int64_t good, std::int64_t bad);

}  // namespace chatreports::report::chats
