#include "ingest/formats/csv_reader.h"

#include <fmt/format.h>

#include <utility>

namespace chatreports::ingest {

void CsvReader::end_cell() {
  row_.cells.push_back(std::exchange(cell_, {}));
  state_ = State::begin_of_cell;
}

void CsvReader::end_row(const std::function<void(CsvRow&&)>& take) {
  const bool has_bytes = row_bytes_ > 0;
  end_cell();
  row_.lines = line_ - row_.line + 1;
  CsvRow row = std::exchange(row_, {});
  row_bytes_ = 0;
  ++line_;
  row_.line = line_;
  if (has_bytes) take(std::move(row));
}

Result<void> CsvReader::read(std::string_view bytes, const std::function<void(CsvRow&&)>& take) {
  if (row_.line == 0) row_.line = line_;
  for (const char byte : bytes) {
    const bool is_second_of_end = std::exchange(after_return_, byte == '\r') && byte == '\n';
    const bool is_quoted = state_ == State::quoted;
    if (is_second_of_end) {
      if (is_quoted) cell_ += byte;
      continue;
    }
    const bool is_end = byte == '\n' || byte == '\r';
    if (is_quoted) {
      if (is_end) ++line_;
      if (byte == '"') {
        state_ = State::quote_in_quoted;
      } else {
        cell_ += byte;
      }
    } else if (is_end) {
      end_row(take);
      continue;
    } else if (byte == separator_) {
      end_cell();
    } else if (byte == '"' && state_ == State::begin_of_cell) {
      state_ = State::quoted;
    } else if (byte == '"' && state_ == State::quote_in_quoted) {
      cell_ += byte;
      state_ = State::quoted;
    } else {
      cell_ += byte;
      state_ = State::cell;
    }
    if (++row_bytes_ > max_row_bytes_) {
      return invalid(fmt::format("the row at line {} has more than {} bytes; is a quote missing?",
                                 row_.line, max_row_bytes_));
    }
  }
  return {};
}

Result<void> CsvReader::finish(const std::function<void(CsvRow&&)>& take) {
  if (state_ == State::quoted) {
    return invalid(fmt::format("the row at line {} ends within quotes", row_.line));
  }
  if (row_bytes_ > 0) end_row(take);
  return {};
}

}  // namespace chatreports::ingest
