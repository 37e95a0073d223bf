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

#include "base/engine_files.h"
#include "engine/idle_threads.h"

namespace chatreports::engine::native {
namespace {

// The manifest, as it is in its file.
struct ManifestParts {
  std::int64_t applied = 0;
  std::int64_t origin = 0;
  std::uint64_t last_number = 0;
  Array<std::int64_t> licenses;
  Lists<std::uint64_t> segments;         // of each licence
  Lists<std::uint64_t> greeting_events;  // likewise
  Array<std::uint64_t> agent_times;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.applied, self.origin, self.last_number, self.licenses, self.segments,
           self.greeting_events, self.agent_times);
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
  const auto image = Image::open(path, ImageKind::manifest, 0);
  if (!image) return std::unexpected(image.error());
  ManifestParts parts;
  ImageReader reader((*image)->bytes());
  reader(parts);
  if (!reader.is_whole()) return failed(path + " is damaged");
  last_number_ = parts.last_number;
  Manifest manifest{{parts.applied}, parts.origin, {}};
  for (std::uint32_t at = 0; at < parts.licenses.size(); ++at) {
    const auto segments = parts.segments[at];
    const auto greeting_events = parts.greeting_events[at];
    manifest.licenses.push_back({{parts.licenses[at]},
                                 {segments.begin(), segments.end()},
                                 {greeting_events.begin(), greeting_events.end()},
                                 parts.agent_times[at]});
  }
  return manifest;
}

Result<void> ImageFolder::open(std::vector<Wanted> wanted) const {
  std::atomic<bool> is_failed = false;
  std::mutex mutex;
  Result<void> result;
  IdleThreads::shared().run(wanted.size(), [&](std::size_t at) {
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
  std::vector<std::int64_t> licenses;
  Lists<std::uint64_t>::Builder segments;
  Lists<std::uint64_t>::Builder greeting_events;
  std::vector<std::uint64_t> agent_times;
  std::set<std::string> kept{std::string(engine_manifest)};
  const auto keep = [&](std::uint64_t number) { kept.insert(engine_file_name(number)); };
  for (const Manifest::OfLicense& license : manifest.licenses) {
    licenses.push_back(license.license.value);
    segments.push_back(license.segments);
    greeting_events.push_back(license.greeting_events);
    agent_times.push_back(license.agent_times);
    std::ranges::for_each(license.segments, keep);
    std::ranges::for_each(license.greeting_events, keep);
    keep(license.agent_times);
  }
  parts.licenses = std::move(licenses);
  parts.segments = std::move(segments).build();
  parts.greeting_events = std::move(greeting_events).build();
  parts.agent_times = std::move(agent_times);
  // What it names is there before it is.
  if (auto done = synchronise(path_); !done) return done;
  const std::string path = file_of(engine_manifest);
  const std::string new_path = file_of(engine_new_manifest);
  auto written = Image::write(new_path, ImageKind::manifest, bytes_of(parts));
  if (!written) return written;
  if (std::rename(new_path.c_str(), path.c_str()) != 0) {
    return failed(fmt::format("{} cannot be replaced: {}", path, std::strerror(errno)));
  }
  if (auto done = synchronise(path_); !done) return done;
  // A file that can't be removed now is tried again the next time.
  static_cast<void>(remove_engine_files(path_, kept));
  return {};
}

}  // namespace chatreports::engine::native
