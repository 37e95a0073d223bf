#pragma once
// How sources take the answers of an API.

#include <stop_token>
#include <string>
#include <string_view>

#include "pull/http_client.h"
#include "pull/source.h"

namespace chatreports::pull {

// Sends the request. A failure is one of a request that got no response.
Answer<HttpResponse> send(HttpClient& client, const HttpRequest& request,
                          const std::stop_token& stop);

// The answer of the action is 200, and something else than the API promises.
Failure not_as_expected(std::string_view action);

// Returns the beginning of a text of the other side, safe to print.
std::string shown(std::string_view text);

}  // namespace chatreports::pull
