#pragma once
// The files of a data folder: what marks them as ours, and how each version of their tables is made
// from the one before.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

struct Schema {
  const char* file;             // its name in the data folder
  std::int32_t application_id;  // stands in the file's header, for file(1) and for us
  const char* journal_mode;     // of SQLite
  int cache_kibibytes;
  // Step n leads from version n to n + 1. A step that has been released is never changed.
  std::span<const char* const> steps;
};

// The truth: what was told, and its changes.
const Schema& facts_schema();
// The step of the facts after which the rows are rewritten (plain_texts.h): it is made on the
// tables as they are then, so that later steps find them rewritten.
std::size_t step_of_plain_texts();
// Who may ask. A file of its own, so that making a token never waits for an import that writes
// without a pause, and so that asking for changed tokens is not answered by every chat.
//
// It is written a few times a day and small, so it has no log beside it that could be lost: it can
// be copied with cp, and who reads it always reads the file itself.
const Schema& access_schema();

// Pages of the log after which it is copied into the file; more of them, and more memory, for a
// connection that writes millions of records in large groups.
constexpr int log_pages_before_copying = 16'384;
constexpr int log_pages_of_import = 65'536;
const char* import_settings();

// What is to be done after a step was made, in its transaction: what SQL can't do.
using AfterStep = std::function<Result<void>(std::size_t step, Database& database)>;

// Opens the file, making folder and file where they are missing, and brings its tables up to date.
// `after_step` must not open another file of the folder.
Result<Database> open_database(const std::string& data_folder, const Schema& schema,
                               const AfterStep& after_step = {});

}  // namespace chatreports::store
