#include "api/narrow.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace chatreports::api {
namespace {

template <class Element>
report::SetFilter any_of(const std::vector<Element>& values) {
  report::SetFilter filter;
  filter.kind = report::SetFilter::Kind::values;
  filter.values.assign(values.begin(), values.end());
  std::ranges::sort(filter.values);
  return filter;
}

}  // namespace

void narrow(report::Filters& filters, const Caller& caller) {
  if (!caller.only_agents.empty()) filters.agents.push_back(any_of(caller.only_agents));
  if (!caller.only_groups.empty()) filters.groups.push_back(any_of(caller.only_groups));
}

std::string narrowed_key(const Caller& caller) {
  return caller.is_narrowed() ? fmt::format("token {}", caller.token_id) : "";
}

}  // namespace chatreports::api
