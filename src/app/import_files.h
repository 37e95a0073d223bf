#pragma once
// Which files an import reads.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "ingest/formats/csv_mapping.h"
#include "ingest/input_file.h"

namespace chatreports::ingest {
struct Format;
}

namespace chatreports::app {

struct ImportFiles {
  std::vector<std::string> files;  // in the order in which they are read; "-" is standard input
  std::vector<std::string> notes;  // about other files in folders
  std::vector<Error> errors;       // of folders
};

// How files are read.
struct ImportForm {
  const ingest::Format* format = nullptr;             // null: formats are recognised
  std::shared_ptr<const ingest::CsvMapping> mapping;  // of tables; null: they are no tables
};

// Replaces each folder by its files with records and its zip archives, sorted by name. It does not
// look into the folders in it.
ImportFiles files_of(const std::vector<std::string>& given);

// Returns whether one of the files can be opened. Otherwise prints why none can, so that no data
// folder is made for nothing.
bool can_open_any(const ImportFiles& files);

// Returns the size of all files; 0 if one of them is a pipe or missing, so the size is unknown.
std::uint64_t bytes_of(const ImportFiles& files);

// Returns a line about files of a folder or an archive that are not read.
std::string note_of(const std::string& path, const ingest::PassedOver& passed_over);

}  // namespace chatreports::app
