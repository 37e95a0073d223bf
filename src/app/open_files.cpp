#include "app/open_files.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>

namespace chatreports::app {
namespace {

constexpr rlim_t least_files = 32;  // SQLite's, for two stores, and those of a server
constexpr rlim_t files_beside_connections = 64;

// Returns the limit afterwards.
rlim_t raise_to(rlim_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return wanted;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace

Result<void> require_open_files() {
  const rlim_t allowed = raise_to(least_files);
  if (allowed >= least_files) return {};
  return failed(
      fmt::format("the system allows this process {} open files, and it needs {}; raise the limit "
                  "(`ulimit -n`)",
                  allowed, least_files));
}

void allow_open_files(std::size_t connections) {
  const rlim_t wanted = connections + files_beside_connections;
  const rlim_t allowed = raise_to(wanted);
  if (allowed >= wanted) return;
  spdlog::warn(
      "the system allows {} open files, which is fewer than {} connections need; raise "
      "`ulimit -n` or lower --max-connections",
      allowed, connections);
}

}  // namespace chatreports::app
