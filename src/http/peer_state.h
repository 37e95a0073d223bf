#pragma once
// What the system knows of the other side of a connection.

#include <cstdint>

namespace chatreports::http {

struct PeerState {
  bool has_ended = false;  // it sends nothing more: it has closed, or its sending side alone
  bool is_gone = false;    // it has reset the connection
  std::uint64_t acknowledged_bytes = 0;  // that it has received, since the connection began
};

// Of an open TCP socket. Where the system does not tell, nothing has happened.
PeerState peer_state(int socket);

}  // namespace chatreports::http
