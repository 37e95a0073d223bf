#include "store/open_threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/one_of.h"
#include "base/overloaded.h"
#include "chat/merge.h"
#include "chat/record_size.h"
#include "store/refused.h"

namespace chatreports::store {
namespace {

// A transaction that opens more writes those that it has, and goes on.
constexpr std::size_t most_memory = std::size_t{64} << 20;
constexpr std::size_t memory_of_one = 2'048;  // without its content
constexpr std::size_t memory_a_byte = 20;     // for a byte as size_of counts, in both records

// Returns whether the updates of the chat that a thread has stay the same after the update.
bool leaves_updates_of_chat(const chat::Update& update) {
  return std::visit(
      Overloaded{
          [](const OneOf<chat::EventUpdate, chat::EventPropertyUpdate, chat::TagUpdate,
                         chat::PropertyUpdate> auto&) { return true; },
          [](const OneOf<chat::GroupsUpdate, chat::PresenceUpdate, chat::EndUpdate,
                         chat::QueueUpdate, chat::UserPresenceUpdate, chat::GroupUpdate> auto&) {
            return false;
          },
      },
      update);
}

}  // namespace

std::size_t OpenThreads::memory_of(const OpenThread& thread) {
  return memory_of_one + memory_a_byte * thread.bytes;
}

Result<OpenThread*> OpenThreads::open(LicenseId license, std::string_view thread_id) {
  auto found = rows_.find(license, thread_id,
                          [this](std::int64_t number) { return threads_.contains(number); });
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return nullptr;
  if (!(*found)->row) return &threads_.find((*found)->thread_number)->second;
  return add(*std::move((*found)->row));
}

Result<OpenThread*> OpenThreads::open(std::int64_t thread_number) {
  if (const auto known = threads_.find(thread_number); known != threads_.end()) {
    return &known->second;
  }
  auto row = rows_.read(thread_number);
  if (!row) return std::unexpected(std::move(row.error()));
  return add(*std::move(row));
}

Result<OpenThread*> OpenThreads::add(ThreadRow&& row) {
  if (memory_ > most_memory) {
    if (auto done = close_all(); !done) return std::unexpected(std::move(done.error()));
  }
  const std::int64_t number = row.thread_number;
  OpenThread& thread = threads_.try_emplace(number, std::move(row)).first->second;
  thread.bytes = chat::size_of(thread.now);
  memory_ += memory_of(thread);
  return &thread;
}

void OpenThreads::grow(OpenThread& thread, std::size_t more) {
  thread.bytes += more;
  memory_ += memory_a_byte * more;
}

void OpenThreads::count_change(OpenThread& thread, ChangeCounter& counter) {
  thread.changed = counter.next();
  counter.spend();
}

Result<bool> OpenThreads::change(OpenThread& thread, const Change& change, std::size_t most_bytes,
                                 ChangeCounter& counter) {
  if (thread.updater) thread.updater->close();
  thread.updater.reset();
  chat::ThreadRecord before = thread.now;
  change(thread.now);
  if (!chat::needs_customer(thread.now)) thread.now.customer.reset();  // as encode does
  // What other records say is looked up when the thread is written.
  thread.now.greeting_displayed_at = before.greeting_displayed_at;
  thread.now.known_agents = before.known_agents;
  if (thread.now == before) return false;
  const std::size_t bytes = chat::size_of(thread.now);
  // A thread that updates of its chat have made larger may become smaller.
  if (bytes > most_bytes && bytes > chat::size_of(before)) {
    thread.now = std::move(before);
    return thread_too_large();
  }
  if (bytes > thread.bytes) memory_ += memory_a_byte * (bytes - thread.bytes);
  thread.bytes = bytes;
  count_change(thread, counter);
  thread.of_chat.reset();
  return true;
}

// While there is room without doubt, the size of the record is not computed.
Result<bool> OpenThreads::apply(OpenThread& thread, const std::vector<chat::Update>& updates,
                                chat::UpdateTime time, std::size_t most_bytes,
                                ChangeCounter& counter) {
  std::size_t more = 0;
  for (const chat::Update& update : updates) more += chat::size_of(update);
  if (thread.bytes + more > most_bytes) {
    return change(
        thread,
        [&](chat::ThreadRecord& known) {
          for (const chat::Update& update : updates) chat::apply(known, update, time);
        },
        most_bytes, counter);
  }
  if (!thread.updater) thread.updater.emplace(thread.now);
  bool has_changed = false;
  for (const chat::Update& update : updates) {
    has_changed = thread.updater->apply(update, time) || has_changed;
  }
  if (!has_changed) return false;
  grow(thread, more);
  count_change(thread, counter);
  if (!std::ranges::all_of(updates, leaves_updates_of_chat)) thread.of_chat.reset();
  return true;
}

// New updates of the chat mostly follow those that the thread has, and are added to them.
Result<bool> OpenThreads::set_updates_of_chat(OpenThread& thread,
                                              std::vector<chat::TimedUpdate> updates,
                                              std::size_t most_bytes, ChangeCounter& counter) {
  if (thread.of_chat && *thread.of_chat == updates) return false;
  const bool follow = thread.of_chat && thread.of_chat->size() < updates.size() &&
                      std::equal(thread.of_chat->begin(), thread.of_chat->end(), updates.begin());
  std::size_t more = 0;
  for (std::size_t at = follow ? thread.of_chat->size() : 0; at < updates.size(); ++at) {
    more += chat::size_of(updates[at].what);
  }
  if (!follow || thread.bytes + more > most_bytes) {
    auto changed = change(
        thread,
        [&updates](chat::ThreadRecord& now) {
          std::erase_if(now.updates, [](const chat::TimedUpdate& one) { return one.is_of_chat; });
          chat::RecordUpdater updater(now);
          for (const chat::TimedUpdate& one : updates) updater.apply_of_chat(one.what, one.time);
          updater.close();
        },
        most_bytes, counter);
    if (changed) thread.of_chat = std::move(updates);
    return changed;
  }
  if (!thread.updater) thread.updater.emplace(thread.now);
  bool has_changed = false;
  for (std::size_t at = thread.of_chat->size(); at < updates.size(); ++at) {
    const chat::TimedUpdate& one = updates[at];
    has_changed = thread.updater->apply_of_chat(one.what, one.time) || has_changed;
  }
  thread.of_chat = std::move(updates);
  if (!has_changed) return false;
  grow(thread, more);
  count_change(thread, counter);
  return true;
}

Result<void> OpenThreads::close_all() {
  for (auto& [number, thread] : threads_) {
    if (auto done = write(thread); !done) return done;
  }
  threads_.clear();
  memory_ = 0;
  return {};
}

Result<void> OpenThreads::write(OpenThread& thread) {
  if (thread.changed == 0) return {};
  if (thread.updater) thread.updater->close();
  if (auto done = links_.look_up(thread.row.license, thread.now); !done) return done;
  const auto updated = rows_.update(thread.row, thread.now, thread.chat_id, thread.changed);
  if (!updated) return std::unexpected(updated.error());
  return {};
}

Result<void> OpenThreads::close(std::int64_t thread_number) {
  const auto thread = threads_.find(thread_number);
  if (auto done = write(thread->second); !done) return done;
  memory_ -= memory_of(thread->second);
  threads_.erase(thread);
  return {};
}

void OpenThreads::roll_back() {
  threads_.clear();
  memory_ = 0;
}

std::unexpected<Error> thread_too_large() {
  return refused(fmt::format("what is known of the thread would be larger than {} bytes",
                             chat::max_thread_bytes));
}

}  // namespace chatreports::store
