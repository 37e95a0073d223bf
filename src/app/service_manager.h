#pragma once
// The side of a service that systemd sees: sd_listen_fds(3) and sd_notify(3). Their protocol is
// stable and needs no library.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/listen_address.h"

namespace chatreports::app {

// Returns the listening sockets that the process was started with. Call it once, before any other
// thread starts.
std::vector<http::ListenAddress> take_inherited_sockets();

// Without a manager that listens, nothing happens. One thread at a time.
class ServiceManager {
 public:
  // Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID.
  ServiceManager();

  // `status` is shown by systemctl status.
  void say_ready(std::string_view status) const;
  void say_reloading() const;
  void say_stopping() const;
  void say_alive() const;

  // How often the manager wants to hear say_alive(), half of its patience; nothing if it does not.
  std::optional<std::chrono::milliseconds> time_between_signs() const {
    return time_between_signs_;
  }

 private:
  void send(std::string_view message) const;

  std::string socket_;  // empty: there is no manager
  std::optional<std::chrono::milliseconds> time_between_signs_;
};

}  // namespace chatreports::app
