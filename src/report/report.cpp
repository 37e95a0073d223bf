#include "report/report.h"

#include <algorithm>

#include "base/check.h"
#include "base/overloaded.h"
#include "time/instant.h"

namespace chatreports::report {
namespace {

constexpr Sum microseconds_of(Unit unit) {
  switch (unit) {
    case Unit::hours:
      return Duration(std::chrono::hours(1)).count();
    case Unit::minutes:
      return Duration(std::chrono::minutes(1)).count();
    case Unit::seconds:
      return Duration(std::chrono::seconds(1)).count();
    default:
      return 1;
  }
}

}  // namespace

std::int64_t rounded_mean(Sum sum, Sum divisor) {
  CHECK(sum >= 0 && divisor > 0);
  return static_cast<std::int64_t>((2 * sum + divisor) / (2 * divisor));
}

Number number_of(const Figure& figure, Sum sum, Sum count) {
  if (figure.statistic == Statistic::count) return static_cast<std::int64_t>(sum);
  CHECK(figure.statistic != Statistic::score);
  const Sum unit = microseconds_of(figure.unit);
  switch (figure.precision) {
    case Precision::whole:
      return count == 0 ? 0 : rounded_mean(sum, count * unit);
    case Precision::hundredths:
      return Hundredths{count == 0 ? 0 : rounded_mean(sum * 100, count * unit)};
    case Precision::exact:
      if (count == 0) return 0.0;
      return static_cast<double>(sum) / (static_cast<double>(count) * static_cast<double>(unit));
  }
  CHECK(false && "unknown precision");
  return {};
}

bool is_zero(const Number& number) {
  return std::visit(Overloaded{[](std::int64_t integer) { return integer == 0; },
                               [](Hundredths hundredths) { return hundredths.value == 0; },
                               [](double real) { return real == 0; }},
                    number);
}

}  // namespace chatreports::report
