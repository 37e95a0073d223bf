#pragma once
// Splits bytes of CSV into rows of cells, as RFC 4180 says: a cell in quotes may have separators,
// line ends and doubled quotes in it; lines end with LF, CR LF or CR. Written here because the
// library for it in Debian has not been kept for years.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace chatreports::ingest {

struct CsvRow {
  std::vector<std::string> cells;
  std::uint64_t line = 0;   // where it begins; counted from 1
  std::uint64_t lines = 1;  // that it takes
};

class CsvReader {
 public:
  // A longer row is an error.
  CsvReader(char separator, std::size_t max_row_bytes)
      : separator_(separator), max_row_bytes_(max_row_bytes) {}

  // Calls `take` for each row that ends in the bytes. Lines without a byte are no rows.
  Result<void> read(std::string_view bytes, const std::function<void(CsvRow&&)>& take);
  // Likewise for what is left at the end of the input. Fails within quotes.
  Result<void> finish(const std::function<void(CsvRow&&)>& take);

 private:
  enum class State : std::uint8_t { begin_of_cell, cell, quoted, quote_in_quoted };

  void end_cell();
  void end_row(const std::function<void(CsvRow&&)>& take);

  const char separator_;
  const std::size_t max_row_bytes_;
  State state_ = State::begin_of_cell;
  bool after_return_ = false;  // the last byte was CR
  std::string cell_;
  CsvRow row_;
  std::size_t row_bytes_ = 0;
  std::uint64_t line_ = 1;
};

}  // namespace chatreports::ingest
