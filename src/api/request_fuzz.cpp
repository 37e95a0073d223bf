// Any bytes as a body: no crash; what is accepted makes plans.

#include "api/parameters.h"
#include "api/parse_query.h"
#include "report/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports;
  const auto parameters = api::parse_json_parameters({reinterpret_cast<const char*>(data), size});
  if (!parameters) return 0;
  const auto query = api::parse_query(*parameters, {{1}, std::nullopt, from_unix_microseconds(0)});
  if (!query) return 0;
  for (const report::Definition& definition : report::catalogue())
    (void)report::plans_of(definition, *query);
  return 0;
}
