#pragma once
// What can be asked: who calls, and the values that a licence's chats have. Additions of ours to
// the API, for pages that offer them as lists.

#include "api/routes.h"
#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// GET /v1/about: the caller, the time of the first chat and of the last, the program's version.
http::Response tell_caller(Services& services, const Call& call);

// GET /v1/directory: agents, groups, tags and other values in use, those of most chats first.
http::Response tell_directory(Services& services, const Call& call);

// GET /v1/directory/property?namespace=…&name=…: the values of a property, those of most chats
// first.
http::Response tell_property(Services& services, const Call& call);

}  // namespace chatreports::api
