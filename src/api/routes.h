#pragma once
// Every address of the program: one table, a line for each. A new endpoint is a line in routes.cpp
// and a file with its handler.

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "api/access.h"
#include "base/byte_reader.h"
#include "base/scope.h"
#include "http/message.h"
#include "report/version.h"
#include "time/instant.h"

namespace chatreports::report {
struct Definition;
}

namespace chatreports::api {

class Cors;
struct PageFile;
struct RequestTrace;
struct Services;

// A request whose caller is known and has the scope of its route.
struct Call {
  const http::Request& request;
  const Caller& caller;
  RequestTrace& trace;
  Instant now;
  const report::Definition* report = nullptr;  // of a report's route
  report::Version version = {};                // of the API that a report is asked by
  bool is_own = false;                         // the route is ours, not one of the API text
  std::string_view id = {};                    // of a route whose path has one
};

// Answers at once, without credentials. Must not wait.
struct InlineHandler {
  http::Response (*handle)(const Services&);
};
// Answers with a file of the web page, without credentials.
struct PageHandler {
  const PageFile* file;
};
// Answers in a handler slot, so it may take long.
struct SlotHandler {
  Scope scope;
  http::Response (*handle)(Services&, const Call&);
};
// Reads a body of any size as it comes, waiting for it, and answers.
struct StreamHandler {
  Scope scope;
  http::Response (*handle)(Services&, LicenseId, ByteReader& body);
};
// Finds its credentials in the request. Returns the answer; or nothing, and calls `answer` once,
// later, from any thread. Must not wait. `id` is that of a route whose path has one.
struct DeferredHandler {
  std::optional<http::Response> (*handle)(Services&, const http::Request&, std::string_view id,
                                          std::function<void(http::Response)> answer);
};

struct Route {
  std::string name;  // for metrics
  std::string path;  // without a version; "{id}" stands for one segment
  std::span<const std::string_view> methods;
  std::variant<InlineHandler, PageHandler, SlotHandler, StreamHandler, DeferredHandler> handler;
  bool has_cors = false;                       // web pages of allowed origins may ask
  const report::Definition* report = nullptr;  // the report that is here
  bool is_own = false;                         // an addition to the API: its path begins with /v1/
};

std::span<const Route> routes();

// Where a request goes, and the version of the API by which it asks.
struct Destination {
  const Route* route;
  report::Version version;
  std::string id = {};  // what stands for the "{id}" of the route; else empty
  // Returns the name of the version; empty if the route is not of the API text.
  std::string_view version_name() const;
};

// Returns the destination of a request. If it has none, returns the answer: its headers contradict
// each other, the version is not served, nothing is at the address, the method is wrong, or the
// request asks what is allowed.
std::expected<Destination, http::Response> find_route(const http::Request& head, const Cors& cors,
                                                      bool has_page);

}  // namespace chatreports::api
