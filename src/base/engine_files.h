#pragma once
// The files of an engine in its folder. All other files there belong to somebody else, who may
// also have made the folder a link to another one.

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

namespace chatreports {

constexpr std::string_view engine_manifest = "manifest";
constexpr std::string_view engine_new_manifest = "manifest.new";
// The name of another file: its number, with eight digits or more.
std::string engine_file_name(std::uint64_t number);

// Removes the files of such names from the folder, except those to keep. Returns the first error,
// after which it still removes the others; none if there is no folder.
std::error_code remove_engine_files(const std::filesystem::path& folder,
                                    const std::set<std::string>& kept = {});

}  // namespace chatreports
