// Parses any bytes as a query string. It must not crash, and an accepted one must make a plan and
// be echoed as JSON.

#include "api/echoed_request.h"
#include "api/parameters.h"
#include "api/parse_question.h"
#include "report/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports;
  const auto parameters = api::parse_query_parameters({reinterpret_cast<const char*>(data), size});
  if (!parameters) return 0;
  for (const report::Version version : report::all_versions) {
    const auto question = api::parse_question(
        *parameters,
        {.license = {1}, .now = from_unix_microseconds(0), .version = version, .has_pages = true});
    if (!question) continue;
    const report::Query& query = question->query;
    (void)report::plans_of(report::catalogue().front(), query);
    (void)api::echoed_request(*parameters, query);
  }
  return 0;
}
