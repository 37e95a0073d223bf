#include "app/service_manager.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/printable.h"

namespace chatreports::app {
namespace {

constexpr int first_inherited = 3;

std::optional<std::int64_t> number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace

std::vector<http::ListenAddress> take_inherited_sockets() {
  constexpr std::int64_t most = 64;
  const std::int64_t count = number_in("LISTEN_FDS").value_or(0);
  const bool is_ours = number_in("LISTEN_PID") == ::getpid();
  std::vector<http::ListenAddress> sockets;
  for (int at = 0; is_ours && at < std::min(count, most); ++at) {
    const int descriptor = first_inherited + at;
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    sockets.emplace_back(http::InheritedSocket{descriptor});
  }
  return sockets;
}

ServiceManager::ServiceManager() {
  if (const char* const socket = std::getenv("NOTIFY_SOCKET")) socket_ = socket;
  const auto patience = number_in("WATCHDOG_USEC");
  const auto watched = number_in("WATCHDOG_PID");
  if (patience && *patience > 0 && (!watched || *watched == ::getpid())) {
    time_between_signs_ = std::chrono::milliseconds(std::max<std::int64_t>(*patience / 2'000, 1));
  }
}

void ServiceManager::say_ready(std::string_view status) const {
  send(fmt::format("READY=1\nSTATUS={}", printable(status)));
}

void ServiceManager::say_reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                   std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000));
}

void ServiceManager::say_stopping() const {
  send("STOPPING=1");
}

void ServiceManager::say_alive() const {
  send("WATCHDOG=1");
}

void ServiceManager::send(std::string_view message) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  std::ranges::copy(socket_, address.sun_path);
  // An abstract socket begins with a zero byte, which systemd writes as @.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  ::sendto(descriptor, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

}  // namespace chatreports::app
