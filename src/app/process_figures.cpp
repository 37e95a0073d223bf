#include "app/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace chatreports::app {
namespace {

using api::Sample;

// Returns the fields of /proc/self/stat from the third on: the name before may have spaces.
std::vector<std::string> fields_of_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return {};
  const std::size_t name_end = line.rfind(')');
  if (name_end == line.npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// When the system started, in seconds since 1970.
double boot_time() {
  std::ifstream file("/proc/stat");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("btime ")) return number(line.substr(6));
  }
  return 0;
}

std::ptrdiff_t open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  return error ? 0 : std::distance(begin(files), end(files)) - 1;  // without the folder itself
}

}  // namespace

std::vector<Sample> process_figures() {
  // Places of proc(5)'s fields, which count from 1, among those from the third on.
  constexpr std::size_t utime = 14 - 3;
  constexpr std::size_t stime = 15 - 3;
  constexpr std::size_t threads = 20 - 3;
  constexpr std::size_t start = 22 - 3;
  constexpr std::size_t virtual_bytes = 23 - 3;
  constexpr std::size_t resident_pages = 24 - 3;
  using enum Sample::Kind;
  std::vector<Sample> samples;
  const std::vector<std::string> fields = fields_of_stat();
  if (fields.size() > resident_pages) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    samples = {
        {"process_cpu_seconds_total",
         "User and system time.",
         counter,
         {{(number(fields[utime]) + number(fields[stime])) / ticks}}},
        {"process_threads", "Threads.", gauge, {{number(fields[threads])}}},
        {"process_start_time_seconds",
         "When the process started, since 1970.",
         gauge,
         {{boot_time() + number(fields[start]) / ticks}}},
        {"process_virtual_memory_bytes",
         "Addresses in use.",
         gauge,
         {{number(fields[virtual_bytes])}}},
        {"process_resident_memory_bytes",
         "Memory, with the mapped files that are in memory.",
         gauge,
         {{number(fields[resident_pages]) * static_cast<double>(::sysconf(_SC_PAGESIZE))}}},
    };
  }
  samples.push_back({"process_open_fds",
                     "Open files and connections.",
                     gauge,
                     {{static_cast<double>(open_descriptors())}}});
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    samples.push_back({"process_max_fds",
                       "How many files may be open.",
                       gauge,
                       {{static_cast<double>(limit.rlim_cur)}}});
  }
  return samples;
}

}  // namespace chatreports::app
