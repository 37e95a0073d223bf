#pragma once
// A client that sends and receives raw bytes over the loopback.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace chatreports::http {

class Peer {
 public:
  explicit Peer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~Peer() {
    if (socket_ >= 0) ::close(socket_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Drops bytes that can't be sent because the server has closed the connection.
  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Sends each text in a packet of its own.
  void send_at_once() {
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  // Ends the connection with a reset.
  void reset() {
    const linger none{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    ::close(std::exchange(socket_, -1));
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  int handle() const { return socket_; }

  // Returns everything until `end`, or until the server closes, or for ten seconds.
  std::string receive_until(std::string_view end) {
    std::string text;
    char buffer[4'096];
    while (text.find(end) == text.npos || end.empty()) {
      pollfd ready{socket_, POLLIN, 0};
      const int found = ::poll(&ready, 1, 10'000);
      if (found < 0 && errno == EINTR) continue;  // a fuzzer has its own alarm clock
      if (found <= 0) return text + "(nothing more for ten seconds)";
      const ssize_t received = ::recv(socket_, buffer, sizeof buffer, 0);
      if (received <= 0) return text;
      text.append(buffer, static_cast<std::size_t>(received));
    }
    return text;
  }
  std::string receive_all() { return receive_until(""); }
  // Returns that many bytes; fewer if the server closes before, or sends nothing for ten seconds.
  std::string receive(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t size = 0;
    while (size < bytes) {
      pollfd ready{socket_, POLLIN, 0};
      const int found = ::poll(&ready, 1, 10'000);
      if (found < 0 && errno == EINTR) continue;
      if (found <= 0) break;
      const ssize_t received = ::recv(socket_, text.data() + size, bytes - size, 0);
      if (received <= 0) break;
      size += static_cast<std::size_t>(received);
    }
    text.resize(size);
    return text;
  }

  std::string ask(std::string_view text) {
    send(text);
    end_sending();
    return receive_all();
  }

 private:
  int socket_;
};

}  // namespace chatreports::http
