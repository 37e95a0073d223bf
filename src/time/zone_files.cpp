#include "time/zone_files.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

namespace chatreports {
namespace {

constexpr std::size_t header_bytes = 44;
constexpr std::size_t most_bytes_of_file = std::size_t{1} << 20;  // the largest has some kilobytes
constexpr std::int64_t year_2037 = 2'114'380'800;
constexpr std::size_t most_offset_seconds = std::size_t{26} * 3'600;

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
  const std::size_t unused_bits = 64 - 8 * bytes.size();
  return static_cast<std::int64_t>(value << unused_bits) >> unused_bits;
}

// A part of the file: a header and the elements that it counts. Version 1 has times of 4 bytes;
// from version 2 on, a second part with times of 8 bytes follows.
struct Part {
  std::size_t universal_flags;
  std::size_t standard_flags;
  std::size_t leap_seconds;
  std::size_t times;
  std::size_t types;
  std::size_t letters;

  std::size_t bytes(std::size_t bytes_of_time) const {
    return times * (bytes_of_time + 1) + types * 6 + letters + leap_seconds * (bytes_of_time + 4) +
           standard_flags + universal_flags;
  }
};

Result<Part> read_header(std::string_view bytes) {
  if (bytes.size() < header_bytes) return failed("it ends within a header");
  if (!bytes.starts_with("TZif")) return failed("it does not begin with TZif");
  std::array<std::size_t, 6> counts{};
  for (std::size_t at = 0; at < counts.size(); ++at) {
    const std::int64_t count = big_endian(bytes.substr(20 + 4 * at, 4));
    if (count < 0 || count > static_cast<std::int64_t>(most_bytes_of_file)) {
      return failed("it counts more than it can hold");
    }
    counts[at] = static_cast<std::size_t>(count);
  }
  const Part part{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
  if (part.types == 0 || part.letters == 0) return failed("it has no kinds of local time");
  if ((part.standard_flags != 0 && part.standard_flags != part.types) ||
      (part.universal_flags != 0 && part.universal_flags != part.types)) {
    return failed("its counts don't agree");
  }
  return part;
}

Result<void> check_body(const Part& part, std::string_view bytes, std::size_t bytes_of_time) {
  if (bytes.size() < part.bytes(bytes_of_time)) return failed("it is cut off");
  std::int64_t before = INT64_MIN;
  for (std::size_t at = 0; at < part.times; ++at) {
    const std::int64_t time = big_endian(bytes.substr(at * bytes_of_time, bytes_of_time));
    if (at > 0 && time <= before) return failed("its times don't ascend");
    before = time;
  }
  const std::string_view indices = bytes.substr(part.times * bytes_of_time, part.times);
  for (const char index : indices) {
    if (static_cast<unsigned char>(index) >= part.types) return failed("an index is out of range");
  }
  const std::string_view types = bytes.substr(part.times * (bytes_of_time + 1), part.types * 6);
  for (std::size_t at = 0; at < part.types; ++at) {
    const std::string_view type = types.substr(at * 6, 6);
    const std::int64_t offset = big_endian(type.substr(0, 4));
    if (offset < -static_cast<std::int64_t>(most_offset_seconds) ||
        offset > static_cast<std::int64_t>(most_offset_seconds)) {
      return failed("an offset is more than a day");
    }
    if (static_cast<unsigned char>(type[5]) >= part.letters) {
      return failed("an index is out of range");
    }
  }
  const std::size_t letters_at = part.times * (bytes_of_time + 1) + part.types * 6;
  if (bytes[letters_at + part.letters - 1] != '\0') return failed("a name has no end");
  return {};
}

std::int64_t last_time(const Part& part, std::string_view body) {
  return part.times == 0 ? INT64_MIN : big_endian(body.substr((part.times - 1) * 8, 8));
}

}  // namespace

Result<void> check_zone_file(std::string_view bytes) {
  const auto first = read_header(bytes);
  if (!first) return std::unexpected(first.error());
  const char version = bytes[4];
  bytes.remove_prefix(header_bytes);
  if (auto checked = check_body(*first, bytes, 4); !checked) return checked;
  if (version == '\0') return {};
  bytes.remove_prefix(first->bytes(4));
  const auto second = read_header(bytes);
  if (!second) return std::unexpected(second.error());
  if (bytes[4] != version) return failed("its two versions don't agree");
  bytes.remove_prefix(header_bytes);
  if (auto checked = check_body(*second, bytes, 8); !checked) return checked;
  const std::int64_t last = last_time(*second, bytes);
  bytes.remove_prefix(second->bytes(8));
  if (bytes.size() < 2 || bytes.front() != '\n' || bytes.back() != '\n') {
    return failed("it is cut off");
  }
  // A rule for the time after the last transition. The library does not read it.
  if (bytes.find(',') != bytes.npos && last < year_2037) {
    return failed("it is in the slim form, which lists no times up to 2037");
  }
  return {};
}

Result<void> check_zone_file_at(const std::string& path) {
  const auto cannot_be_read = [&path](std::string_view why) {
    return failed(
        fmt::format("the time zone file {} cannot be read: {}; install the package tzdata "
                    "again",
                    path, why));
  };
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rbe"), close);
  if (file == nullptr) return cannot_be_read(std::strerror(errno));
  std::string bytes;
  std::array<char, 8'192> part{};
  while (std::feof(file.get()) == 0) {
    const std::size_t count = std::fread(part.data(), 1, part.size(), file.get());
    if (std::ferror(file.get()) != 0) return cannot_be_read(std::strerror(errno));
    bytes.append(part.data(), count);
    if (bytes.size() > most_bytes_of_file) return cannot_be_read("it is too large");
  }
  if (auto checked = check_zone_file(bytes); !checked) {
    return cannot_be_read(checked.error().message);
  }
  return {};
}

}  // namespace chatreports
