#pragma once
// A folder of images: each a file under a number that is never used again, and a manifest that
// names those that belong together. The manifest is replaced as one; a file that it does not name
// is rubbish, and removed when the next one is written.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "engine/native/files/image.h"

namespace chatreports::engine::native {

// What was visible at one moment, as files.
struct Manifest {
  struct OfLicense {
    LicenseId license;
    std::vector<std::uint64_t> segments;  // the numbers of their files, in the order of the chunks
    std::vector<std::uint64_t> greeting_events;
    std::uint64_t agent_times = 0;
  };
  ChangeNumber applied;
  std::int64_t origin = 0;  // see NativeEngine::save
  std::vector<OfLicense> licenses;
};

// Used by one thread at a time.
class ImageFolder {
 public:
  explicit ImageFolder(std::string path) : path_(std::move(path)) {}

  // Nothing where there is none.
  Result<std::optional<Manifest>> read_manifest();

  struct Wanted {
    ImageKind kind;
    std::uint64_t number;
    // Called with the image, from any thread, one call for each that is wanted.
    std::function<void(std::shared_ptr<const Image>)> take;
  };
  // Opens them all, on all threads that are idle. An error that was met.
  Result<void> open(std::vector<Wanted> wanted) const;

  // Writes a new file, and opens it.
  Result<std::shared_ptr<const Image>> add(ImageKind kind, std::span<const std::byte> bytes);
  // From now on these files are the ones to read, and other files of an engine are removed, see
  // base/engine_files.h.
  Result<void> write_manifest(const Manifest& manifest);

 private:
  std::string file_of(std::uint64_t number) const;
  std::string file_of(std::string_view name) const;
  Result<void> prepare();

  std::string path_;
  std::uint64_t last_number_ = 0;
  bool is_prepared_ = false;
};

}  // namespace chatreports::engine::native
