#pragma once
// A folder of images. Each image is a file named by a number that is never used again. A manifest
// names the files that belong together. It is replaced atomically; files that it does not name are
// removed when the next manifest is written.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "engine/idle_threads.h"
#include "engine/native/files/image.h"

namespace chatreports::engine::native {

inline constexpr ImageKind manifest_kind = image_kind_of("mani");

// The files of a snapshot.
struct Manifest {
  struct OfLicense {
    LicenseId license;
    std::vector<std::vector<std::uint64_t>> files;  // of each part, in the order of its chunks
  };
  ChangeNumber applied;
  std::int64_t origin = 0;       // see Engine::save
  std::uint64_t part_count = 0;  // of each licence
  std::vector<OfLicense> licenses;
};

// Use it from one thread at a time.
class ImageFolder {
 public:
  explicit ImageFolder(std::string path) : path_(std::move(path)) {}

  // Returns nothing if there is none.
  Result<std::optional<Manifest>> read_manifest();

  struct Wanted {
    ImageKind kind;
    std::uint64_t number;
    // Called once with the image, from any thread.
    std::function<void(std::shared_ptr<const Image>)> take;
  };
  // Opens all of them, with the help of idle threads. Returns one of the errors, if any.
  Result<void> open(std::vector<Wanted> wanted, IdleThreads& idle_threads) const;

  // Writes a new file and opens it.
  Result<std::shared_ptr<const Image>> add(ImageKind kind, std::span<const std::byte> bytes);
  // Replaces the manifest, and removes the engine's files that it does not name; see
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
