#pragma once
// A table (CSV) → a stream of records in JSON, a line for each line of the table.

#include <memory>
#include <string>

#include "ingest/byte_source.h"
#include "ingest/formats/csv_mapping.h"

namespace chatreports::ingest {

// Borrows both. Rows that can't be understood become records that are refused with the reason.
// read() fails if the table has no such columns, or is malformed.
std::unique_ptr<ByteSource> open_csv(ByteSource& table, const CsvMapping& mapping);

// The key of a row that can't be understood; its value is the reason. It is another one in each
// process, so that nobody else writes it.
const std::string& refused_row();

}  // namespace chatreports::ingest
