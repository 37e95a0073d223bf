#pragma once
// Records on their way from the thread that reads to the thread that writes, in groups that are
// worth a transaction. Memory is bounded: whoever reads waits for whoever writes.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "chat/record.h"

namespace chatreports::app {

// A group is ready when it has reached any of these.
struct GroupLimits {
  std::size_t records = 200'000;
  std::size_t bytes = std::size_t{192} << 20;  // of memory, about
  std::chrono::milliseconds age{2'000};        // of its first record
};

// In the parts in which they were pushed.
using RecordGroup = std::vector<std::vector<chat::Record>>;

class RecordQueue {
 public:
  explicit RecordQueue(GroupLimits limits = {}) : limits_(limits) {}
  RecordQueue(const RecordQueue&) = delete;
  RecordQueue& operator=(const RecordQueue&) = delete;

  // Waits while there is a full group that nobody has taken. Answers whether the records were
  // accepted: not after close().
  bool push(std::vector<chat::Record> records);

  // Waits for a group to be ready. After close() answers what is left, and then nothing. `used` is
  // the group before, whose memory whoever pushes next gives back: that takes its time, and whoever
  // takes has more to do.
  RecordGroup take(RecordGroup used = {});

  // No more records. Accepted records can still be taken.
  void close();

 private:
  bool is_full() const;

  const GroupLimits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  RecordGroup group_;
  std::size_t records_ = 0;  // in it
  std::size_t bytes_ = 0;    // likewise
  std::chrono::steady_clock::time_point first_pushed_at_;
  RecordGroup used_;  // of no use any more
  bool closed_ = false;
};

}  // namespace chatreports::app
