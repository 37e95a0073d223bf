#include "ingest/warnings.h"

#include <algorithm>
#include <utility>

namespace chatreports::ingest {

void add_warning(std::vector<Warning>& warnings, Warning more) {
  auto known = std::ranges::find(warnings, more.what, &Warning::what);
  if (known == warnings.end() && warnings.size() >= max_warnings) {
    more.what = "other values that count nowhere";
    known = std::ranges::find(warnings, more.what, &Warning::what);
  }
  if (known == warnings.end()) {
    warnings.push_back(std::move(more));
  } else {
    known->count += more.count;
  }
}

}  // namespace chatreports::ingest
