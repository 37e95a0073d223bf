#pragma once
// A connection, and the list of open connections.

#include <array>
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

#include "base/budget.h"
#include "http/body_pipe.h"
#include "http/held_bytes.h"
#include "http/input_buffer.h"
#include "http/stream.h"

namespace chatreports::http {

// The events that abandon a connection's requests before they are answered.
enum class Watch : std::uint8_t {
  resets,   // the peer resets the connection
  endings,  // that, or it closed its sending side some time ago
};

// Requests and answers of a connection are counted against the limits of all connections once they
// are larger than these.
constexpr std::size_t uncounted_request_bytes = std::size_t{16} << 10;
constexpr std::size_t uncounted_answer_bytes = std::size_t{64} << 10;

// Used on its strand only, except where it says any thread.
struct Connection : std::enable_shared_from_this<Connection> {
  // The budgets are those of all connections.
  Connection(Stream::Socket accepted, Budget& all_requests, Budget& all_answers)
      : stream(std::move(accepted)),
        deadline(stream.get_executor()),
        requests(all_requests, uncounted_request_bytes),
        answers(all_answers, uncounted_answer_bytes),
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
  ConnectionBytes requests;
  ConnectionBytes answers;
  std::vector<std::shared_ptr<BodyPipe>> pipes;  // of the bodies that are being streamed

  // Any thread may use what follows. `abandoned` is asked to stop when nobody waits for an answer.
  std::stop_source abandoned;
  std::atomic<int>& requests_with(Watch watch) { return watched[static_cast<std::size_t>(watch)]; }
  std::array<std::atomic<int>, 2> watched{};
  std::atomic<std::size_t> waiting_bytes = 0;    // of the answers being written
  std::atomic<std::uint64_t> written_bytes = 0;  // without those of TLS, since it began
  const int handle;                              // of the socket, while the connection is listed

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
  Watching(Connection& connection, Watch watch) : count_(connection.requests_with(watch)) {
    ++count_;
  }
  ~Watching() { --count_; }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  std::atomic<int>& count_;
};

// Shows watch_connections, while it exists, that bytes of an answer wait to be written.
class WaitingBytes {
 public:
  WaitingBytes(Connection& connection, std::size_t bytes)
      : waiting_(connection.waiting_bytes), bytes_(bytes) {
    waiting_ += bytes_;
  }
  ~WaitingBytes() { waiting_ -= bytes_; }
  WaitingBytes(const WaitingBytes&) = delete;
  WaitingBytes& operator=(const WaitingBytes&) = delete;

 private:
  std::atomic<std::size_t>& waiting_;
  const std::size_t bytes_;
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
