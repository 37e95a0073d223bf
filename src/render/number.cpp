#include "render/number.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "base/overloaded.h"

namespace chatreports::render {
namespace {

void append_hundredths(std::string& text, report::Hundredths hundredths) {
  const std::int64_t fraction = hundredths.value % 100;
  fmt::format_to(std::back_inserter(text), "{}", hundredths.value / 100);
  if (fraction % 10 != 0) {
    fmt::format_to(std::back_inserter(text), ".{:02}", fraction);
  } else if (fraction != 0) {
    fmt::format_to(std::back_inserter(text), ".{}", fraction / 10);
  }
}

}  // namespace

void append_number(std::string& text, const report::Number& number) {
  const auto append = [&text](auto value) {
    fmt::format_to(std::back_inserter(text), "{}", value);
  };
  std::visit(Overloaded{[&](std::int64_t integer) { append(integer); },
                        [&](report::Hundredths hundredths) { append_hundredths(text, hundredths); },
                        [&](double real) { append(real); }},
             number);
}

}  // namespace chatreports::render
