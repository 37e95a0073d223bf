#include "http/connection_watch.h"

#include <malloc.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <vector>

#include "http/peer_state.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Time = steady_clock::time_point;

constexpr milliseconds time_between_looks{200};
// A peer that has read nothing for this time loses its connection if memory for answers is short.
constexpr milliseconds stalled_after{1'000};

using Found = std::vector<std::shared_ptr<Connection>>;

// Returns whether nobody will read the answer.
bool is_left(Connection& connection, const PeerState& state, Time now, milliseconds half_closed) {
  if (state.is_gone) return true;
  if (connection.requests_with(Watch::endings) == 0 || !state.has_ended) return false;
  if (!connection.ended_at) connection.ended_at = now;
  return now - *connection.ended_at >= half_closed;
}

void note_progress(Connection& connection, const PeerState& state, Time now) {
  if (state.acknowledged_bytes == connection.acknowledged_bytes) return;
  connection.acknowledged_bytes = state.acknowledged_bytes;
  connection.progress_at = now;
}

// Reduces `stalled` to the connections that must end so that at most `most` bytes wait.
void keep_enough(Found& stalled, std::size_t waiting, std::size_t most) {
  std::ranges::sort(stalled, {}, [](const auto& connection) { return connection->progress_at; });
  std::size_t kept = 0;
  while (kept < stalled.size() && waiting > most) {
    waiting -= std::min<std::size_t>(waiting, stalled[kept]->waiting_bytes);
    ++kept;
  }
  stalled.resize(kept);
}

}  // namespace

asio::awaitable<void> watch_connections(Connections& connections, Shared& shared) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!shared.stopping) {
    timer.expires_after(time_between_looks);
    co_await timer.async_wait(no_throw);
    const Time now = steady_clock::now();
    Found left;
    Found stalled;
    connections.for_each([&](const std::shared_ptr<Connection>& connection) {
      const bool is_watched = connection->requests_with(Watch::resets) > 0 ||
                              connection->requests_with(Watch::endings) > 0;
      if (!is_watched && connection->waiting_bytes == 0) return;
      const PeerState state = peer_state(connection->handle, connection->written_bytes);
      if (is_watched && is_left(*connection, state, now, shared.options.half_closed_timeout)) {
        left.push_back(connection);
      }
      if (connection->waiting_bytes == 0) return;
      note_progress(*connection, state, now);
      if (now - connection->progress_at >= stalled_after) stalled.push_back(connection);
    });
    // Outside of the list's lock: the callbacks of `abandoned` may do anything.
    for (const auto& connection : left) connection->abandoned.request_stop();
    const std::size_t limit = shared.waiting_answers.limit();
    keep_enough(stalled, shared.waiting_answers.taken(), limit - limit / 4);
    for (const auto& connection : stalled) {
      asio::post(connection->stream.get_executor(), [connection] { connection->cancel(); });
    }
    if (shared.was_large.exchange(false)) ::malloc_trim(0);
  }
}

}  // namespace chatreports::http
