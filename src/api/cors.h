#pragma once
// Requests of web pages from other origins: Cross-Origin Resource Sharing, as the Fetch standard
// has it.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace chatreports::api {

// Any thread.
class Cors {
 public:
  // `origins` as in ApiOptions::cors_origins.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // Returns whether a browser asks what a page of an allowed origin may send.
  bool is_preflight(const http::Request& request) const;
  // Allows the headers that the browser asks for.
  static http::Response preflight_answer(const http::Request& request,
                                         std::span<const std::string_view> methods);
  // Tells the browser whether the page may read the answer.
  void add_headers(const http::Request& request, http::Response& response) const;

 private:
  bool is_allowed(std::string_view origin) const;

  const std::vector<std::string> origins_;
};

}  // namespace chatreports::api
