#include "http/listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstddef>
#include <cstring>

#include "base/overloaded.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using asio::ip::tcp;
using boost::system::error_code;

std::unexpected<Error> in_use(const ListenAddress& address) {
  return std::unexpected(Error{
      ErrorKind::in_use, fmt::format("{} is in use by another process", format_address(address))});
}

std::unexpected<Error> cannot_listen(const ListenAddress& address, const std::string& why) {
  return failed(fmt::format("cannot listen on {}: {}", format_address(address), why));
}

// Returns whether a process listens on the socket file.
bool is_listened_to(const asio::any_io_executor& executor,
                    const asio::local::stream_protocol::endpoint& endpoint) {
  asio::local::stream_protocol::socket socket(executor);
  error_code error;
  socket.connect(endpoint, error);
  return error != asio::error::connection_refused;
}

int option_of(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

}  // namespace

std::string format_address(const TcpAddress& address) {
  const bool needs_brackets = address.host.find(':') != std::string::npos;
  return needs_brackets ? fmt::format("[{}]:{}", address.host, address.port)
                        : fmt::format("{}:{}", address.host, address.port);
}

std::string format_address(const ListenAddress& address) {
  return std::visit(Overloaded{[](const TcpAddress& tcp) { return format_address(tcp); },
                               [](const UnixAddress& local) { return "unix:" + local.path; },
                               [](const InheritedSocket& inherited) {
                                 return fmt::format("descriptor {}", inherited.descriptor);
                               }},
                    address);
}

Result<std::unique_ptr<Listener>> Listener::open(const asio::any_io_executor& executor,
                                                 const ListenAddress& address) {
  std::unique_ptr<Listener> listener(new Listener(executor));
  listener->address_ = address;
  const Result<void> listening =
      std::visit([&](const auto& place) { return listener->listen(place); }, address);
  if (!listening) return std::unexpected(listening.error());
  if (const Result<void> found = listener->find_address(); !found) {
    return std::unexpected(found.error());
  }
  return listener;
}

Result<void> Listener::listen(const TcpAddress& address) {
  error_code error;
  tcp::resolver resolver(acceptor_.get_executor());
  const auto endpoints =
      resolver.resolve(address.host, fmt::to_string(address.port), tcp::resolver::passive, error);
  if (error || endpoints.empty()) {
    return failed(fmt::format("{} is not an address to listen on: {}", format_address(address),
                              error.message()));
  }
  const tcp::endpoint endpoint = *endpoints.begin();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) return in_use(address_);
  if (error) return cannot_listen(address_, error.message());
  return {};
}

Result<void> Listener::listen(const UnixAddress& address) {
  constexpr mode_t for_all = 0666;
  constexpr std::size_t most_bytes = sizeof(sockaddr_un::sun_path) - 1;
  if (address.path.size() > most_bytes) {
    return cannot_listen(address_, fmt::format("a path has at most {} bytes", most_bytes));
  }
  const asio::local::stream_protocol::endpoint endpoint(address.path);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.bind(endpoint, error);
  struct stat status{};
  if (error == asio::error::address_in_use && ::lstat(address.path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) {
      return cannot_listen(address_, "there is a file that is not a socket");
    }
    if (is_listened_to(acceptor_.get_executor(), endpoint)) return in_use(address_);
    // A server that was killed has left it.
    ::unlink(address.path.c_str());
    error = {};
    acceptor_.bind(endpoint, error);
  }
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(address_, error.message());
  if (::chmod(address.path.c_str(), for_all) != 0 || ::lstat(address.path.c_str(), &status) != 0) {
    return cannot_listen(address_, std::strerror(errno));
  }
  file_ = {address.path, status.st_dev, status.st_ino};
  return {};
}

Result<void> Listener::listen(const InheritedSocket& socket) {
  const int family = option_of(socket.descriptor, SO_DOMAIN);
  const bool is_stream = option_of(socket.descriptor, SO_TYPE) == SOCK_STREAM &&
                         option_of(socket.descriptor, SO_ACCEPTCONN) == 1;
  if (!is_stream || (family != AF_INET && family != AF_INET6 && family != AF_UNIX)) {
    return cannot_listen(address_, "it is not a listening socket of TCP or of a Unix domain");
  }
  const int protocol = family == AF_UNIX ? 0 : IPPROTO_TCP;
  error_code error;
  acceptor_.assign(stream_protocol(family, protocol), socket.descriptor, error);
  if (error) return cannot_listen(address_, error.message());
  return {};
}

Result<void> Listener::find_address() {
  error_code error;
  const stream_protocol::endpoint endpoint = acceptor_.local_endpoint(error);
  if (error) return cannot_listen(address_, error.message());
  if (endpoint.protocol().family() == AF_UNIX) {
    if (!std::holds_alternative<InheritedSocket>(address_)) return {};
    constexpr std::size_t head = offsetof(sockaddr_un, sun_path);
    const char* const path = reinterpret_cast<const char*>(endpoint.data()) + head;
    address_ = UnixAddress{std::string(path, ::strnlen(path, endpoint.size() - head))};
    return {};
  }
  tcp::endpoint tcp;
  std::memcpy(tcp.data(), endpoint.data(), std::min(endpoint.size(), tcp.capacity()));
  port_ = tcp.port();
  if (auto* const given = std::get_if<TcpAddress>(&address_)) {
    given->port = *port_;
  } else {
    address_ = TcpAddress{tcp.address().to_string(), *port_};
  }
  return {};
}

void Listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  if (!file_) return;
  struct stat status{};
  if (::lstat(file_->path.c_str(), &status) == 0 && status.st_dev == file_->device &&
      status.st_ino == file_->inode) {
    ::unlink(file_->path.c_str());
  }
  file_ = std::nullopt;
}

}  // namespace chatreports::http
