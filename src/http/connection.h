#pragma once
// A connection, and the list of open connections.

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "http/body_pipe.h"
#include "http/input_buffer.h"
#include "http/stream.h"

namespace chatreports::http {

// The events that abandon a request before it is answered.
enum class Watch : std::uint8_t {
  nothing,
  resets,   // the peer resets the connection
  endings,  // that, or it closed its sending side some time ago
};

// Used on its strand only, except where it says any thread.
struct Connection : std::enable_shared_from_this<Connection> {
  explicit Connection(Stream::Socket accepted)
      : stream(std::move(accepted)),
        deadline(stream.get_executor()),
        handle(stream.socket().native_handle()) {}

  // Reads and writes fail after `time` from now. Most finish long before, so the timer is left
  // running, and checks at its end whether the deadline has moved.
  void must_finish_within(std::chrono::milliseconds time);
  // Writes fail once the peer takes fewer than `bytes` in a `time`.
  void must_take_within(std::chrono::milliseconds time, std::uint64_t bytes);

  // Fails all reads and writes under way.
  void cancel();
  void end_sending();
  void close();

  Stream stream;
  boost::asio::steady_timer deadline;
  bool timed_out = false;
  bool idle = true;  // between requests
  InputBuffer buffer;
  std::shared_ptr<BodyPipe> pipe;  // while a body is streamed

  // Any thread may use the next four. `abandoned` is asked to stop when nobody waits for the
  // answer.
  std::stop_source abandoned;
  std::atomic<Watch> watched = Watch::nothing;
  std::atomic<std::size_t> waiting_bytes = 0;  // of the answer being written
  const int handle;                            // of the socket, while the connection is listed

  // For watch_connections only.
  std::optional<std::chrono::steady_clock::time_point> ended_at;
  std::uint64_t acknowledged_bytes = 0;
  std::chrono::steady_clock::time_point progress_at;

 private:
  void arm();
  bool peer_took_enough();

  std::chrono::steady_clock::time_point deadline_at_;
  std::uint64_t deadline_number_ = 0;
  bool is_armed_ = false;  // a wait for the timer is under way
  // While an answer is written; else zero.
  std::uint64_t least_taken_ = 0;
  std::chrono::milliseconds take_time_{0};
  std::uint64_t taken_before_ = 0;
};

// Watches a connection while it exists.
class Watching {
 public:
  Watching(Connection& connection, Watch watch) : connection_(connection) {
    connection_.watched = watch;
  }
  ~Watching() { connection_.watched = Watch::nothing; }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  Connection& connection_;
};

// The open connections. Any thread.
class Connections {
 public:
  using List = std::set<std::shared_ptr<Connection>>;

  std::size_t count() const;
  void insert(std::shared_ptr<Connection> connection);
  void erase(const std::shared_ptr<Connection>& connection);
  // Calls `see` for each; none is closed during that.
  template <class See>
  void for_each(const See& see) {
    const std::lock_guard lock(mutex_);
    for (const auto& connection : open_) see(connection);
  }
  // Returns false if some are still open after `time`.
  bool wait_until_empty(std::chrono::milliseconds time);

 private:
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  List open_;
};

// Lists a connection while this object exists, and closes the connection after that.
class OpenConnection {
 public:
  OpenConnection(Connections& list, std::shared_ptr<Connection> connection)
      : list_(list), connection_(std::move(connection)) {
    list_.insert(connection_);
  }
  ~OpenConnection() {
    // The list must not name the socket when its number goes to another one.
    list_.erase(connection_);
    connection_->close();
  }
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;

 private:
  Connections& list_;
  const std::shared_ptr<Connection> connection_;
};

}  // namespace chatreports::http
