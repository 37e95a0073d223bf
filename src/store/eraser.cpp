#include "store/eraser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace chatreports::store {
namespace {

// Rows that are examined between two looks at the clock.
constexpr std::int64_t rows_at_once = 512;

}  // namespace

Result<DeletionStep> Eraser::begin(LicenseId license, const chat::Deletion& deletion,
                                   ChangeCounter& counter) {
  DeletionStep step;
  const ChangeNumber change{counter.next()};
  counter.spend();
  step.deletion = change;
  step.is_done = step.is_last = std::holds_alternative<chat::ThreadDeletion>(deletion);
  Result<void> done = std::visit(
      Overloaded{
          [&](const chat::ThreadDeletion& thread) -> Result<void> {
            const auto erased = tables_.threads.erase(license, thread.thread_id);
            if (!erased) return std::unexpected(erased.error());
            if (*erased) {
              step.removed = 1;
              step.removals.push_back({change, license, chat::ThreadRemoval{**erased}});
              return {};
            }
            const auto was_deleted = tables_.deletions.has_thread(license, thread.thread_id);
            if (!was_deleted) return std::unexpected(was_deleted.error());
            if (*was_deleted) return {};
            return std::unexpected(Error{
                ErrorKind::not_found,
                fmt::format("licence {} has no thread \"{}\"", license.value, thread.thread_id)});
          },
          [&](const chat::AgentDeletion& agent) {
            chat::HiddenAgents agents;
            agents.add(agent.agent_id);
            auto hidden = tables_.agents.hide(license, agents, counter);
            tables_.known_agents.forget();
            return hidden ? tables_.threads.hide_in_chats(license, agents) : hidden;
          },
          [&](const chat::TimeDeletion& time) -> Result<void> {
            step.removals.push_back({change, license, chat::TimeRemoval{time.before}});
            return {};
          },
          [&](const chat::LicenseDeletion&) {
            step.removals.push_back({change, license, chat::LicenseRemoval{}});
            auto erased = tables_.agents.erase(license);
            tables_.known_agents.forget();
            if (erased) erased = tables_.labels.erase(license);
            if (erased) erased = tables_.fetch_states.erase(license);
            return erased ? tables_.threads.erase_chats(license) : erased;
          },
      },
      deletion);
  if (done) done = tables_.deletions.add(license, deletion, change.value);
  if (done) done = write_counter(tables_.database, "deleted", change.value);
  if (done && !std::holds_alternative<chat::TimeDeletion>(deletion)) {
    done = write_counter(tables_.database, "traces", change.value);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return step;
}

Result<DeletionStep> Eraser::go_on(const std::function<bool()>& is_enough, ChangeCounter& counter) {
  DeletionStep step;
  auto all = tables_.deletions.under_way();
  if (!all) return std::unexpected(std::move(all.error()));
  if (all->empty()) return step;
  step.is_done = all->size() == 1;
  DeletionUnderWay& deletion = all->front();
  if (auto looked = look_at_statuses(deletion); !looked) {
    return std::unexpected(std::move(looked.error()));
  }
  do {
    const RowNumbers numbers{deletion.examined,
                             std::min(deletion.examined + rows_at_once, deletion.change)};
    if (auto done = examine(deletion, numbers, counter, step); !done) {
      return std::unexpected(std::move(done.error()));
    }
    deletion.examined = numbers.last;
  } while (deletion.examined < deletion.change && !is_enough());
  Result<void> done;
  const bool is_done = deletion.examined == deletion.change;
  if (is_done) done = finish(deletion, counter, step);
  step.deletion = ChangeNumber{deletion.change};
  step.is_last = is_done;
  if (!is_done) step.is_done = false;
  if (done) done = tables_.deletions.save(deletion, is_done);
  if (done && step.has_erased) {
    done = write_counter(tables_.database, "traces", deletion.change);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return step;
}

Result<void> Eraser::examine(const DeletionUnderWay& deletion, RowNumbers numbers,
                             ChangeCounter& counter, DeletionStep& step) {
  const LicenseId license = deletion.license;
  if (deletion.kind == DeletionKind::agent) {
    chat::HiddenAgents agents;
    agents.add(deletion.subject);
    const auto changed = tables_.threads.hide(license, numbers, agents, counter);
    if (!changed) return std::unexpected(changed.error());
    step.changed += *changed;
    step.has_erased = true;
    return tables_.statuses.hide(license, numbers, agents, counter);
  }
  const auto removed = tables_.threads.erase(deletion, numbers);
  if (!removed) return std::unexpected(removed.error());
  step.removed += *removed;
  const auto events = tables_.greetings.erase(license, numbers, deletion.before);
  if (!events) return std::unexpected(events.error());
  const auto statuses =
      tables_.statuses.erase(license, numbers, [&](const std::string& agent_id, std::int64_t at) {
        if (!deletion.before) return true;
        const auto last = last_statuses_.find(agent_id);
        return last != last_statuses_.end() && at < last->second;
      });
  if (!statuses) return std::unexpected(statuses.error());
  step.has_erased = step.has_erased || *removed > 0 || *events || *statuses;
  return {};
}

Result<void> Eraser::look_at_statuses(const DeletionUnderWay& deletion) {
  if (!deletion.before || of_change_ == deletion.change) return {};
  auto last = tables_.statuses.last_before(deletion.license, *deletion.before);
  if (!last) return std::unexpected(std::move(last.error()));
  last_statuses_ = *std::move(last);
  of_change_ = deletion.change;
  return {};
}

// The statuses of an agent have new rows by now, under the id that takes the place of the agent's.
Result<void> Eraser::finish(DeletionUnderWay& deletion, ChangeCounter& counter,
                            DeletionStep& step) {
  if (deletion.before) return tables_.threads.erase_chats(deletion.license, *deletion.before);
  if (deletion.kind != DeletionKind::agent) return {};
  const ChangeNumber change{counter.next()};
  counter.spend();
  step.removals.push_back({change, deletion.license, chat::AgentRemoval{deletion.subject}});
  return write_counter(tables_.database, "deleted", change.value);
}

}  // namespace chatreports::store
