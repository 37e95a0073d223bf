#pragma once
// The links of threads with other records: the greeting that a thread came from, and unlisted
// authors who are agents. Call every function within a transaction.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread_record.h"
#include "store/deletions.h"
#include "store/greeting_table.h"
#include "store/known_agent_rows.h"
#include "store/row_index.h"

namespace chatreports::store {

class ThreadLinks {
 public:
  ThreadLinks(RowIndex& index, GreetingTable& greetings, KnownAgentRows& agents,
              Deletions& deletions)
      : index_(index), greetings_(greetings), agents_(agents), deletions_(deletions) {}

  // Sets what other records say about the thread: when its greeting was displayed, and which of its
  // unlisted authors are agents. A time that is known stays if its greeting event was deleted.
  Result<void> look_up(LicenseId license, chat::ThreadRecord& record);

  // Indexes the thread by its greeting and its unlisted authors, except for those that `before`
  // (may be null) has, too.
  Result<void> index(LicenseId license, const chat::ThreadRecord& record,
                     const chat::ThreadRecord* before, std::int64_t thread_number);

  // Removes what `index` has added.
  Result<void> remove(LicenseId license, const chat::ThreadRecord& record,
                      std::int64_t thread_number);

  // The number of threads that may have a greeting of that unique id, or events of that author.
  Result<std::size_t> threads_of_greeting(LicenseId license, std::string_view unique_id);
  Result<std::size_t> threads_of_author(LicenseId license, std::string_view author_id);

  // Note that threads of this greeting or author have to be looked up again: the greeting's time
  // has changed, or the author has become known as an agent.
  void follow_greeting(LicenseId license, const std::string& unique_id);
  void follow_agent(LicenseId license, std::string_view agent_id);
  // A thread that may be linked so. Digests collide: there may be no such thread, or it may belong
  // to another licence.
  struct Link {
    LicenseId license;
    std::int64_t thread_number = 0;
  };
  // Returns the links to follow, and forgets them.
  Result<std::vector<Link>> take_followed();

  // Call after a rollback.
  void roll_back() { followed_.clear(); }

 private:
  RowIndex& index_;
  GreetingTable& greetings_;
  KnownAgentRows& agents_;
  Deletions& deletions_;
  std::set<std::tuple<RowKind, LicenseId, std::string>> followed_;
};

}  // namespace chatreports::store
