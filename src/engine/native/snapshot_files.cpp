#include "engine/native/snapshot_files.h"

#include <utility>
#include <vector>

namespace chatreports::engine::native {
namespace {

// Asks for the files. Threads make the chunks, each in a place of its own.
template <class Chunk>
void want(const std::vector<std::uint64_t>& files, Chunks<Chunk>& chunks,
          std::vector<ImageFolder::Wanted>& wanted) {
  chunks.resize(files.size());
  auto place = chunks.begin();
  for (const std::uint64_t file : files) {
    wanted.push_back({Chunk::image_kind, file, [place](const std::shared_ptr<const Image>& image) {
                        *place = std::make_shared<const Chunk>(image);
                      }});
    ++place;
  }
}

template <class Chunk>
Result<void> write(const Chunks<Chunk>& chunks, ImageFolder& folder, InFiles<Chunk>& written) {
  for (const auto& chunk : chunks) {
    if (chunk->file() != 0) continue;
    auto image = folder.add(Chunk::image_kind, chunk->pack()->bytes());
    if (!image) return std::unexpected(image.error());
    written[chunk] = std::make_shared<const Chunk>(*std::move(image));
  }
  return {};
}

}  // namespace

Result<std::optional<Snapshot>> read_snapshot(ImageFolder& folder, const Engine::Accepts& accepts,
                                              IdleThreads& idle_threads) {
  const auto manifest = folder.read_manifest();
  if (!manifest) return std::unexpected(manifest.error());
  if (!*manifest) return std::nullopt;
  const Manifest& files = **manifest;
  if (!accepts(files.origin, files.applied)) return std::nullopt;
  if (files.part_count != part_count) {
    return failed("the engine's files were written by another version of the program");
  }
  Snapshot snapshot;
  snapshot.applied = files.applied;
  std::vector<ImageFolder::Wanted> wanted;
  for (const Manifest::OfLicense& license : files.licenses) {
    const auto parts = std::make_shared<LicenseParts>();
    snapshot.licenses[license.license] = parts;
    auto of_part = license.files.begin();
    for_each_part(*parts, [&](auto& chunks) { want(*of_part++, chunks, wanted); });
  }
  if (auto opened = folder.open(std::move(wanted), idle_threads); !opened) {
    return std::unexpected(opened.error());
  }
  return snapshot;
}

Result<void> write_chunks(const Snapshot& snapshot, ImageFolder& folder, WrittenChunks& written) {
  Result<void> result;
  for (const auto& [license, parts] : snapshot.licenses) {
    for_each_part(*parts, [&]<class Chunk>(const Chunks<Chunk>& chunks) {
      if (result) result = write(chunks, folder, std::get<InFiles<Chunk>>(written));
    });
  }
  return result;
}

void replace_chunks(Snapshot& snapshot, const WrittenChunks& written) {
  for (auto& [license, parts] : snapshot.licenses) {
    auto after = std::make_shared<LicenseParts>(*parts);
    for_each_part(*after, [&written]<class Chunk>(Chunks<Chunk>& chunks) {
      const auto& in_files = std::get<InFiles<Chunk>>(written);
      for (auto& chunk : chunks) {
        const auto found = in_files.find(chunk);
        if (found != in_files.end()) chunk = found->second;
      }
    });
    parts = std::move(after);
  }
}

Result<void> write_manifest(const Snapshot& snapshot, std::int64_t origin, ImageFolder& folder) {
  Manifest manifest{snapshot.applied, origin, part_count, {}};
  for (const auto& [license, parts] : snapshot.licenses) {
    Manifest::OfLicense& of_license = manifest.licenses.emplace_back();
    of_license.license = license;
    for_each_part(*parts, [&of_license](const auto& chunks) {
      std::vector<std::uint64_t>& files = of_license.files.emplace_back();
      for (const auto& chunk : chunks) files.push_back(chunk->file());
    });
  }
  return folder.write_manifest(manifest);
}

}  // namespace chatreports::engine::native
