#pragma once
// The state of a connection's peer, as the system knows it.

#include <cstdint>

namespace chatreports::http {

struct PeerState {
  bool has_ended = false;                // it has closed the connection, or its sending side only
  bool is_gone = false;                  // it has reset the connection
  std::uint64_t acknowledged_bytes = 0;  // since the connection began
};

// `socket` is an open TCP socket. All fields are zero if the system can't tell its state.
PeerState peer_state(int socket);

}  // namespace chatreports::http
