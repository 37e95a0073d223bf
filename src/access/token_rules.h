#pragma once
// What a token may be: the rules of the command line and of the HTTP API.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/token.h"
#include "base/error.h"
#include "time/instant.h"

namespace chatreports::access {

constexpr std::size_t max_token_name_bytes = 100;
constexpr std::size_t max_narrowing_values = 100;  // groups, and agents
constexpr std::int64_t max_token_days = 36'500;    // of a lifetime, and of an overlap
// In which a token and the one that replaces it both work.
constexpr Duration default_overlap = std::chrono::hours(24);

// These return what is wrong with the value of a flag or key, or an empty text.
std::string fault_of_token_name(std::string_view name);
std::string fault_of_agent_id(std::string_view id);

// Fails if the token has no scope, is narrowed and has another scope than reports_read, or is
// narrowed to too many groups or agents.
Result<void> check_token(const Token& token);

// Returns a token like the old one, which replaces it. Without `expires_at` it lasts as long as the
// old one was made to last. Fails if the old one has expired.
Result<Token> successor_of(const Token& old, Instant now, std::optional<Instant> expires_at);

}  // namespace chatreports::access
