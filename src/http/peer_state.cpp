#include "http/peer_state.h"

// The kernel's header: the C library's lacks all fields since 2007.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace chatreports::http {
namespace {

// States of a connection in TCP_INFO: RFC 9293, section 3.3.2. No public header of Linux names
// them.
constexpr int state_closed = 7;
constexpr int state_close_wait = 8;

}  // namespace

PeerState peer_state(int socket, std::uint64_t written_bytes) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    pollfd state{socket, POLLRDHUP, 0};
    ::poll(&state, 1, 0);
    return {(state.revents & POLLRDHUP) != 0, (state.revents & (POLLHUP | POLLERR)) != 0,
            written_bytes};
  }
  return {info.tcpi_state == state_close_wait, info.tcpi_state == state_closed,
          info.tcpi_bytes_acked};
}

}  // namespace chatreports::http
