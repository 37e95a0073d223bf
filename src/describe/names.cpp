#include "describe/names.h"

#include <fmt/format.h>

#include "base/check.h"

namespace chatreports::describe {
namespace {

char upper(char letter) {
  return 'a' <= letter && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

}  // namespace

std::string type_name(const report::Definition& definition) {
  std::string name;
  bool begins = true;
  for (const char letter : definition.action) {
    if (letter != '_') name += begins ? upper(letter) : letter;
    begins = letter == '_';
  }
  return name;
}

std::string summary_of(const report::Definition& definition) {
  return std::string(definition.meaning) +
         (is_by_bucket(definition) ? "" : " `distribution` has no effect.");
}

std::string placeholder_of(report::Dimension dimension) {
  const bool is_named_by_id = dimension != report::Dimension::bucket &&
                              dimension != report::Dimension::tag &&
                              dimension != report::Dimension::queue_outcome;
  return fmt::format("<{}{}>", name_of(dimension), is_named_by_id ? " id" : "");
}

std::string unit_of(const report::Figure& figure) {
  std::string unit(name_of(figure.unit));
  if (figure.statistic == report::Statistic::count) return unit;
  switch (figure.precision) {
    case report::Precision::whole:
      return "whole " + unit;
    case report::Precision::hundredths:
      return unit + ", up to two decimals";
    case report::Precision::exact:
      return unit + ", a 64-bit float";
  }
  CHECK(false && "unknown precision");
  return {};
}

std::string sentence(std::string_view text) {
  CHECK(!text.empty());
  std::string made(text);
  made[0] = upper(made[0]);
  return made;
}

}  // namespace chatreports::describe
