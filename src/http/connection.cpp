#include "http/connection.h"

#include "http/peer_state.h"

namespace chatreports::http {

using std::chrono::steady_clock;

void Connection::must_finish_within(std::chrono::milliseconds time) {
  timed_out = false;
  least_taken_ = 0;
  deadline_at_ = steady_clock::now() + time;
  if (!is_armed_ || deadline_at_ < deadline.expiry()) arm();
}

void Connection::must_take_within(std::chrono::milliseconds time, std::uint64_t bytes) {
  must_finish_within(time);
  least_taken_ = bytes;
  take_time_ = time;
  taken_before_ = peer_state(handle, written_bytes).acknowledged_bytes;
}

bool Connection::peer_took_enough() {
  if (least_taken_ == 0) return false;
  const std::uint64_t taken = peer_state(handle, written_bytes).acknowledged_bytes;
  if (taken - taken_before_ < least_taken_) return false;
  taken_before_ = taken;
  deadline_at_ = steady_clock::now() + take_time_;
  return true;
}

void Connection::arm() {
  is_armed_ = true;
  deadline.expires_at(deadline_at_);
  // A wait that ended just before it was replaced is recognized by its number.
  deadline.async_wait(
      [weak = weak_from_this(), number = ++deadline_number_](boost::system::error_code error) {
        const auto connection = weak.lock();
        if (error || !connection || connection->deadline_number_ != number) return;
        if (steady_clock::now() < connection->deadline_at_ || connection->peer_took_enough()) {
          return connection->arm();
        }
        connection->is_armed_ = false;
        connection->timed_out = true;
        connection->cancel();
      });
}

void Connection::cancel() {
  boost::system::error_code ignored;
  stream.socket().cancel(ignored);
}

void Connection::end_sending() {
  boost::system::error_code ignored;
  stream.socket().shutdown(Stream::Socket::shutdown_send, ignored);
}

void Connection::close() {
  deadline.cancel();
  boost::system::error_code ignored;
  stream.socket().close(ignored);
}

std::size_t Connections::count() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

void Connections::insert(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  open_.insert(std::move(connection));
}

void Connections::erase(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  open_.erase(connection);
  if (open_.empty()) empty_.notify_all();
}

bool Connections::wait_until_empty(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, time, [this] { return open_.empty(); });
}

}  // namespace chatreports::http
