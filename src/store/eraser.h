#pragma once
// Carries deletions out, row after row, so that a large one can be done in many transactions. Call
// every function within a transaction that writes, and not between records.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/deletion.h"
#include "chat/thread.h"
#include "store/agent_tables.h"
#include "store/change_counter.h"
#include "store/deletions.h"
#include "store/fetch_states.h"
#include "store/greeting_table.h"
#include "store/known_agent_rows.h"
#include "store/label_table.h"
#include "store/status_table.h"
#include "store/store.h"
#include "store/thread_table.h"

namespace chatreports::store {

class Eraser {
 public:
  struct Tables {
    Database& database;
    ThreadTable& threads;
    GreetingTable& greetings;
    StatusTable& statuses;
    AgentTables& agents;
    KnownAgentRows& known_agents;
    LabelTable& labels;
    Deletions& deletions;
    FetchStates& fetch_states;
  };
  explicit Eraser(Tables tables) : tables_(tables) {}

  // Notes the deletion, and removes what is quickly removed: a thread; of a licence or an agent all
  // but threads, greeting events and statuses. Fails with `not_found` if the thread is not known.
  Result<DeletionStep> begin(LicenseId license, const chat::Deletion& deletion,
                             ChangeCounter& counter);
  // Goes on with the oldest deletion under way, until is_enough.
  Result<DeletionStep> go_on(const std::function<bool()>& is_enough, ChangeCounter& counter);

 private:
  Result<void> examine(const DeletionUnderWay& deletion, RowNumbers numbers, ChangeCounter& counter,
                       DeletionStep& step);
  Result<void> finish(DeletionUnderWay& deletion, ChangeCounter& counter, DeletionStep& step);
  Result<void> look_at_statuses(const DeletionUnderWay& deletion);

  Tables tables_;
  // Of the deletion under way with that change: the last statuses before its time, by agent.
  std::int64_t of_change_ = 0;
  std::map<std::string, std::int64_t> last_statuses_;
};

}  // namespace chatreports::store
