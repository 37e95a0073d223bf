#include "pull/api_answer.h"

#include <fmt/format.h>

#include <utility>

#include "base/printable.h"
#include "base/utf8.h"

namespace chatreports::pull {

Answer<HttpResponse> send(HttpClient& client, const HttpRequest& request,
                          const std::stop_token& stop) {
  auto response = client.send(request, stop);
  if (response) return *std::move(response);
  const bool may_pass = response.error().kind == ErrorKind::unavailable;
  return std::unexpected(Failure{may_pass ? FailureKind::temporary : FailureKind::lasting,
                                 std::move(response.error().message)});
}

Failure not_as_expected(std::string_view action) {
  return {FailureKind::temporary,
          fmt::format("the answer of {} is not in the form of the API", action)};
}

std::string shown(std::string_view text) {
  constexpr std::size_t most_bytes = 300;
  return printable(shortened(text, most_bytes));
}

}  // namespace chatreports::pull
