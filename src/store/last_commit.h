#pragma once
// The file `last_commit` of a data folder: what was acknowledged last, noted beside SQLite's files.
// SQLite passes over a damaged end of its log in silence, and takes the log of another file for its
// own; a start compares what it finds with this. The note is not synced: after the machine has
// stopped it may be older than the store, which is right, for it says "at least this".

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "store/descriptor.h"
#include "store/sqlite.h"

namespace chatreports::store {

// Belongs to whoever holds the folder's lock.
class LastCommit {
 public:
  // Before SQLite opens the database at `path`: whether its log is whole and its own.
  static Result<std::unique_ptr<LastCommit>> look(const std::string& data_folder,
                                                  const std::string& path);
  // Where it was not compared, the note is what it was before.
  ~LastCommit();
  LastCommit(const LastCommit&) = delete;
  LastCommit& operator=(const LastCommit&) = delete;

  // When it is open: whether the last change is there. Answers a sentence for the log where the
  // store was replaced by an older one, a backup.
  Result<std::optional<std::string>> compare(Database& database, ChangeNumber last);

  // After a commit.
  void note(ChangeNumber last);

  // Around whatever copies the log into the file.
  void file_will_change();
  void file_has_changed(Database& database);

  // The file as it is, while nothing copies the log into it: its digest and the page of the
  // counters, see store/file_digest.h. Nothing where it could not be read.
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
    // Of the file: of its first page and the one of the counters, which each copying changes.
    std::int64_t counters_page = 0;
    std::uint64_t digest = 0;
    bool is_settled = false;  // the file is what the digest says
  };

  LastCommit(std::string path, Descriptor file, std::optional<Note> found)
      : path_(std::move(path)),
        file_(std::move(file)),
        found_(found),
        now_(found.value_or(Note{})) {}
  static std::optional<Note> read(const Descriptor& file);
  void write();

  std::string path_;  // of the database
  Descriptor file_;
  std::optional<Note> found_;
  bool was_replaced_ = false;
  bool is_compared_ = false;
  Note now_;
};

}  // namespace chatreports::store
