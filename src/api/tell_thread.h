#pragma once
// The facts of one thread: for those who send chats, to see what was understood.

#include "api/routes.h"
#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// GET /v1/threads/{id}: the facts of a thread, and what in it counts nowhere.
http::Response tell_thread(Services& services, const Call& call);

}  // namespace chatreports::api
