#pragma once
// Where a server listens.

#include <cstdint>
#include <string>
#include <variant>

namespace chatreports::http {

struct TcpAddress {
  std::string host = "127.0.0.1";  // without the brackets of an IPv6 address
  std::uint16_t port = 8080;       // 0: the system chooses one
  bool operator==(const TcpAddress&) const = default;
};

// A Unix domain socket at this path. It never uses TLS.
struct UnixAddress {
  std::string path;
  bool operator==(const UnixAddress&) const = default;
};

// A listening socket that the process was started with, of TCP or of a Unix domain.
struct InheritedSocket {
  int descriptor = -1;
  bool operator==(const InheritedSocket&) const = default;
};

using ListenAddress = std::variant<TcpAddress, UnixAddress, InheritedSocket>;

// Returns `HOST:PORT`, with an IPv6 address in brackets.
std::string format_address(const TcpAddress& address);
// Returns that, `unix:PATH`, or `descriptor N`.
std::string format_address(const ListenAddress& address);

}  // namespace chatreports::http
