#pragma once
// A file with records: one stream of bytes or, in a zip archive, one for each file in it.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "ingest/byte_source.h"

namespace chatreports::ingest {

// The ends of the names of files with records, for messages.
constexpr std::string_view ends_of_names = "*.json, *.ndjson, *.jsonl, *.gz or *.zst";

// Returns whether a file in an archive is one with records: its name has one of these ends, in
// either case, and does not begin with a dot.
bool has_name_of_records(std::string_view path);
bool has_name_of_archive(std::string_view path);  // *.zip

// Files that are not read because of their names.
struct PassedOver {
  std::uint64_t count = 0;
  std::string first;  // one of them
  void add(std::string_view name);
};

// Returns false to end the visit. `name` is that of the file, or ARCHIVE/MEMBER. The source tells
// how many bytes of the file were consumed for this stream and those before it.
using VisitStream = std::function<bool(const std::string& name, ByteSource& source)>;

// Calls `visit` with the stream of the file, or with those of the members of a zip archive in their
// order in the archive, up to the first damaged one. "-" is standard input. Fails if the file can't
// be opened, or is an archive without records or in place of a table. Errors of a stream are those
// of its read().
Result<PassedOver> visit_streams(const std::string& path, const VisitStream& visit,
                                 Content content = Content::records);

}  // namespace chatreports::ingest
