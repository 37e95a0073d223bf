#pragma once
// Writes records into all tables. Call every function within a transaction that writes, unless the
// comment says otherwise.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/agent_tables.h"
#include "store/change_counter.h"
#include "store/deletions.h"
#include "store/eraser.h"
#include "store/fetch_states.h"
#include "store/greeting_table.h"
#include "store/known_agent_rows.h"
#include "store/label_table.h"
#include "store/row_index.h"
#include "store/sqlite.h"
#include "store/status_table.h"
#include "store/string_rows.h"
#include "store/thread_table.h"
#include "store/totals.h"

namespace chatreports::store {

// What a record has done: nothing, if it was known already, or if it is about what was deleted.
enum class Written : std::uint8_t { changed, known, deleted };

class RecordWriter {
 public:
  explicit RecordWriter(Database& database);

  // If there is one, no function may be called.
  const std::optional<Error>& error() const { return prepare_.error(); }

  // Call at the beginning of the transaction. Completes the index over ids.
  Result<void> begin(const ChangeCounter& counter);
  // Fails with record_is_refused.
  Result<Written> write(LicenseId license, const chat::Record& record, ChangeCounter& counter);
  // Prefetches the memory that writing the record looks at first.
  void prefetch(LicenseId license, const chat::Record& record);
  // Call before the transaction is committed.
  Result<void> end(ChangeCounter& counter);
  // Returns whether a damaged row has been replaced; call before `end`.
  bool has_repaired() const { return totals_.has_repaired(); }
  // Call after the commit.
  void committed(ChangeNumber last) { last_written_ = last; }
  // Call after a rollback.
  void roll_back();

  // During an import about so many ids are kept in memory before they are indexed. Call both
  // without a transaction.
  void begin_import(std::size_t most_ids_in_memory);
  void end_import();
  // From now on, also takes records about what was deleted.
  void take_deleted() { takes_deleted_ = true; }
  // Empties the index over ids, so that `begin` makes it anew.
  Result<void> clear_index() { return index_.clear(); }
  // Call instead of `end` if no record was written.
  Result<void> end_index(ChangeNumber last);

  // Call first in a transaction that only reads, to find rows by their ids.
  Result<void> begin_reading(const ChangeCounter& counter);

  // For readers, in any transaction.
  StringRows& strings() { return strings_; }
  AgentTables& agents() { return agents_; }
  ThreadTable& threads() { return threads_; }
  LabelTable& labels() { return labels_; }
  Deletions& deletions() { return deletions_; }
  FetchStates& fetch_states() { return fetch_states_; }
  Eraser& eraser() { return eraser_; }

 private:
  Result<bool> change(LicenseId license, const chat::Record& record, ChangeCounter& counter);
  Result<bool> is_deleted(LicenseId license, const chat::Record& record,
                          const Deletions::OfLicense& deleted);
  Result<bool> is_of_deleted_thread(LicenseId license, const std::string& thread_id,
                                    std::optional<Instant> time,
                                    const Deletions::OfLicense& deleted);
  Result<void> take_again(LicenseId license, const chat::Record& record,
                          const Deletions::OfLicense& deleted);
  template <class AgentsRecord>  // an AgentRecord or a GroupRecord
  Result<bool> write_naming_agents(LicenseId license, const AgentsRecord& record,
                                   std::string_view path, ChangeCounter& counter);
  Result<bool> write_agent(LicenseId license, const chat::AgentRecord& record,
                           ChangeCounter& counter);
  Result<bool> write_greeting(LicenseId license, const chat::GreetingRecord& record,
                              ChangeCounter& counter);
  Result<bool> with_labels(LicenseId license, const std::vector<chat::FormLabel>& labels,
                           Result<bool> changed, ChangeCounter& counter);
  Result<void> check_threads_of(LicenseId license, std::string_view path,
                                const std::string& agent_id);

  bool is_importing_ = false;
  bool takes_deleted_ = false;
  ChangeNumber last_written_;  // the last change that this object knows of
  StatementPreparer prepare_;
  Totals totals_;
  AgentTables agents_;
  RowIndex index_;
  StringRows strings_;
  StatusTable statuses_;
  GreetingTable greetings_;
  KnownAgentRows known_agents_;
  LabelTable labels_;
  Deletions deletions_;
  ThreadTable threads_;
  FetchStates fetch_states_;
  Eraser eraser_;
};

// The beginning of the message about a refused record: the thread that the record names.
std::string thread_prefix(const chat::Record& record);

}  // namespace chatreports::store
