#include "engine/native/files/image_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "base/check.h"
#include "base/engine_files.h"

namespace chatreports::engine::native {
namespace {

// The manifest as its file holds it.
struct ManifestParts {
  std::int64_t applied = 0;
  std::int64_t origin = 0;
  std::uint64_t last_number = 0;
  Array<std::int64_t> licenses;
  std::uint64_t part_count = 0;
  Lists<std::uint64_t> files;  // of each part of the first licence, then of the next

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.applied, self.origin, self.last_number, self.licenses, self.part_count, self.files);
  }
};

// Makes the folder's entries durable.
Result<void> synchronise(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int number = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (done) return {};
  return failed(
      fmt::format("the folder {} cannot be made durable: {}", folder, std::strerror(number)));
}

}  // namespace

std::string ImageFolder::file_of(std::uint64_t number) const {
  return file_of(engine_file_name(number));
}

std::string ImageFolder::file_of(std::string_view name) const {
  return fmt::format("{}/{}", path_, name);
}

Result<std::optional<Manifest>> ImageFolder::read_manifest() {
  const std::string path = file_of(engine_manifest);
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::nullopt;
  const auto image = Image::open(path, manifest_kind, 0);
  if (!image) return std::unexpected(image.error());
  ManifestParts parts;
  ImageReader reader((*image)->bytes());
  reader(parts);
  const std::uint64_t licenses = parts.licenses.size();
  if (!reader.is_whole() || parts.files.size() != licenses * parts.part_count) {
    return failed(path + " is damaged");
  }
  last_number_ = parts.last_number;
  Manifest manifest{{parts.applied}, parts.origin, parts.part_count, {}};
  std::uint32_t next = 0;  // of the lists of files
  for (const std::int64_t license : parts.licenses) {
    Manifest::OfLicense& of_license = manifest.licenses.emplace_back();
    of_license.license = {license};
    for (std::uint64_t part = 0; part < parts.part_count; ++part, ++next) {
      const auto files = parts.files[next];
      of_license.files.emplace_back(files.begin(), files.end());
    }
  }
  return manifest;
}

Result<void> ImageFolder::open(std::vector<Wanted> wanted, IdleThreads& idle_threads) const {
  std::atomic<bool> is_failed = false;
  std::mutex mutex;
  Result<void> result;
  idle_threads.run(wanted.size(), [&](std::size_t at) {
    if (is_failed) return;
    auto image = Image::open(file_of(wanted[at].number), wanted[at].kind, wanted[at].number);
    if (image) {
      wanted[at].take(*std::move(image));
      return;
    }
    const std::lock_guard lock(mutex);
    is_failed = true;
    result = std::unexpected(image.error());
  });
  return result;
}

Result<void> ImageFolder::prepare() {
  if (is_prepared_) return {};
  std::error_code error;
  const bool is_new = std::filesystem::create_directories(path_, error);
  if (error) return failed(fmt::format("{} cannot be made: {}", path_, error.message()));
  if (is_new) std::filesystem::permissions(path_, std::filesystem::perms::owner_all, error);
  is_prepared_ = true;
  return {};
}

Result<std::shared_ptr<const Image>> ImageFolder::add(ImageKind kind,
                                                      std::span<const std::byte> bytes) {
  if (auto prepared = prepare(); !prepared) return std::unexpected(prepared.error());
  const std::uint64_t number = ++last_number_;
  if (auto written = Image::write(file_of(number), kind, bytes); !written) {
    return std::unexpected(written.error());
  }
  return Image::open(file_of(number), kind, number);
}

Result<void> ImageFolder::write_manifest(const Manifest& manifest) {
  if (auto prepared = prepare(); !prepared) return prepared;
  ManifestParts parts;
  parts.applied = manifest.applied.value;
  parts.origin = manifest.origin;
  parts.last_number = last_number_;
  parts.part_count = manifest.part_count;
  std::vector<std::int64_t> licenses;
  Lists<std::uint64_t>::Builder files;
  std::set<std::string> kept{std::string(engine_manifest)};
  for (const Manifest::OfLicense& license : manifest.licenses) {
    CHECK(license.files.size() == manifest.part_count);
    licenses.push_back(license.license.value);
    for (const std::vector<std::uint64_t>& of_part : license.files) {
      files.push_back(of_part);
      for (const std::uint64_t number : of_part) kept.insert(engine_file_name(number));
    }
  }
  parts.licenses = std::move(licenses);
  parts.files = std::move(files).build();
  // The files become durable before the manifest that names them.
  if (auto done = synchronise(path_); !done) return done;
  const std::string path = file_of(engine_manifest);
  const std::string new_path = file_of(engine_new_manifest);
  auto written = Image::write(new_path, manifest_kind, bytes_of(parts));
  if (!written) return written;
  if (std::rename(new_path.c_str(), path.c_str()) != 0) {
    return failed(fmt::format("{} cannot be replaced: {}", path, std::strerror(errno)));
  }
  if (auto done = synchronise(path_); !done) return done;
  // A file that cannot be removed now is removed the next time.
  [[maybe_unused]] const std::error_code ignored = remove_engine_files(path_, kept);
  return {};
}

}  // namespace chatreports::engine::native
