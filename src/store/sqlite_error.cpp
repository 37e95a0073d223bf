#include "store/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "store/damaged.h"
#include "store/data_files.h"

namespace chatreports::store {
namespace {

// For people, a quota or a limit on the size of files is the same as a full disk. SQLite calls it
// an input/output error.
bool is_out_of_space(int code, int system_error) {
  if (code == SQLITE_FULL) return true;
  return code == SQLITE_IOERR &&
         (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

}  // namespace

Error sqlite_error(int code, int system_error, const std::string& path, std::string_view detail) {
  const int primary = code & 0xff;
  if (is_out_of_space(primary, system_error)) {
    return {ErrorKind::unavailable,
            fmt::format("there is no space left to write {}; free some and try again; nothing of "
                        "this write was stored",
                        path)};
  }
  if (code == SQLITE_READONLY_DBMOVED) return replaced_file(path);
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::unavailable,
              fmt::format("{} is being written by another process; try again", path)};
    case SQLITE_NOMEM:
      return {ErrorKind::unavailable, fmt::format("there is not enough memory to use {}", path)};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {ErrorKind::failed,
              fmt::format("{} cannot be written; give the user that runs chatreports the right to "
                          "write the file and its folder",
                          path)};
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return {ErrorKind::failed,
              fmt::format("{} cannot be opened{}; check that the folder exists and that the user "
                          "that runs chatreports may write it",
                          path,
                          system_error == 0 ? std::string()
                                            : fmt::format(" ({})", std::strerror(system_error)))};
    case SQLITE_NOTADB:
      return {ErrorKind::failed,
              fmt::format("{} is not a file of chatreports; name another data folder, or move the "
                          "file away",
                          path)};
    case SQLITE_CORRUPT:
      return damaged_file(path, detail);
    case SQLITE_IOERR:
      return {ErrorKind::failed,
              fmt::format("{} could not be read or written ({}{}{}); check the disk", path, detail,
                          system_error == 0 ? "" : ": ",
                          system_error == 0 ? "" : std::strerror(system_error))};
    default:
      return {ErrorKind::failed, fmt::format("{} could not be used: {}", path, detail)};
  }
}

}  // namespace chatreports::store
