#include "http/peer_state.h"

// The system's own header: that of the C library lacks what is younger than 2007.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace chatreports::http {
namespace {

// States of a connection as TCP_INFO tells them: RFC 9293, section 3.3.2. Linux names them in a
// header that it keeps to itself.
constexpr int state_closed = 7;
constexpr int state_close_wait = 8;

}  // namespace

PeerState peer_state(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return {info.tcpi_state == state_close_wait, info.tcpi_state == state_closed,
          info.tcpi_bytes_acked};
}

}  // namespace chatreports::http
