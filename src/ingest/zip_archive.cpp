#include "ingest/zip_archive.h"

#include <fmt/format.h>
#include <minizip/unzip.h>

#include <algorithm>
#include <utility>

#include "base/printable.h"

namespace chatreports::ingest {
namespace {

constexpr std::size_t max_name_bytes = 4'096;
constexpr std::size_t most_at_once = std::size_t{64} << 10;
constexpr uLong flag_of_encryption = 1;
constexpr uLong stored = 0;
constexpr uLong deflated = 8;

}  // namespace

struct ZipArchive::File {
  unzFile handle = nullptr;
  unz_file_info64 member{};
  std::uint64_t data_begin = 0;  // of the member, in the file

  explicit File(unzFile opened) : handle(opened) {}
  ~File() { unzClose(handle); }  // it closes a member that is open, too
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

ZipArchive::ZipArchive(std::string path, std::unique_ptr<File> file)
    : path_(std::move(path)), file_(std::move(file)) {}

ZipArchive::~ZipArchive() = default;

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(const std::string& path) {
  const unzFile handle = unzOpen64(path.c_str());
  if (handle == nullptr) {
    return invalid(fmt::format(
        "{}: the zip archive is damaged or was cut short: it has no list of its files at its end",
        path));
  }
  return std::unique_ptr<ZipArchive>(new ZipArchive(path, std::make_unique<File>(handle)));
}

Result<std::optional<std::string>> ZipArchive::next() {
  if (state_ == State::open) unzCloseCurrentFile(file_->handle);
  state_ = State::ended;
  packed_bytes_before_ = packed_bytes_read_;
  unz_global_info64 archive{};
  int status = unzGetGlobalInfo64(file_->handle, &archive);
  if (status == UNZ_OK && archive.number_entry == 0) return std::nullopt;
  if (status == UNZ_OK) {
    status = std::exchange(is_at_first_, false) ? unzGoToFirstFile(file_->handle)
                                                : unzGoToNextFile(file_->handle);
  }
  if (status == UNZ_END_OF_LIST_OF_FILE) return std::nullopt;
  std::string name(max_name_bytes, '\0');
  if (status == UNZ_OK) {
    status = unzGetCurrentFileInfo64(file_->handle, &file_->member, name.data(), name.size(),
                                     nullptr, 0, nullptr, 0);
  }
  if (status != UNZ_OK) {
    return invalid(fmt::format("{}: the list of files in the zip archive is damaged", path_));
  }
  name.resize(std::min<std::size_t>(file_->member.size_filename, name.size()));
  member_ = name;
  size_ = file_->member.uncompressed_size;
  state_ = State::not_begun;
  return name;
}

Result<std::size_t> ZipArchive::read(std::span<char> into) {
  if (state_ == State::not_begun) {
    if (auto begun = begin_member(); !begun) return std::unexpected(begun.error());
  }
  if (state_ != State::open || into.empty()) return 0;
  const auto room = static_cast<unsigned>(std::min(into.size(), most_at_once));
  const int got = unzReadCurrentFile(file_->handle, into.data(), room);
  const std::uint64_t position = unzGetCurrentFileZStreamPos64(file_->handle);
  packed_bytes_read_ = packed_bytes_before_ + (position - std::min(file_->data_begin, position));
  if (got > 0) return static_cast<std::size_t>(got);
  if (got < 0) return refused("is damaged");
  return end_member();
}

Result<void> ZipArchive::begin_member() {
  const unz_file_info64& member = file_->member;
  if ((member.flag & flag_of_encryption) != 0) return refused("is encrypted");
  if (member.compression_method != stored && member.compression_method != deflated) {
    return refused(fmt::format("is packed in a way (number {}) that is not supported here",
                               member.compression_method));
  }
  if (unzOpenCurrentFile(file_->handle) != UNZ_OK) return refused("is damaged");
  state_ = State::open;
  file_->data_begin = unzGetCurrentFileZStreamPos64(file_->handle);
  return {};
}

// Where packed data ends too early, the library says no more than that it has ended.
Result<std::size_t> ZipArchive::end_member() {
  const bool is_whole = unztell64(file_->handle) == size_;
  const bool is_intact = unzCloseCurrentFile(file_->handle) == UNZ_OK;
  state_ = State::ended;
  if (!is_whole || !is_intact) return refused("is damaged");
  return 0;
}

std::unexpected<Error> ZipArchive::refused(const std::string& why) {
  if (state_ == State::open) unzCloseCurrentFile(file_->handle);
  state_ = State::failed;
  return invalid(fmt::format("{}: the file {} in the zip archive {}; those after it are not read",
                             path_, printable(member_), why));
}

}  // namespace chatreports::ingest
