#pragma once
// `chatreports import --check`: what an import would read.

#include "app/import.h"

namespace chatreports::app {

// Reads the files and counts what is in them. Writes nothing and makes no folder. Returns the exit
// code of the import.
int run_import_check(const ImportOptions& options);

}  // namespace chatreports::app
