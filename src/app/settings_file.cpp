#include "app/settings_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/printable.h"

namespace chatreports::app {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

Result<std::string> text_of(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return failed(fmt::format("{} does not exist", path));
  }
  if (!error && status.type() != std::filesystem::file_type::regular) {
    return failed(fmt::format("{} is not a file", path));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof() && !file) {
    return failed(fmt::format("{} can't be read: {}", path, std::strerror(errno)));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > most_bytes) {
    return failed(
        fmt::format("{} is not a file of settings: it has more than {} bytes", path, most_bytes));
  }
  if (text.find('\0') != text.npos) {
    return failed(fmt::format("{} is not a file of settings: it is not text", path));
  }
  return text;
}

const Setting* find(const std::vector<Setting>& settings, const std::string& name) {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? nullptr : &*found;
}

}  // namespace

Result<std::vector<Setting>> read_settings(const std::string& path) {
  const auto text = text_of(path);
  if (!text) return std::unexpected(text.error());
  std::vector<CLI::ConfigItem> items;
  try {
    std::istringstream lines(*text);
    items = CLI::ConfigTOML().from_config(lines);
  } catch (const std::exception& exception) {
    return failed(fmt::format("{}: {}", path, exception.what()));
  }
  std::vector<Setting> settings;
  for (CLI::ConfigItem& item : items) {
    if (item.name == "--") continue;  // the end of a section
    if (item.name == "++") {
      return failed(fmt::format("{}: there are no sections; remove the line [{}]", path,
                                printable(fmt::format("{}", fmt::join(item.parents, ".")))));
    }
    if (!item.parents.empty()) {
      return failed(
          fmt::format("{}: there are no sections; write a line NAME = VALUE in place of {}", path,
                      printable(item.fullname())));
    }
    const auto known = std::ranges::find(settings, item.name, &Setting::name);
    if (known == settings.end()) {
      settings.push_back({std::move(item.name), std::move(item.inputs)});
    } else {
      std::ranges::move(item.inputs, std::back_inserter(known->values));
    }
  }
  return settings;
}

std::vector<std::string> changed_settings(const std::vector<Setting>& before,
                                          const std::vector<Setting>& after) {
  std::vector<std::string> names;
  for (const Setting& setting : before) {
    const Setting* const now = find(after, setting.name);
    if (now == nullptr || *now != setting) names.push_back(setting.name);
  }
  for (const Setting& setting : after) {
    if (find(before, setting.name) == nullptr) names.push_back(setting.name);
  }
  return names;
}

}  // namespace chatreports::app
