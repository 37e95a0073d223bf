#pragma once
// The state of a connection's other side, as the system knows it.

#include <cstdint>

namespace chatreports::http {

struct PeerState {
  bool has_ended = false;  // it sends nothing more: it has closed, or its sending side alone
  bool is_gone = false;    // it has reset the connection
  std::uint64_t acknowledged_bytes = 0;  // that it has received, since the connection began
};

// `socket` is an open TCP socket. If the system does not tell its state, all fields are zero.
PeerState peer_state(int socket);

}  // namespace chatreports::http
