#include "app/export.h"

#include "app/messages.h"
#include "ingest/write_record.h"
#include "store/data_folder.h"
#include "store/store.h"

namespace chatreports::app {

int run_export(const ExportOptions& options) {
  if (const auto there = store::require_data_folder(options.data_folder); !there) {
    return exit_with(there.error());
  }
  const auto store = store::Store::open(options.data_folder);
  if (!store) return exit_with(store.error());
  std::string lines;
  const Result<void> printed = (*store)->read_records(
      LicenseId{options.license}, [&lines](std::span<const chat::Record> records) {
        lines.clear();
        for (const chat::Record& record : records) {
          ingest::append_json(record, lines);
          lines += '\n';
        }
        return print(lines);
      });
  // A reader that goes away has seen enough.
  if (!printed && printed.error().kind != ErrorKind::unavailable) return exit_with(printed.error());
  return exit_ok;
}

}  // namespace chatreports::app
