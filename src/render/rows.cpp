#include "render/rows.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/overloaded.h"
#include "render/number.h"

namespace chatreports::render {
namespace {

constexpr std::size_t steps_per_cell = 8;

// A text that has the apostrophe already gets another, so that no two texts become one.
bool is_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return !text.empty() && std::string_view("=+-@\t\r\n").contains(text.front());
}

void append_csv_text(std::string& csv, std::string_view text) {
  // Where the list separator is a semicolon, a spreadsheet divides at these, too.
  const bool is_quoted = text.find_first_of(",;\t\"\r\n") != text.npos;
  if (is_quoted) csv += '"';
  if (is_formula(text)) csv += '\'';
  for (const char character : text) {
    if (character == '"') csv += '"';
    csv += character;
  }
  if (is_quoted) csv += '"';
}

// Calls `append` with each row, and adds what it takes to the allowance.
template <class Append>
void append_rows(std::string& text, report::Report report, const Buckets& buckets,
                 const chat::Team* names, Allowance& allowance, const Append& append) {
  Steps steps(allowance);
  report::take_rows(std::move(report), buckets, names, [&](std::span<const report::RowCell> cells) {
    append(cells);
    return !steps.take(steps_per_cell * cells.size()) && !allowance.is_used_up_by(text.size());
  });
  allowance.is_used_up_by(text.size());
}

}  // namespace

std::string to_csv(report::Report report, const Buckets& buckets, const chat::Team* names,
                   Allowance& allowance) {
  std::string csv;
  const auto end_cell = [&csv](bool is_last) { csv += is_last ? "\r\n" : ","; };
  const std::vector<report::RowColumn> columns = report::row_columns(report, names != nullptr);
  for (std::size_t at = 0; at < columns.size(); ++at) {
    csv += columns[at].name;
    if (report::names_unit(columns[at]))
      csv.append(" (").append(report::name_of(*columns[at].unit)).append(")");
    end_cell(at + 1 == columns.size());
  }
  const auto append = [&](std::span<const report::RowCell> cells) {
    for (std::size_t at = 0; at < cells.size(); ++at) {
      std::visit(Overloaded{[](std::monostate) {},
                            [&](const report::Number& number) { append_number(csv, number); },
                            [&](std::string_view text) { append_csv_text(csv, text); }},
                 cells[at]);
      end_cell(at + 1 == cells.size());
    }
  };
  append_rows(csv, std::move(report), buckets, names, allowance, append);
  return csv;
}

std::string to_json_rows(report::Report report, const Buckets& buckets, const chat::Team* names,
                         Allowance& allowance) {
  std::string json = "[";
  const std::vector<report::RowColumn> columns = report::row_columns(report, names != nullptr);
  const auto append = [&](std::span<const report::RowCell> cells) {
    json += json.size() == 1 ? "{" : ",{";
    for (std::size_t at = 0; at < cells.size(); ++at) {
      if (at > 0) json += ',';
      append_json_string(json, columns[at].name);
      json += ':';
      std::visit(Overloaded{[&](std::monostate) { json += "null"; },
                            [&](const report::Number& number) { append_number(json, number); },
                            [&](std::string_view text) { append_json_string(json, text); }},
                 cells[at]);
    }
    json += '}';
  };
  append_rows(json, std::move(report), buckets, names, allowance, append);
  json += ']';
  return json;
}

}  // namespace chatreports::render
