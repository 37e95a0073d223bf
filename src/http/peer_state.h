#pragma once
// The state of a connection's peer, as the system knows it.

#include <cstdint>

namespace chatreports::http {

struct PeerState {
  bool has_ended = false;  // it has closed the connection, or its sending side only
  bool is_gone = false;    // it has reset the connection
  // Since the connection began. For a Unix domain, the bytes that have gone into the socket, which
  // holds few.
  std::uint64_t acknowledged_bytes = 0;
};

// `socket` is an open socket of TCP or of a Unix domain, into which so many bytes were written.
PeerState peer_state(int socket, std::uint64_t written_bytes);

}  // namespace chatreports::http
