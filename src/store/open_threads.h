#pragma once
// The threads that a transaction has read, with what its records change. A thread is read once and
// written at the end, so that many records on one thread cost little more than one. Call every
// function within a transaction.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread_record.h"
#include "chat/updates.h"
#include "store/change_counter.h"
#include "store/thread_links.h"
#include "store/thread_rows.h"

namespace chatreports::store {

struct OpenThread {
  explicit OpenThread(ThreadRow found)
      : row(std::move(found)), now(row.record), chat_id(row.chat_id) {}
  ThreadRow row;           // as in the table
  chat::ThreadRecord now;  // without what `updater` holds
  std::string chat_id;
  std::optional<chat::RecordUpdater> updater;  // of `now`
  std::size_t bytes = 0;                       // of `now`, or more
  // The updates of its chat that it has; nothing if others may have taken their place.
  std::optional<std::vector<chat::TimedUpdate>> of_chat;
  std::int64_t changed = 0;  // the number of its last change; 0: none
};

class OpenThreads {
 public:
  // Changes a record in memory. What it depends on is looked up when the thread is written.
  using Change = std::function<void(chat::ThreadRecord&)>;

  OpenThreads(ThreadRows& rows, ThreadLinks& links) : rows_(rows), links_(links) {}

  // The thread is valid until the next one is opened; null if it is not known. Fails with
  // row_is_damaged.
  Result<OpenThread*> open(LicenseId license, std::string_view thread_id);
  Result<OpenThread*> open(std::int64_t thread_number);

  // Each returns whether anything has changed, and fails with record_is_refused if the thread would
  // be larger than `most_bytes`.
  Result<bool> change(OpenThread& thread, const Change& change, std::size_t most_bytes,
                      ChangeCounter& counter);
  Result<bool> apply(OpenThread& thread, const std::vector<chat::Update>& updates,
                     chat::UpdateTime time, std::size_t most_bytes, ChangeCounter& counter);
  // Replaces the updates of its chat.
  Result<bool> set_updates_of_chat(OpenThread& thread, std::vector<chat::TimedUpdate> updates,
                                   std::size_t most_bytes, ChangeCounter& counter);
  // Counts a change that the caller has made.
  static void count_change(OpenThread& thread, ChangeCounter& counter);

  // Writes one thread, and forgets it.
  Result<void> close(std::int64_t thread_number);
  Result<void> close_all();
  // Call after a rollback.
  void roll_back();

 private:
  Result<OpenThread*> add(ThreadRow&& row);
  Result<void> write(OpenThread& thread);
  void grow(OpenThread& thread, std::size_t more);
  static std::size_t memory_of(const OpenThread& thread);  // about

  ThreadRows& rows_;
  ThreadLinks& links_;
  std::map<std::int64_t, OpenThread> threads_;
  std::size_t memory_ = 0;  // of all, about
};

std::unexpected<Error> thread_too_large();

}  // namespace chatreports::store
