// Any bytes as a query string: no crash; what is accepted makes a plan.

#include "api/parameters.h"
#include "api/parse_query.h"
#include "report/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports;
  const auto parameters = api::parse_query_parameters({reinterpret_cast<const char*>(data), size});
  if (!parameters) return 0;
  const auto query = api::parse_query(*parameters, {{1}, std::nullopt, from_unix_microseconds(0)});
  if (query) (void)report::plans_of(report::catalogue().front(), *query);
  return 0;
}
