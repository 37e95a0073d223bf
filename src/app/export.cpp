#include "app/export.h"

#include <fmt/format.h>

#include "app/messages.h"
#include "ingest/write_record.h"
#include "store/data_folder.h"
#include "store/digest_keys.h"
#include "store/store.h"

namespace chatreports::app {
namespace {

// Returns the record of the licence's key as a line; empty if nothing was digested yet.
Result<std::string> line_of_key(const ExportOptions& options) {
  const auto keys = store::DigestKeys::open_for_reading(options.data_folder);
  if (!keys) return std::unexpected(keys.error());
  const auto known = (*keys)->list();
  if (!known) return std::unexpected(known.error());
  const auto found = known->find(LicenseId{options.license});
  std::string line;
  if (found == known->end()) return line;
  ingest::append_json(chat::DigestKeyRecord{found->second}, line);
  return line + '\n';
}

}  // namespace

int run_export(const ExportOptions& options) {
  if (const auto there = store::require_readable_data_folder(options.data_folder); !there) {
    return exit_with(there.error());
  }
  const auto store = store::Store::open_for_reading(options.data_folder);
  if (!store) return exit_with(store.error());
  std::string lines;
  if (options.with_key) {
    auto line = line_of_key(options);
    if (!line) return exit_with(line.error());
    lines = *std::move(line);
  }
  Output output;
  bool is_known = false;
  const Result<void> printed = (*store)->export_records(
      LicenseId{options.license}, [&](std::span<const chat::Record> records) {
        is_known = true;
        for (const chat::Record& record : records) {
          ingest::append_json(record, lines);
          lines += '\n';
        }
        const Result<void> done = output.print(lines);
        lines.clear();
        return done;
      });
  if (printed && !is_known) {
    return exit_with({ErrorKind::not_found, fmt::format("{} holds no records of licence {}",
                                                        options.data_folder, options.license)});
  }
  return output.end(printed);
}

}  // namespace chatreports::app
