#pragma once
// `chatreports delete`.

#include <cstdint>
#include <string>

#include "chat/deletion.h"

namespace chatreports::app {

struct DeleteOptions {
  std::string data_folder;
  std::int64_t license = 0;
  chat::Deletion deletion;
};

// Deletes from a folder that no server uses, and removes the engine's files. Returns the exit code:
// 0 deleted, 1 failed, 128 + n after signal n; then the deletion goes on with the next one or when
// a server starts.
int run_delete(const DeleteOptions& options);

}  // namespace chatreports::app
