#include "report/report.h"

#include "base/check.h"

namespace chatreports::report {

std::int64_t rounded_mean(Sum sum, Sum divisor) {
  CHECK(sum >= 0 && divisor > 0);
  return static_cast<std::int64_t>((2 * sum + divisor) / (2 * divisor));
}

std::int64_t total_of(const ChatsTable& cells, std::size_t measure) {
  Sum total = 0;
  for (const ChatsCell cell : cells) total += cell.figures[measure];
  return static_cast<std::int64_t>(total);
}

}  // namespace chatreports::report
