// The part of the table of threads that keeps them open for the time of a transaction.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "chat/merge.h"
#include "chat/record_size.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

// Of memory. A transaction that opens more writes those that it has, and goes on.
constexpr std::size_t most_open_bytes = std::size_t{64} << 20;
constexpr std::size_t open_thread_bytes = 2'048;  // without what it holds
constexpr std::size_t bytes_in_memory = 20;       // for one as size_of counts, twice

// Whether what a thread was given of its chat would come to the same after the operation.
bool stands_beside_what_was_given(const chat::Operation& operation) {
  return std::holds_alternative<chat::EventTold>(operation) ||
         std::holds_alternative<chat::EventPropertyTold>(operation) ||
         std::holds_alternative<chat::TagTold>(operation) ||
         std::holds_alternative<chat::PropertyTold>(operation);
}

}  // namespace

std::size_t ThreadTable::memory_of(const OpenThread& thread) {
  return open_thread_bytes + bytes_in_memory * thread.bytes;
}

Result<ThreadTable::OpenThread*> ThreadTable::open(LicenseId license, std::string_view thread_id) {
  std::optional<Row> row;
  {
    const ResetAtEnd reset(find_);
    const auto number = index_.find_row(RowKind::thread, license, thread_id, find_, [&] {
      // One that is not what was written may be the one: its id is what the index says.
      return (find_.integer(2) == license.value && find_.bytes(3) == thread_id) ||
             !is_intact(find_, CheckedTable::threads, thread_columns);
    });
    if (!number) return std::unexpected(number.error());
    if (!*number) return nullptr;
    if (const auto known = open_.find(**number); known != open_.end()) return &known->second;
    auto read = read_row(**number);
    if (!read) return std::unexpected(std::move(read.error()));
    row = *std::move(read);
  }
  return keep_open(*std::move(row));
}

Result<ThreadTable::OpenThread*> ThreadTable::open(std::int64_t thread_number) {
  if (const auto known = open_.find(thread_number); known != open_.end()) return &known->second;
  auto row = find(thread_number);
  if (!row) return std::unexpected(std::move(row.error()));
  return keep_open(*std::move(row));
}

Result<ThreadTable::OpenThread*> ThreadTable::keep_open(Row row) {
  if (open_bytes_ > most_open_bytes) {
    if (auto done = write_open(); !done) return std::unexpected(std::move(done.error()));
  }
  const std::int64_t number = row.thread_number;
  OpenThread& thread = open_.try_emplace(number, std::move(row)).first->second;
  thread.bytes = chat::size_of(thread.now);
  open_bytes_ += memory_of(thread);
  return &thread;
}

void ThreadTable::count_change(OpenThread& thread, ChangeCounter& counter) {
  thread.changed = counter.next();
  counter.spend();
}

Result<bool> ThreadTable::change(OpenThread& thread, const Change& change, std::size_t most_bytes,
                                 ChangeCounter& counter) {
  if (thread.operations) thread.operations->close();
  thread.operations.reset();
  chat::ThreadRecord before = thread.now;
  change(thread.now);
  if (!chat::needs_customer(thread.now)) thread.now.customer.reset();  // as encode does
  // What other records tell is looked up when it is written.
  thread.now.greeting_displayed_at = before.greeting_displayed_at;
  thread.now.known_agents = before.known_agents;
  if (thread.now == before) return false;
  const std::size_t bytes = chat::size_of(thread.now);
  // A thread that updates of its chat have made larger may become smaller.
  if (bytes > most_bytes && bytes > chat::size_of(before)) {
    thread.now = std::move(before);
    return thread_too_large();
  }
  if (bytes > thread.bytes) open_bytes_ += bytes_in_memory * (bytes - thread.bytes);
  thread.bytes = bytes;
  count_change(thread, counter);
  thread.given.reset();
  return true;
}

// Where there is room without doubt, nothing is looked at that is known already.
Result<bool> ThreadTable::apply(OpenThread& thread, const std::vector<chat::Operation>& operations,
                                chat::ToldAt told_at, std::size_t most_bytes,
                                ChangeCounter& counter) {
  std::size_t more = 0;
  for (const chat::Operation& operation : operations) more += chat::size_of(operation);
  if (thread.bytes + more > most_bytes) {
    return change(
        thread,
        [&](chat::ThreadRecord& known) {
          for (const chat::Operation& operation : operations) {
            chat::apply(known, operation, told_at);
          }
        },
        most_bytes, counter);
  }
  if (!thread.operations) thread.operations.emplace(thread.now);
  bool has_changed = false;
  for (const chat::Operation& operation : operations) {
    has_changed = thread.operations->apply(operation, told_at) || has_changed;
  }
  if (!has_changed) return false;
  thread.bytes += more;
  open_bytes_ += bytes_in_memory * more;
  count_change(thread, counter);
  if (!std::ranges::all_of(operations, stands_beside_what_was_given)) thread.given.reset();
  return true;
}

// What was told in the meantime mostly comes last, and is put to the rest.
Result<bool> ThreadTable::give(OpenThread& thread, std::vector<chat::ToldOperation> told,
                               ChangeCounter& counter) {
  if (thread.given && *thread.given == told) return false;
  const bool goes_on = thread.given && thread.given->size() < told.size() &&
                       std::equal(thread.given->begin(), thread.given->end(), told.begin());
  std::size_t more = 0;
  for (std::size_t at = goes_on ? thread.given->size() : 0; at < told.size(); ++at) {
    more += chat::size_of(told[at].what);
  }
  if (!goes_on || thread.bytes + more > 2 * chat::max_thread_bytes) {
    auto changed = change(
        thread,
        [&told](chat::ThreadRecord& now) {
          std::erase_if(now.operations, &chat::ToldOperation::is_of_chat);
          chat::OpenRecord open(now);
          for (const chat::ToldOperation& one : told) open.apply(one.what, one.told_at, true);
          open.close();
        },
        2 * chat::max_thread_bytes, counter);
    if (changed) thread.given = std::move(told);
    return changed;
  }
  if (!thread.operations) thread.operations.emplace(thread.now);
  bool has_changed = false;
  for (std::size_t at = thread.given->size(); at < told.size(); ++at) {
    has_changed = thread.operations->apply(told[at].what, told[at].told_at, true) || has_changed;
  }
  thread.given = std::move(told);
  if (!has_changed) return false;
  thread.bytes += more;
  open_bytes_ += bytes_in_memory * more;
  count_change(thread, counter);
  return true;
}

Result<void> ThreadTable::write_open() {
  for (auto& [number, thread] : open_) {
    if (auto done = write_open(thread); !done) return done;
  }
  open_.clear();
  open_bytes_ = 0;
  return {};
}

Result<void> ThreadTable::write_open(OpenThread& thread) {
  if (thread.changed == 0) return {};
  if (thread.operations) thread.operations->close();
  const LicenseId license = thread.row.license;
  if (auto done = look_up(license, thread.now); !done) return done;
  const auto updated = update(license, thread.row, thread.now, thread.chat_id, thread.changed);
  if (!updated) return std::unexpected(updated.error());
  return {};
}

Result<void> ThreadTable::close(std::int64_t thread_number) {
  const auto open = open_.find(thread_number);
  if (auto done = write_open(open->second); !done) return done;
  open_bytes_ -= memory_of(open->second);
  open_.erase(open);
  return {};
}

Result<void> ThreadTable::end(ChangeCounter& counter) {
  if (auto done = write_open(); !done) return done;
  return follow(counter);
}

void ThreadTable::roll_back() {
  has_chat_index_ = false;
  open_.clear();
  open_bytes_ = 0;
  followed_.clear();
}

std::unexpected<Error> refused(std::string why) {
  return std::unexpected(Error{record_is_refused, std::move(why)});
}

std::unexpected<Error> thread_too_large() {
  return refused(fmt::format("what is known of the thread would be larger than {} bytes",
                             chat::max_thread_bytes));
}

}  // namespace chatreports::store
