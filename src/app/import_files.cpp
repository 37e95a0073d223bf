#include "app/import_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/messages.h"
#include "base/printable.h"

namespace chatreports::app {
namespace {

bool is_folder(const std::string& path) {
  std::error_code error;
  return path != "-" && std::filesystem::is_directory(path, error);
}

void add_files_of(const std::string& folder, ImportFiles& all) {
  std::vector<std::string> files;
  ingest::PassedOver passed_over;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    std::error_code not_there;
    const bool is_taken = entry->is_regular_file(not_there) &&
                          (ingest::has_name_of_records(name) || ingest::has_name_of_archive(name));
    if (is_taken) {
      files.push_back(entry->path());
    } else {
      passed_over.add(name);
    }
  }
  if (error) {
    all.errors.push_back(
        {ErrorKind::failed, fmt::format("cannot read the folder {}: {}", folder, error.message())});
  } else if (files.empty()) {
    all.errors.push_back(
        {ErrorKind::invalid, fmt::format("the folder {} holds no file {}, and no *.zip", folder,
                                         ingest::ends_of_names)});
  } else if (passed_over.count > 0) {
    all.notes.push_back(note_of(folder, passed_over));
  }
  std::ranges::sort(files);
  all.files.insert(all.files.end(), files.begin(), files.end());
}

}  // namespace

ImportFiles files_of(const std::vector<std::string>& given) {
  ImportFiles all;
  for (const std::string& path : given) {
    if (is_folder(path)) {
      add_files_of(path, all);
    } else {
      all.files.push_back(path);
    }
  }
  return all;
}

bool can_open_any(const ImportFiles& files) {
  std::vector<Error> errors = files.errors;
  for (const std::string& file : files.files) {
    if (file == "-" || ::access(file.c_str(), R_OK) == 0) return true;
    errors.push_back({ErrorKind::failed,
                      fmt::format("cannot open {}: {}", printable(file), std::strerror(errno))});
  }
  for (const Error& error : errors) say_error(error);
  return false;
}

std::uint64_t bytes_of(const ImportFiles& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files.files) {
    struct stat status{};
    const int failure =
        file == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(file.c_str(), &status);
    if (failure != 0 || !S_ISREG(status.st_mode)) return 0;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

std::string note_of(const std::string& path, const ingest::PassedOver& passed_over) {
  return printable(
      passed_over.count == 1
          ? fmt::format("{}: {} in it was not read, because of its name", path, passed_over.first)
          : fmt::format("{}: {} and {} more in it were not read, because of their names", path,
                        passed_over.first, passed_over.count - 1));
}

}  // namespace chatreports::app
