#pragma once
// A queue from the thread that reads records to the thread that writes them, in groups large enough
// for a transaction. It bounds memory: a reader that is ahead waits.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "chat/record.h"

namespace chatreports::app {

// A group is ready when it reaches one of these limits.
struct GroupLimits {
  std::size_t records = 200'000;
  std::size_t bytes = std::size_t{192} << 20;  // of memory, about
  std::chrono::milliseconds age{2'000};        // of its first record
};

// The records of each push.
using RecordGroup = std::vector<std::vector<chat::Record>>;

class RecordQueue {
 public:
  explicit RecordQueue(GroupLimits limits = {}) : limits_(limits) {}
  RecordQueue(const RecordQueue&) = delete;
  RecordQueue& operator=(const RecordQueue&) = delete;

  // Waits while a full group is not taken. Returns whether the records were accepted: not after
  // close().
  bool push(std::vector<chat::Record> records);

  // Waits for a group to be ready. After close(), returns what is left, and then empty groups.
  // `used` is the group before: the next push frees its memory, because the thread that takes has
  // more to do.
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
  RecordGroup used_;  // to be freed
  bool closed_ = false;
};

}  // namespace chatreports::app
