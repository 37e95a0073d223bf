// The part of ThreadTable for deletions.

#include <algorithm>
#include <utility>

#include "chat/updates.h"
#include "store/damaged.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

Instant latest_of(const std::vector<chat::TimedUpdate>& updates, Instant latest) {
  for (const chat::TimedUpdate& update : updates) {
    latest = std::max(latest, chat::happened_at(update.what, update.time));
  }
  return latest;
}

// The latest time that a thread without a chat record knows.
Instant latest_time(const chat::ThreadRecord& record) {
  Instant latest = latest_of(record.updates, chat::last_moment(record));
  for (const chat::QueueStay& stay : record.queue_stays) latest = std::max(latest, stay.ended_at);
  for (const Instant at : record.queued_at) latest = std::max(latest, at);
  for (const auto* achievements : {&record.goals, &record.sales}) {
    for (const chat::Achievement& one : *achievements)
      latest = std::max(latest, one.at.value_or(latest));
  }
  return latest;
}

Instant latest_time(const chat::ChatUpdates& updates) {
  Instant latest = latest_of(updates.of_all_threads, earliest_instant);
  for (const chat::RunningThreadUpdate& one : updates.of_running_threads) {
    latest = std::max(latest, chat::happened_at(one.update.what, one.update.time));
  }
  return latest;
}

}  // namespace

Result<std::optional<ThreadRow>> ThreadTable::find(LicenseId license, std::string_view thread_id) {
  auto found = rows_.find(license, thread_id, [](std::int64_t /*number*/) { return false; });
  if (!found && found.error().kind == row_is_damaged) return std::nullopt;
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::nullopt;
  return (*found)->row;
}

Result<bool> ThreadTable::is_removed(const ThreadRow& row,
                                     const std::vector<DeletionUnderWay>& deletions) {
  for (const DeletionUnderWay& deletion : deletions) {
    if (deletion.license != row.license) continue;
    const auto start = rows_.start_after(row.thread_number, deletion.change, row.record.started_at);
    if (!start) return std::unexpected(start.error());
    if (deletion.removes(row.thread_number, *start)) return true;
  }
  return false;
}

Result<std::optional<ThreadNumber>> ThreadTable::erase(LicenseId license,
                                                       std::string_view thread_id) {
  if (auto done = open_.close_all(); !done) return std::unexpected(std::move(done.error()));
  const auto found = rows_.find(license, thread_id, [](std::int64_t /*number*/) { return false; });
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  const ThreadRow& row = *(*found)->row;
  if (auto done = rows_.erase(row); !done) return std::unexpected(std::move(done.error()));
  if (!row.chat_id.empty()) {
    const auto is_last = is_without_threads(license, row.chat_id);
    if (!is_last) return std::unexpected(is_last.error());
    if (*is_last) {
      auto done = chats_.erase(license, row.chat_id);
      if (!done) return std::unexpected(std::move(done.error()));
    }
  }
  return ThreadNumber{row.thread_number};
}

// A chat without updates needs no index over chats.
Result<bool> ThreadTable::is_without_threads(LicenseId license, const std::string& chat_id) {
  const auto updates = chats_.find(license, chat_id);
  if (!updates) return std::unexpected(updates.error());
  if (*updates == chat::ChatUpdates{}) return false;
  const auto threads = rows_.of_chat(license, chat_id);
  if (!threads) return std::unexpected(threads.error());
  return threads->empty();
}

Result<std::uint64_t> ThreadTable::erase(const DeletionUnderWay& deletion, RowNumbers numbers) {
  const auto places = rows_.within(deletion.license, numbers);
  if (!places) return std::unexpected(places.error());
  std::uint64_t erased = 0;
  for (const auto& [number, started_at] : *places) {
    if (started_at) {
      const auto start = rows_.start_after(number, deletion.change, *started_at);
      if (!start) return std::unexpected(start.error());
      if (!deletion.removes(number, *start)) continue;
    }
    const auto row = rows_.read_if_intact(number);
    if (!row) return std::unexpected(row.error());
    if (!*row) {
      if (deletion.kind != DeletionKind::license) continue;
      auto done = rows_.erase_damaged(deletion.license, number);
      if (!done) return std::unexpected(std::move(done.error()));
      continue;
    }
    if (!started_at && !deletion.removes(number, latest_time((*row)->record))) continue;
    if (auto done = rows_.erase(**row); !done) return std::unexpected(std::move(done.error()));
    if (started_at) ++erased;
  }
  return erased;
}

Result<void> ThreadTable::erase_chats(LicenseId license, Instant before) {
  const auto chats = chats_.chats_of(license);
  if (!chats) return std::unexpected(chats.error());
  for (const std::string& chat_id : *chats) {
    const auto updates = chats_.find(license, chat_id);
    if (!updates) return std::unexpected(updates.error());
    if (latest_time(*updates) >= before) continue;
    const auto is_last = is_without_threads(license, chat_id);
    if (!is_last) return std::unexpected(is_last.error());
    if (!*is_last) continue;
    if (auto done = chats_.erase(license, chat_id); !done) return done;
  }
  return {};
}

Result<std::uint64_t> ThreadTable::hide(LicenseId license, RowNumbers numbers,
                                        const chat::HiddenAgents& agents, ChangeCounter& counter) {
  const auto places = rows_.within(license, numbers);
  if (!places) return std::unexpected(places.error());
  std::uint64_t hidden = 0;
  for (const ThreadRows::Place& place : *places) {
    const auto row = rows_.read_if_intact(place.thread_number);
    if (!row) return std::unexpected(row.error());
    if (!*row) continue;
    chat::ThreadRecord now = (*row)->record;
    agents.hide_in(now);
    const auto updated = rows_.update(**row, now, (*row)->chat_id, counter.next());
    if (!updated) return std::unexpected(updated.error());
    if (!*updated) continue;
    counter.spend();
    if (place.started_at) ++hidden;
  }
  return hidden;
}

Result<void> ThreadTable::hide_in_chats(LicenseId license, const chat::HiddenAgents& agents) {
  const auto chats = chats_.chats_of(license);
  if (!chats) return std::unexpected(chats.error());
  for (const std::string& chat_id : *chats) {
    const auto known = chats_.find(license, chat_id);
    if (!known) return std::unexpected(known.error());
    chat::ChatUpdates now = *known;
    agents.hide_in(now);
    if (now == *known) continue;
    if (auto done = chats_.write(license, chat_id, now); !done) return done;
  }
  return {};
}

}  // namespace chatreports::store
