#include "render/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "base/printable.h"
#include "render/number.h"
#include "report/definition.h"

namespace chatreports::render {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t steps_per_cell = 16;
constexpr std::size_t most_chart_cells = 60;
constexpr std::size_t most_text = 40;  // characters
constexpr std::array<std::string_view, 8> levels = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// In characters: close to the width on a terminal.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

std::string shown(std::string_view text) {
  std::string whole = printable(text);
  if (width_of(whole) <= most_text) return whole;
  std::size_t end = 0;
  for (std::size_t characters = 0; end < whole.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(whole[end]) & 0xC0) != 0x80;
    if (begins && characters++ == most_text - 1) break;
  }
  return whole.substr(0, end) + "…";
}

// People need two decimals.
std::string number_text(const report::Number& number) {
  std::string text;
  if (const auto* const real = std::get_if<double>(&number)) {
    append_number(text, report::Hundredths{std::llround(*real * 100)});
  } else {
    append_number(text, number);
  }
  return text;
}

bool is_counted(report::Unit unit) {
  return unit == report::Unit::chats || unit == report::Unit::submissions ||
         unit == report::Unit::events;
}

double value_of(const report::RowCell& cell) {
  const auto* const number = std::get_if<report::Number>(&cell);
  if (number == nullptr) return 0;
  return std::visit(Overloaded{[](std::int64_t integer) { return static_cast<double>(integer); },
                               [](report::Hundredths hundredths) {
                                 return static_cast<double>(hundredths.value) / 100;
                               },
                               [](double real) { return real; }},
                    *number);
}

std::string text_of(const report::RowCell& cell) {
  std::string text;
  std::visit(Overloaded{[](std::monostate) {},
                        [&](const report::Number& number) { text = number_text(number); },
                        [&](std::string_view outside) { text = shown(outside); }},
             cell);
  return text;
}

// A cell of the chart is the greatest of the buckets that it stands for.
std::string chart_of(const std::vector<double>& values) {
  const std::size_t cells = std::min(values.size(), most_chart_cells);
  const double greatest = values.empty() ? 0 : std::ranges::max(values);
  std::string chart;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(cell * values.size() / cells);
    const auto end =
        values.begin() + static_cast<std::ptrdiff_t>((cell + 1) * values.size() / cells);
    const double value = *std::max_element(begin, end);
    const double share = greatest > 0 ? value / greatest : 0;
    chart += levels[std::min(levels.size() - 1, static_cast<std::size_t>(share * 8))];
  }
  return chart;
}

// Appends lines whose columns are aligned: those of `is_number` to the right.
void append_lines(std::string& text, const std::vector<Cells>& lines,
                  const std::vector<bool>& is_number) {
  std::vector<std::size_t> widths(is_number.size());
  for (const Cells& line : lines) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      widths[at] = std::max(widths[at], width_of(line[at]));
    }
  }
  for (const Cells& line : lines) {
    std::string row;
    for (std::size_t at = 0; at < line.size(); ++at) {
      const std::string padding(widths[at] - width_of(line[at]), ' ');
      row += at == 0 ? "" : "  ";
      row += is_number[at] ? padding + line[at] : line[at] + padding;
    }
    row.resize(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
}

// The rows of a report, and its figures over the buckets.
class Table {
 public:
  Table(const report::Report& report, std::size_t buckets, bool has_names)
      : columns_(report::row_columns(report, has_names)),
        dimensions_(static_cast<std::size_t>(
            std::ranges::find_if(columns_,
                                 [](const auto& column) { return column.unit.has_value(); }) -
            columns_.begin())),
        is_by_bucket_(report::is_by_bucket(*report.definition)),
        buckets_(buckets) {
    Cells header;
    for (const report::RowColumn& column : columns_) header.push_back(title_of(column));
    lines_.push_back(std::move(header));
  }

  void add(std::span<const report::RowCell> cells) {
    if (is_by_bucket_) add_to_series(cells);
    Cells line;
    bytes_ += sizeof(Cells);
    for (const report::RowCell& cell : cells) {
      line.push_back(text_of(cell));
      bytes_ += sizeof(std::string) + line.back().size();
    }
    lines_.push_back(std::move(line));
  }

  // Of memory, about.
  std::size_t bytes() const { return bytes_; }

  std::string text() const {
    std::string text;
    std::vector<bool> is_number;
    for (const report::RowColumn& column : columns_) is_number.push_back(column.unit.has_value());
    append_lines(text, lines_, is_number);
    if (is_by_bucket_ && buckets_ > 1) {
      text += '\n';
      append_series(text);
    }
    return text;
  }

 private:
  static std::string title_of(const report::RowColumn& column) {
    std::string title(column.name);
    if (report::names_unit(column)) {
      title.append(" (").append(report::name_of(*column.unit)).append(")");
    }
    return title;
  }

  // Rows of one bucket follow each other.
  void add_to_series(std::span<const report::RowCell> cells) {
    std::string bucket = text_of(cells[0]);
    if (!has_bucket_ || bucket != bucket_) ++begun_;
    has_bucket_ = true;
    bucket_ = std::move(bucket);
    Cells key;  // whole: two long texts may be shown alike
    for (std::size_t at = 1; at < dimensions_; ++at) {
      if (std::holds_alternative<std::monostate>(cells[at])) return;  // an empty bucket
      const auto* const text = std::get_if<std::string_view>(&cells[at]);
      key.push_back(text != nullptr ? std::string(*text) : text_of(cells[at]));
    }
    auto& series = series_[std::move(key)];
    if (series.empty()) {
      series.resize(columns_.size() - dimensions_, std::vector<double>(buckets_));
      bytes_ += series.size() * buckets_ * sizeof(double);
    }
    for (std::size_t at = dimensions_; at < cells.size(); ++at) {
      series[at - dimensions_][begun_ - 1] = value_of(cells[at]);
    }
  }

  void append_series(std::string& text) const {
    std::vector<Cells> lines;
    for (const auto& [key, series] : series_) {
      for (std::size_t at = 0; at < series.size(); ++at) {
        Cells line;
        for (const std::string& part : key) line.push_back(shown(part));
        line.push_back(title_of(columns_[dimensions_ + at]));
        line.push_back(chart_of(series[at]));
        line.push_back("up to " + number_text(std::ranges::max(series[at])));
        // A sum of means would mean nothing.
        const bool has_sum = is_counted(*columns_[dimensions_ + at].unit);
        const double sum = std::accumulate(series[at].begin(), series[at].end(), 0.0);
        line.push_back(has_sum ? number_text(sum) + " in all" : "");
        lines.push_back(std::move(line));
      }
    }
    if (lines.empty()) return;
    append_lines(text, lines, std::vector<bool>(lines.front().size()));
  }

  const std::vector<report::RowColumn> columns_;
  const std::size_t dimensions_;  // columns before the first figure
  const bool is_by_bucket_;
  const std::size_t buckets_;
  std::vector<Cells> lines_;
  std::map<Cells, std::vector<std::vector<double>>> series_;  // of each figure, by bucket
  std::size_t begun_ = 0;                                     // buckets
  bool has_bucket_ = false;
  std::string bucket_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::string to_table(report::Report report, const Buckets& buckets, const chat::Team* names,
                     Allowance& allowance) {
  std::string text;
  if (report.total) {
    text += "total: ";
    append_number(text, *report.total);
    text.append(" ").append(report::name_of(report.total_unit)).append("\n\n");
  }
  Table table(report, buckets.size(), names != nullptr);
  Steps steps(allowance);
  report::take_rows(std::move(report), buckets, names, [&](std::span<const report::RowCell> cells) {
    table.add(cells);
    return !steps.take(steps_per_cell * cells.size()) && !allowance.is_used_up_by(table.bytes());
  });
  if (allowance.is_used_up()) return text;
  text += table.text();
  allowance.is_used_up_by(text.size());
  return text;
}

}  // namespace chatreports::render
