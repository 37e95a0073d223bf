// Parses any bytes as a body. It must not crash, and an accepted one must make plans and be echoed
// as JSON.

#include "api/echoed_request.h"
#include "api/parameters.h"
#include "api/parse_question.h"
#include "base/check.h"
#include "report/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports;
  const auto parameters = api::parse_json_parameters({reinterpret_cast<const char*>(data), size});
  if (!parameters) return 0;
  for (const report::Version version : report::all_versions) {
    const auto question = api::parse_question(
        *parameters,
        {.license = {1}, .now = from_unix_microseconds(0), .version = version, .has_pages = true});
    if (!question) continue;
    const report::Query& query = question->query;
    for (const report::Definition& definition : report::catalogue())
      (void)report::plans_of(definition, query);
    CHECK(api::parse_json_parameters(api::echoed_request(*parameters, query)).has_value());
  }
  return 0;
}
