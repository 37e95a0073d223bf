#pragma once
// Identifies the content of a store's file by a digest of its first page and of the page of the
// counters. One of them changes whenever SQLite copies its log into the file.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <xxhash.h>

namespace chatreports::store {

// `read(bytes, offset)` returns whether it could read the bytes. Page 0 stands for no page.
template <class Read>
std::uint64_t digest_of_file(std::int64_t counters_page, Read read) {
  constexpr std::size_t page_bytes = 4'096;
  std::uint64_t digest = 0;
  for (const std::int64_t page : {std::int64_t{1}, counters_page}) {
    std::array<unsigned char, page_bytes> bytes{};
    if (page < 1 || !read(std::span<unsigned char>(bytes),
                          (page - 1) * static_cast<std::int64_t>(page_bytes))) {
      bytes = {};
    }
    digest = XXH3_64bits_withSeed(bytes.data(), bytes.size(), digest);
  }
  return digest;
}

}  // namespace chatreports::store
