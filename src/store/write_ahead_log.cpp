#include "store/write_ahead_log.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "store/descriptor.h"

namespace chatreports::store {
namespace {

// The format is described at https://www.sqlite.org/fileformat2.html#walformat. Numbers are
// big-endian.
constexpr std::size_t header_bytes = 32;
constexpr std::size_t frame_header_bytes = 24;
constexpr std::uint32_t magic_of_little_endian_sums = 0x377f0682;

using Sums = std::array<std::uint32_t, 2>;

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

std::uint32_t little_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[3]} << 24 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[0]};
}

// The magic number says which byte order the words of the sums have.
Sums sums_of(const unsigned char* bytes, std::size_t size, bool are_little_endian, Sums before) {
  for (std::size_t at = 0; at < size; at += 8) {
    const auto word = are_little_endian ? little_endian : big_endian;
    before[0] += word(bytes + at) + before[1];
    before[1] += word(bytes + at + 4) + before[0];
  }
  return before;
}

bool has_sums(const unsigned char* bytes, Sums sums) {
  return big_endian(bytes) == sums[0] && big_endian(bytes + 4) == sums[1];
}

}  // namespace

Result<LogState> read_log(const std::string& path) {
  const std::string log = path + "-wal";
  const Descriptor file = Descriptor::open_for_reading(log);
  LogState state;
  if (!file.is_open()) {
    if (errno == ENOENT) return state;
    return failed(fmt::format("{} cannot be opened ({})", log, std::strerror(errno)));
  }
  std::array<unsigned char, header_bytes> header{};
  std::uint64_t at = 0;
  if (!file.read_at(header, at)) return state;
  const std::uint32_t magic = big_endian(header.data());
  const std::uint32_t page_bytes = big_endian(header.data() + 8);
  const bool are_little_endian = magic == magic_of_little_endian_sums;
  Sums sums = sums_of(header.data(), 24, are_little_endian, {});
  const bool is_header_whole = magic >> 1 == magic_of_little_endian_sums >> 1 &&
                               has_sums(header.data() + 24, sums) && page_bytes >= 512 &&
                               page_bytes <= 65'536;
  std::vector<unsigned char> frame(frame_header_bytes + (is_header_whole ? page_bytes : 512));
  at += header_bytes;
  if (!is_header_whole) {
    state.is_header_damaged = file.read_at(frame, at);
    return state;
  }
  for (bool is_whole = true; file.read_at(frame, at); at += frame.size()) {
    const bool is_of_this_log = std::memcmp(frame.data() + 8, header.data() + 16, 8) == 0;
    const bool is_commit = big_endian(frame.data() + 4) != 0;
    if (is_whole) {
      sums = sums_of(frame.data(), 8, are_little_endian, sums);
      sums = sums_of(frame.data() + frame_header_bytes, page_bytes, are_little_endian, sums);
      is_whole = is_of_this_log && has_sums(frame.data() + 16, sums);
      if (is_whole) {
        ++state.whole_frames;
        continue;
      }
    }
    if (is_of_this_log && is_commit) ++state.commits_after_damage;
  }
  return state;
}

}  // namespace chatreports::store
