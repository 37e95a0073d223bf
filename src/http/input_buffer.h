#pragma once
// The bytes that a connection has received and not yet used, in one piece, so that a request's head
// can be parsed as a whole.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace chatreports::http {

// The caller limits its size: it grows only when room is asked for.
class InputBuffer {
 public:
  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // Returns room for `size` more bytes after those that are there. Invalidates views.
  std::span<char> room(std::size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return {data_.get() + end_, size};
  }
  // Call after `size` bytes of the room were written.
  void add(std::size_t size) { end_ += size; }

  // Removes the first `size` bytes.
  void take(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Frees the memory if the buffer is empty and larger than `most`.
  void shrink(std::size_t most) {
    if (!empty() || capacity_ <= most) return;
    data_ = nullptr;
    capacity_ = 0;
  }

 private:
  void make_room(std::size_t size) {
    const std::size_t kept = end_ - begin_;
    if (capacity_ >= kept + size) {
      std::memmove(data_.get(), data_.get() + begin_, kept);
    } else {
      const std::size_t larger = std::max(kept + size, capacity_ + capacity_ / 2);
      auto data = std::make_unique_for_overwrite<char[]>(larger);
      if (kept > 0) std::memcpy(data.get(), data_.get() + begin_, kept);
      data_ = std::move(data);
      capacity_ = larger;
    }
    begin_ = 0;
    end_ = kept;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace chatreports::http
