#pragma once
// POST /v1/deletions. Source: docs/api.md, "Deleting".

#include "api/routes.h"
#include "api/services.h"

namespace chatreports::api {

// Deletes what the body names, and answers with the number of chats. Answers 202 if that takes
// long: then the deletion goes on.
http::Response delete_records(Services& services, const Call& call);

}  // namespace chatreports::api
