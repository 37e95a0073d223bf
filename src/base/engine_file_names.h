#pragma once
// The names of the files that an engine keeps in its folder. Nothing else in that folder is the
// program's: somebody may have put it there, or made the folder a link to another one.

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

namespace chatreports {

constexpr std::string_view engine_manifest = "manifest";
constexpr std::string_view engine_new_manifest = "manifest.new";

// Whether the program may have made it: a file whose name is that of a manifest, or a number of
// eight digits or more.
inline bool is_engine_file(const std::filesystem::directory_entry& entry) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string name = entry.path().filename().string();
  const bool is_name = name == engine_manifest || name == engine_new_manifest ||
                       (name.size() >= 8 && std::ranges::all_of(name, is_digit));
  std::error_code ignored;
  return is_name && entry.symlink_status(ignored).type() == std::filesystem::file_type::regular;
}

}  // namespace chatreports
