#pragma once
// Writes records about threads and chats. Call every function within a transaction.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/chat_updates.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/chat_table.h"
#include "store/open_threads.h"
#include "store/thread_links.h"
#include "store/thread_rows.h"

namespace chatreports::store {

class ThreadTable {
 public:
  ThreadTable(Database& database, RowIndex& index, StringTable& strings, GreetingTable& greetings,
              KnownAgentRows& agents, Totals& totals, StatementPreparer& prepare);

  // Each returns whether anything has changed. Fails with record_is_refused if the record has
  // changed nothing, because a limit in chat/record_size.h would be exceeded.
  Result<bool> write(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::AchievementRecord& record,
                     ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::WebhookRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::QueueRecord& record, ChangeCounter& counter);

  ThreadLinks& links() { return links_; }
  // Makes the index that webhooks of chats need.
  Result<void> make_chat_index() { return rows_.make_chat_index(); }

  // Call before the transaction is committed: writes the open threads, and follows links.
  Result<void> end(ChangeCounter& counter);
  // Call after a rollback.
  void roll_back();

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t thread_number) { return rows_.index_after(thread_number); }

 private:
  using Change = OpenThreads::Change;

  Result<bool> insert(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> insert(LicenseId license, std::string_view thread_id, std::string_view chat_id,
                      const chat::ThreadRecord& record, ChangeCounter& counter);
  // Changes the thread, or adds it if it is null. The first record that names its chat brings the
  // updates of that.
  Result<bool> change(LicenseId license, OpenThread* thread, std::string_view thread_id,
                      std::string_view chat_id, const Change& change, ChangeCounter& counter);
  // Likewise for a record that names the thread alone.
  Result<bool> change_thread(LicenseId license, std::string_view thread_id, const Change& change,
                             ChangeCounter& counter);
  Result<bool> update_thread(LicenseId license, OpenThread* thread,
                             const chat::WebhookRecord& record, ChangeCounter& counter);
  Result<bool> repair(LicenseId license, const chat::ChatRecord& record,
                      const chat::ChatUpdates& updates, ChangeCounter& counter);

  // The updates of the chat, if another record of the chat can be taken in, after which
  // `more_threads` outrank them.
  Result<chat::ChatUpdates> updates_of_chat(LicenseId license, std::string_view chat_id,
                                            std::size_t more_threads);
  Result<bool> update_chat(LicenseId license, const chat::WebhookRecord& record,
                           ChangeCounter& counter);
  // Gives each thread of the chat the updates for which it was the running one.
  Result<bool> update_running_threads(LicenseId license, std::string_view chat_id,
                                      const chat::ChatUpdates& updates, ChangeCounter& counter);
  // Marks the updates that the chat record outranks.
  Result<void> outrank(LicenseId license, const chat::ChatRecord& record,
                       chat::ChatUpdates& updates);
  Result<void> follow_links(ChangeCounter& counter);

  ThreadLinks links_;
  ThreadRows rows_;
  ChatTable chats_;
  OpenThreads open_;
};

}  // namespace chatreports::store
