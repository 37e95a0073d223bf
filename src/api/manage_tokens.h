#pragma once
// The tokens of the caller's licence: listed, created, rotated, revoked.

#include "api/routes.h"
#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// GET /v1/tokens and POST /v1/tokens
http::Response list_or_create_tokens(Services& services, const Call& call);
// POST /v1/tokens/{id}/rotate
http::Response rotate_token(Services& services, const Call& call);
// DELETE /v1/tokens/{id}
http::Response revoke_token(Services& services, const Call& call);

}  // namespace chatreports::api
