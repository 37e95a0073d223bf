#pragma once
// Writes records about threads and chats. Call every function within a transaction.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/chat_updates.h"
#include "chat/hidden_agents.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/chat_table.h"
#include "store/deletions.h"
#include "store/open_threads.h"
#include "store/thread_links.h"
#include "store/thread_rows.h"

namespace chatreports::store {

class ThreadTable {
 public:
  ThreadTable(Database& database, RowIndex& index, StringTable& strings, GreetingTable& greetings,
              KnownAgentRows& agents, Deletions& deletions, Totals& totals,
              StatementPreparer& prepare);

  // Each returns whether anything has changed. Fails with record_is_refused if the record has
  // changed nothing, because a limit in chat/record_size.h would be exceeded.
  Result<bool> write(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::AchievementRecord& record,
                     ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::WebhookRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::QueueRecord& record, ChangeCounter& counter);

  // What is known of a thread; nothing if it is not, or if its row is damaged.
  Result<std::optional<ThreadRow>> find(LicenseId license, std::string_view thread_id);

  // Returns whether a deletion under way removes the thread.
  Result<bool> is_removed(const ThreadRow& row, const std::vector<DeletionUnderWay>& deletions);
  // Removes a thread. Returns its number; nothing if it is not known. Fails with row_is_damaged.
  Result<std::optional<ThreadNumber>> erase(LicenseId license, std::string_view thread_id);
  // The rest is for deletions, see eraser.h. Call it outside of the writing of records.
  //
  // Removes the threads of these rows that the deletion removes. Returns how many of them were in
  // reports.
  Result<std::uint64_t> erase(const DeletionUnderWay& deletion, RowNumbers numbers);
  // Removes the updates of chats that have no thread any more, and are from before that time.
  Result<void> erase_chats(LicenseId license, Instant before);
  Result<void> erase_chats(LicenseId license) { return chats_.erase(license); }
  // Replaces the ids of these agents in those rows. Returns how many threads had them.
  Result<std::uint64_t> hide(LicenseId license, RowNumbers numbers,
                             const chat::HiddenAgents& agents, ChangeCounter& counter);
  // Likewise in the updates of chats.
  Result<void> hide_in_chats(LicenseId license, const chat::HiddenAgents& agents);

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

  Result<bool> is_without_threads(LicenseId license, const std::string& chat_id);

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
