#include "store/damaged.h"

#include <fmt/format.h>

namespace chatreports::store {
namespace {

Error damaged(ErrorKind kind, const std::string& path, std::string_view what,
              std::string_view remedy) {
  return {kind, fmt::format("{} is damaged: {}; {}", path, what, remedy)};
}

}  // namespace

Error damaged_row(const std::string& path, std::string_view what) {
  return damaged(row_is_damaged, path, what,
                 "run `chatreports check`, which lists all damage and says what to do");
}

Error damaged_row(const std::string& path, std::string_view table, std::int64_t row,
                  std::string_view what) {
  return damaged_row(path, fmt::format("row {} of {} {}", row, table, what));
}

Error damaged_record(const std::string& path, LicenseId license, std::int64_t thread_number,
                     const Error& why) {
  return damaged_row(
      path, fmt::format("the record of a thread of licence {} (row {} of threads) cannot be read: "
                        "{}",
                        license.value, thread_number, why.message));
}

Error damaged_history(const std::string& path) {
  return damaged(ErrorKind::failed, path,
                 "what a thread or a greeting event was before is not what was written",
                 "remove the folder engine, and start again");
}

Error damaged_file(const std::string& path, std::string_view what) {
  const bool has_keys = path.ends_with("access.sqlite");
  return damaged(ErrorKind::failed, path, what,
                 has_keys ? "restore it from a backup, or move it away and create new tokens: "
                            "without its keys, filters find no digested text"
                          : "restore it from a backup, or move it away and import the records "
                            "again");
}

}  // namespace chatreports::store
