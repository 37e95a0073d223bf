#pragma once
// A listening socket.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "http/listen_address.h"

namespace chatreports::http {

// One thread at a time.
class Listener {
 public:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

  // Listens when it returns. Fails with the address and what is in the way. A socket file that
  // nobody listens to any more is replaced; anybody may connect to the new one who can reach it.
  static Result<std::unique_ptr<Listener>> open(const boost::asio::any_io_executor& executor,
                                                const ListenAddress& address);
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  Acceptor& acceptor() { return acceptor_; }
  bool is_tcp() const { return port_.has_value(); }
  std::optional<std::uint16_t> port() const { return port_; }
  // Where it listens: with the port that the system has chosen.
  const ListenAddress& address() const { return address_; }
  // Also removes the file of its Unix domain socket, unless another one has replaced it.
  void close();

 private:
  explicit Listener(const boost::asio::any_io_executor& executor) : acceptor_(executor) {}
  Result<void> listen(const TcpAddress& address);
  Result<void> listen(const UnixAddress& address);
  Result<void> listen(const InheritedSocket& socket);
  Result<void> find_address();

  struct File {
    std::string path;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
  };

  Acceptor acceptor_;
  ListenAddress address_;
  std::optional<std::uint16_t> port_;
  std::optional<File> file_;  // that it has made
};

}  // namespace chatreports::http
