#pragma once
// The file `last_commit` of a data folder: a note of the last acknowledged change, beside SQLite's
// files. SQLite silently ignores a damaged end of its log, and applies the log of another file; a
// start compares what it finds with the note. The note is not synced. After the machine has stopped
// it may be older than the store, which is right: it says "at least this".

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "store/descriptor.h"
#include "store/sqlite.h"

namespace chatreports::store {

// For the holder of the folder's lock.
class LastCommit {
 public:
  // Call before SQLite opens the database at `path`. Fails if its log is damaged or that of another
  // file.
  static Result<std::unique_ptr<LastCommit>> look(const std::string& data_folder,
                                                  const std::string& path);
  // For readers without the lock, before they open the database at `path`: returns the number of a
  // change that must be there, 0 if any number is right. Makes and changes no file.
  static std::int64_t least_change(const std::string& data_folder, const std::string& path);
  // Why a store whose last change is `last` must not be used.
  static Error missing_change(const std::string& path, std::int64_t least, ChangeNumber last);
  // Restores the note if `compare` was not called.
  ~LastCommit();
  LastCommit(const LastCommit&) = delete;
  LastCommit& operator=(const LastCommit&) = delete;

  // Call when the database is open. Fails if the last change is missing. Returns a sentence for the
  // log if the store was replaced by an older copy, a backup.
  Result<std::optional<std::string>> compare(Database& database, ChangeNumber last);

  // Call after a commit.
  void note(ChangeNumber last);

  // Call both around everything that copies the log into the file.
  void file_will_change();
  void file_has_changed(Database& database);

  // The state of the file while nothing copies the log into it: its digest and the page of the
  // counters, see store/file_digest.h. Nothing if it could not be read.
  struct FileState {
    std::int64_t counters_page = 0;
    std::uint64_t digest = 0;
  };
  std::optional<FileState> file_state() const {
    if (!now_.is_settled) return std::nullopt;
    return FileState{now_.counters_page, now_.digest};
  }

 private:
  struct Note {
    std::int64_t change = 0;
    // The digest of the file, which each copying changes.
    std::int64_t counters_page = 0;
    std::uint64_t digest = 0;
    bool is_settled = false;  // the file has that digest
  };

  LastCommit(std::string path, Descriptor file, std::optional<Note> found)
      : path_(std::move(path)),
        file_(std::move(file)),
        found_(found),
        now_(found.value_or(Note{})) {}
  static std::optional<Note> read(const Descriptor& file);
  // Returns whether the database is another file than that of the note.
  static bool is_replaced(const Note& note, const std::string& path);
  void write();

  std::string path_;  // of the database
  Descriptor file_;
  std::optional<Note> found_;
  bool was_replaced_ = false;
  bool is_compared_ = false;
  Note now_;
};

}  // namespace chatreports::store
