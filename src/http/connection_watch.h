#pragma once
// Watches connections whose peers wait for an answer, or leave answers unread.

#include <boost/asio/awaitable.hpp>

#include "http/connection.h"
#include "http/shared.h"

namespace chatreports::http {

// Runs until the server stops. Several times a second it
// - abandons requests whose peer has reset the connection, or closed its sending side
//   half_closed_timeout ago;
// - ends connections whose peers read nothing, the longest first, while unread answers take most of
//   the memory that they may take;
// - gives memory back to the system after a large answer.
boost::asio::awaitable<void> watch_connections(Connections& connections, Shared& shared);

}  // namespace chatreports::http
