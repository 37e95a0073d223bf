#include "store/data_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "store/file_digest.h"

namespace chatreports::store {

Error replaced_file(const std::string& path) {
  return {ErrorKind::failed,
          fmt::format("{} was removed, renamed or replaced while chatreports had it; nothing more "
                      "is acknowledged; put it back where it was, or start chatreports again",
                      path)};
}

DataFiles::DataFiles(const std::string& data_folder, const std::string& store,
                     const std::string& access)
    : log_(store + "-wal"),
      files_{{data_folder, identity_of(data_folder)},
             {store, identity_of(store)},
             {log_, identity_of(log_)},
             {store + "-shm", identity_of(store + "-shm")}},
      access_(access, identity_of(access)),
      store_(store),
      store_file_(Descriptor::open_for_reading(store)) {}

Result<void> DataFiles::check() const {
  for (const File& file : files_) {
    if (auto there = check(file); !there) return there;
  }
  if (auto there = check_access(); !there) return there;
  if (auto whole = check_content(); !whole) return whole;
  const std::uint64_t known = log_bytes_;
  // Read twice, because a commit may have come between.
  if (log_bytes() >= known || log_bytes_ != known) return {};
  return failed(
      fmt::format("{} was cut while chatreports had it, and what was written last is lost; nothing "
                  "more is acknowledged; start chatreports again, which says what to do",
                  log_));
}

Result<void> DataFiles::check_access() const {
  return check(access_);
}

Result<void> DataFiles::check(const File& file) {
  if (identity_of(file.first) == file.second) return {};
  return std::unexpected(replaced_file(file.first));
}

void DataFiles::log_has_changed() {
  log_bytes_ = log_bytes();
}

void DataFiles::store_will_change() {
  const std::scoped_lock lock(mutex_);
  content_.reset();
}

void DataFiles::store_has_changed(std::int64_t counters_page, std::uint64_t digest) {
  struct stat status{};
  if (::fstat(store_file_.number(), &status) != 0) return;
  const std::scoped_lock lock(mutex_);
  content_ = Content{status.st_mtim, status.st_size, counters_page, digest};
}

Result<void> DataFiles::check_content() const {
  const std::scoped_lock lock(mutex_);
  struct stat status{};
  if (!content_ || ::fstat(store_file_.number(), &status) != 0) return {};
  const auto is_as_it_was = [&] {
    return status.st_mtim.tv_sec == content_->modified.tv_sec &&
           status.st_mtim.tv_nsec == content_->modified.tv_nsec &&
           status.st_size == content_->bytes;
  };
  if (is_as_it_was()) return {};
  const std::uint64_t digest = digest_of_file(
      content_->counters_page, [this](std::span<unsigned char> bytes, std::int64_t offset) {
        return store_file_.read_at(bytes, static_cast<std::uint64_t>(offset));
      });
  if (digest == content_->digest && status.st_size == content_->bytes) {
    content_->modified = status.st_mtim;  // somebody has set its time
    return {};
  }
  return failed(
      fmt::format("{} was overwritten while chatreports had it; nothing more is acknowledged, and "
                  "chatreports doesn't write to it any more; start chatreports again, which says "
                  "what to do",
                  store_));
}

// 0 if there is no log.
std::uint64_t DataFiles::log_bytes() const {
  struct stat status{};
  return ::stat(log_.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// A missing file has inode 0.
DataFiles::Identity DataFiles::identity_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace chatreports::store
