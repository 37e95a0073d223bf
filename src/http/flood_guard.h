#pragma once
// Tells a peer that works from one that only makes work: frames that carry no request and no body,
// and requests that it resets.

#include <algorithm>
#include <cstddef>

namespace chatreports::http {

// A connection has a credit. Each frame spends some, and useful ones earn more than they spend, so
// only a peer that sends little else uses it up.
class FloodGuard {
 public:
  static constexpr std::size_t most_credit = std::size_t{1} << 20;

  // All bytes that come.
  void take_input(std::size_t bytes) { spend(bytes); }
  // Each frame takes time, even if it is empty.
  void take_frame() { spend(bytes_of_a_frame); }
  // Each field of a head or a trailer, unpacked: a byte may stand for a field of the largest size.
  void take_field(std::size_t bytes) { spend(bytes); }
  // A head that is not too large; `bytes` are those of its fields.
  void take_head(std::size_t bytes) { earn(bytes); }
  // A body that comes in frames of one byte is slow, not useless.
  void take_body(std::size_t bytes) { earn(bytes * bytes_of_a_body_byte); }
  // Answers are read with frames that make room for more.
  void send_body(std::size_t bytes) { earn(bytes); }
  // `was_useful` if it was answered, and its head was not too large.
  void end_request(bool was_useful) {
    if (was_useful) {
      earn(bytes_of_a_request);
    } else {
      spend(bytes_of_a_reset);
    }
  }

  // True from the moment on at which the credit was used up.
  bool is_flooded() const { return is_flooded_; }

 private:
  static constexpr std::size_t bytes_of_a_frame = 24;
  static constexpr std::size_t bytes_of_a_body_byte = 9 + 1 + bytes_of_a_frame;  // and frame head
  static constexpr std::size_t bytes_of_a_request = 16'384;
  static constexpr std::size_t bytes_of_a_reset = 1'024;

  void spend(std::size_t bytes) {
    is_flooded_ = is_flooded_ || bytes >= credit_;
    credit_ -= std::min(credit_, bytes);
  }
  void earn(std::size_t bytes) { credit_ += std::min(most_credit - credit_, bytes); }

  std::size_t credit_ = most_credit;
  bool is_flooded_ = false;
};

}  // namespace chatreports::http
