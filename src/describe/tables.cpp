#include "describe/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "describe/names.h"
#include "report/catalogue.h"

namespace chatreports::describe {
namespace {

using report::Definition;
using report::Dimension;
using report::Figure;

// The most figures that the overview names one by one.
constexpr std::size_t most_named = 6;

// "`<bucket>`: `<tag>`", "`<bucket>`: `bad`, `chats`, `good`" …
std::string shape_of(const Definition& definition) {
  if (definition.own_shape && !definition.own_shape->records.empty()) {
    std::string shape(definition.own_shape->records);
    if (!definition.summary.empty()) shape += "; beside `records` a `summary`";
    return shape;
  }
  std::string shape;
  bool is_beside = false;  // the next level stands beside figures
  for (const Dimension dimension : definition.dimensions) {
    fmt::format_to(std::back_inserter(shape), "{}`{}`",
                   shape.empty()                     ? ""
                   : std::exchange(is_beside, false) ? ", and "
                                                     : ": ",
                   placeholder_of(dimension));
    std::string named;
    std::size_t count = 0;
    for (const Figure& figure : definition.figures) {
      if (figure.key.empty() || level_of(definition, figure) != dimension) continue;
      fmt::format_to(std::back_inserter(named), "{}`{}`", count++ == 0 ? "" : ", ", figure.key);
    }
    if (count > most_named) named = fmt::format("{} figures", count);
    if (count == 0) continue;
    shape += ": " + named;
    is_beside = true;
  }
  if (!definition.summary.empty()) shape += "; beside `records` a `summary`";
  return shape;
}

std::string link_to(const Definition& definition) {
  return fmt::format("[`{}/{}`](definitions/reports/{}.md)", definition.resource, definition.action,
                     definition.action);
}

std::string meaning_of(const Figure& figure) {
  std::string meaning = sentence(figure.meaning);
  if (figure.distributions.size() == 1) {
    fmt::format_to(std::back_inserter(meaning), ", if the distribution is `{}`",
                   name_of(figure.distributions.front()));
  }
  return figure.is_zero_written ? meaning : meaning + "; left out if 0";
}

// "3.5 to 3.7".
std::string versions_of(const Definition& definition) {
  const auto [first, last] = definition.versions;
  return first == last ? std::string(name_of(first))
                       : fmt::format("{} to {}", name_of(first), name_of(last));
}

void add_rows(std::string& table, const Definition& definition) {
  const auto add = [&](std::string_view name, const Figure& figure) {
    fmt::format_to(std::back_inserter(table), "| `{}` | {} | {} | {} |\n", definition.action, name,
                   unit_of(figure), meaning_of(figure));
  };
  for (const Figure& figure : definition.figures) {
    const std::string level = placeholder_of(level_of(definition, figure));
    if (figure.key.empty()) {
      add(fmt::format("`{}`", level), figure);
    } else if (figure.level) {
      add(fmt::format("`{}` of a `{}`", figure.key, level), figure);
    } else {
      add(fmt::format("`{}`", figure.key), figure);
    }
  }
  if (definition.total) add("`total` of the report", *definition.total);
  for (const Figure& figure : definition.summary) {
    add(fmt::format("`{}` of the `summary`", figure.key), figure);
  }
}

}  // namespace

std::string table_of_reports() {
  std::string table = "| Report | Versions | `records` | `total` |\n|---|---|---|---|\n";
  for (const Definition& definition : report::catalogue()) {
    fmt::format_to(std::back_inserter(table), "| {} | {} | {} | {} |\n", link_to(definition),
                   versions_of(definition), shape_of(definition),
                   definition.total ? definition.total->meaning : "–");
  }
  return table;
}

std::string table_of_figures() {
  std::string table = "| Report | Figure | Unit | Meaning |\n|---|---|---|---|\n";
  for (const Definition& definition : report::catalogue()) add_rows(table, definition);
  return table;
}

}  // namespace chatreports::describe
