#pragma once
// The bytes that a connection has received and nobody has taken yet, in one run, so that a
// request's head can be parsed as a whole.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace chatreports::http {

// The caller bounds it: it grows only where room is asked for.
class InputBuffer {
 public:
  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // Where `size` more bytes can be written behind those that are there. Views are invalid then.
  std::span<char> room(std::size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return {data_.get() + end_, size};
  }
  // So many bytes of the room were written.
  void add(std::size_t size) { end_ += size; }

  // The first `size` bytes are done with.
  void take(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Gives memory back where nothing is kept and more than `most` is held.
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
