#pragma once
// `chatreports import`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/import_files.h"
#include "chat/rating_scale.h"

namespace chatreports::app {

struct ImportOptions {
  std::string data_folder;
  std::int64_t license = 0;
  std::vector<std::string> files;  // or folders of files; "-" is standard input
  bool is_check = false;           // says what would happen, see app/import_check.h
  bool takes_deleted = false;      // records of what was deleted, too
  std::optional<chat::RatingScale> rating_scale = {};  // of the licence, from now on
  ImportForm form = {};
};

// Returns the exit code: 0 all records are in, 3 some were refused, 1 failed, 128 + n after signal
// n.
int run_import(const ImportOptions& options);

}  // namespace chatreports::app
