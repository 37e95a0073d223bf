#pragma once
// Tokens and secrets as JSON: of `token list --json`, `webhook list --json` and GET /v1/tokens.

#include <string>

#include "access/token.h"

namespace chatreports::access {

// Appends an object. Secrets of webhooks have neither scopes nor an agent.
void append_json(std::string& json, const Token& token);

}  // namespace chatreports::access
