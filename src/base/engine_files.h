#pragma once
// The files that an engine keeps in its folder. Nothing else in that folder is the program's:
// somebody may have put it there, or made the folder a link to another one.

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

namespace chatreports {

constexpr std::string_view engine_manifest = "manifest";
constexpr std::string_view engine_new_manifest = "manifest.new";
// Of the other files: the number, with eight digits or more.
std::string engine_file_name(std::uint64_t number);

// Removes the files of such names from the folder, but those that are kept. The first error that
// was met, after which the others are removed nevertheless; none where there is no folder.
std::error_code remove_engine_files(const std::filesystem::path& folder,
                                    const std::set<std::string>& kept = {});

}  // namespace chatreports
