#include "base/engine_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace chatreports {
namespace {

bool is_engine_file(const std::filesystem::directory_entry& entry) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string name = entry.path().filename().string();
  const bool is_name = name == engine_manifest || name == engine_new_manifest ||
                       (name.size() >= 8 && std::ranges::all_of(name, is_digit));
  std::error_code ignored;
  return is_name && entry.symlink_status(ignored).type() == std::filesystem::file_type::regular;
}

}  // namespace

std::string engine_file_name(std::uint64_t number) {
  return fmt::format("{:08}", number);
}

std::error_code remove_engine_files(const std::filesystem::path& folder,
                                    const std::set<std::string>& kept) {
  std::error_code first;
  if (!std::filesystem::exists(folder, first)) return first;
  std::vector<std::filesystem::path> rubbish;
  for (std::filesystem::directory_iterator entry(folder, first), end; !first && entry != end;
       entry.increment(first)) {
    const std::filesystem::path& path = entry->path();
    if (is_engine_file(*entry) && !kept.contains(path.filename().string())) rubbish.push_back(path);
  }
  for (const std::filesystem::path& path : rubbish) {
    std::error_code error;
    std::filesystem::remove(path, error);
    if (!first) first = error;
  }
  return first;
}

}  // namespace chatreports
