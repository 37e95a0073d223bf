#pragma once
// Looks after connections that wait for something else than their peers: whether anybody is still
// there, and whether answers that wait in memory are read.

#include <boost/asio/awaitable.hpp>

#include "http/connection.h"
#include "http/session.h"

namespace chatreports::http {

// Until the server stops. Several times a second it
// - abandons requests whose peer has reset the connection, and those whose peer has closed its
//   sending side for half_closed_timeout;
// - ends connections whose peers read nothing, the longest first, while the answers that wait are
//   most of what may wait;
// - gives memory back to the system after a large answer.
boost::asio::awaitable<void> watch_connections(Connections& connections, Shared& shared);

}  // namespace chatreports::http
