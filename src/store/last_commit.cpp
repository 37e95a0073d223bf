#include "store/last_commit.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "store/file_digest.h"
#include "store/write_ahead_log.h"

namespace chatreports::store {
namespace {

constexpr std::uint64_t magic = 0x314c'5243'4843;  // "CHCRL1"

using Bytes = std::array<std::uint64_t, 6>;  // magic, change, page, digest, settled, checksum

std::span<unsigned char> writable(Bytes& bytes) {
  return {reinterpret_cast<unsigned char*>(bytes.data()), sizeof bytes};
}

std::uint64_t checksum_of(const Bytes& bytes) {
  return XXH3_64bits(bytes.data(), sizeof bytes - sizeof bytes.back());
}

std::unexpected<Error> refused(const std::string& path, std::string_view what,
                               std::string_view remedy) {
  return failed(fmt::format("{}: {}; restore a backup (`chatreports restore`), or, to go on {}",
                            path, what, remedy));
}

}  // namespace

std::optional<LastCommit::Note> LastCommit::read(const Descriptor& file) {
  Bytes bytes{};
  if (!file.read_at(writable(bytes), 0)) return std::nullopt;
  if (bytes[0] != magic || bytes[5] != checksum_of(bytes)) return std::nullopt;
  return Note{static_cast<std::int64_t>(bytes[1]), static_cast<std::int64_t>(bytes[2]), bytes[3],
              bytes[4] != 0};
}

bool LastCommit::is_replaced(const Note& note, const std::string& path) {
  if (!note.is_settled) return false;
  const Descriptor database = Descriptor::open_for_reading(path);
  return digest_of_file(note.counters_page, [&](std::span<unsigned char> bytes, std::int64_t at) {
           return database.is_open() && database.read_at(bytes, static_cast<std::uint64_t>(at));
         }) != note.digest;
}

std::int64_t LastCommit::least_change(const std::string& data_folder, const std::string& path) {
  const Descriptor file = Descriptor::open_for_reading(data_folder + "/last_commit");
  const std::optional<Note> found = file.is_open() ? read(file) : std::nullopt;
  return found && !is_replaced(*found, path) ? found->change : 0;
}

Error LastCommit::missing_change(const std::string& path, std::int64_t least, ChangeNumber last) {
  return refused(path,
                 fmt::format("change {} was acknowledged, and the last that is there is {}: its "
                             "log is damaged or was removed",
                             least, last.value),
                 "without what is missing, remove last_commit")
      .error();
}

Result<std::unique_ptr<LastCommit>> LastCommit::look(const std::string& data_folder,
                                                     const std::string& path) {
  const std::string name = data_folder + "/last_commit";
  Descriptor file = Descriptor::open_or_make(name);
  if (!file.is_open()) {
    return failed(fmt::format("{} cannot be opened ({}); check the folder's permissions", name,
                              std::strerror(errno)));
  }
  const std::optional<Note> found = read(file);
  const auto log = read_log(path);
  if (!log) return std::unexpected(log.error());
  if (log->is_header_damaged) {
    return refused(path, "the header of its log is damaged, and what was acknowledged last with it",
                   "without that, remove the log and last_commit");
  }
  if (log->commits_after_damage > 1) {
    return refused(path, "its log is damaged, and what was acknowledged last can't be read",
                   "without that, remove last_commit");
  }
  std::unique_ptr<LastCommit> last(new LastCommit(path, std::move(file), found));
  if (found) {
    last->was_replaced_ = is_replaced(*found, path);
    if (last->was_replaced_ && log->whole_frames > 0) {
      return refused(path, "its log belongs to another file, which this one has replaced",
                     "with this file alone, remove its log and last_commit");
    }
  }
  last->file_will_change();
  return last;
}

LastCommit::~LastCommit() {
  if (is_compared_ || !found_) return;
  now_ = *found_;
  write();
}

Result<std::optional<std::string>> LastCommit::compare(Database& database, ChangeNumber last) {
  std::optional<std::string> replaced;
  if (found_ && last.value < found_->change) {
    if (!was_replaced_) {
      // Somebody may be able to recover more from the log.
      database.leave_log();
      return std::unexpected(missing_change(path_, found_->change, last));
    }
    replaced = fmt::format(
        "{} was replaced since it was written last, by a backup as it seems: its last change is "
        "{}, and was {}",
        path_, last.value, found_->change);
  }
  is_compared_ = true;
  now_.change = last.value;
  file_has_changed(database);
  return replaced;
}

void LastCommit::note(ChangeNumber last) {
  now_.change = last.value;
  write();
}

void LastCommit::file_will_change() {
  now_.is_settled = false;
  write();
}

void LastCommit::file_has_changed(Database& database) {
  const auto page = database.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'counters'");
  if (!page) return;
  now_.counters_page = *page;
  now_.digest = digest_of_file(*page, [&](std::span<unsigned char> bytes, std::int64_t at) {
    return database.read_file(bytes, at);
  });
  now_.is_settled = true;
  write();
}

// If it cannot be written, a later start knows less.
void LastCommit::write() {
  Bytes bytes{magic,
              static_cast<std::uint64_t>(now_.change),
              static_cast<std::uint64_t>(now_.counters_page),
              now_.digest,
              now_.is_settled ? 1U : 0U,
              0};
  bytes[5] = checksum_of(bytes);
  static_cast<void>(file_.write_at(writable(bytes), 0));
}

}  // namespace chatreports::store
