#include "store/record_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/one_of.h"
#include "base/overloaded.h"
#include "chat/known_agents.h"
#include "chat/property_digest.h"
#include "chat/record_size.h"
#include "store/refused.h"

namespace chatreports::store {
namespace {

// Null if records of its kind name no thread.
const std::string* thread_id_of(const chat::Record& record) {
  return std::visit(
      Overloaded{
          [](const OneOf<chat::ChatRecord, chat::WebhookRecord, chat::QueueRecord,
                         chat::AchievementRecord> auto& one) { return &one.thread_id; },
          [](const OneOf<chat::AgentRecord, chat::GroupRecord, chat::AgentStatusRecord,
                         chat::GreetingRecord, chat::IgnoredWebhook, chat::DigestKeyRecord,
                         chat::FormLabel, chat::FetchState> auto&) -> const std::string* {
            return nullptr;
          },
      },
      record);
}

}  // namespace

RecordWriter::RecordWriter(Database& database)
    : prepare_(database),
      totals_(database, prepare_),
      agents_(database, totals_, prepare_),
      index_(database, totals_, prepare_),
      strings_(totals_, prepare_),
      statuses_(database, index_, totals_, prepare_),
      greetings_(database, index_, totals_, prepare_),
      known_agents_(prepare_),
      labels_(database, totals_, prepare_),
      deletions_(database, totals_, prepare_),
      threads_(database, index_, strings_.table(), greetings_, known_agents_, deletions_, totals_,
               prepare_),
      fetch_states_(prepare_),
      eraser_({database, threads_, greetings_, statuses_, agents_, known_agents_, labels_,
               deletions_, fetch_states_}) {}

Result<void> RecordWriter::begin(const ChangeCounter& counter) {
  if (auto read = strings_.read_new(); !read) return read;
  labels_.forget();
  // Another connection has written since.
  if (counter.last() != last_written_) {
    known_agents_.forget();
    deletions_.forget();
  }
  const auto missing_after = index_.begin(counter.last());
  if (!missing_after) return std::unexpected(missing_after.error());
  if (!*missing_after) return {};
  if (auto done = threads_.index_after(**missing_after); !done) return done;
  if (auto done = statuses_.index_after(**missing_after); !done) return done;
  return greetings_.index_after(**missing_after);
}

// Rows that are not indexed yet are not found: only an import that was broken off leaves some.
Result<void> RecordWriter::begin_reading(const ChangeCounter& counter) {
  if (auto read = strings_.read_new(); !read) return read;
  const auto begun = index_.begin(counter.last());
  if (!begun) return std::unexpected(begun.error());
  return {};
}

Result<Written> RecordWriter::write(LicenseId license, const chat::Record& record,
                                    ChangeCounter& counter) {
  CHECK(!chat::awaits_key(record));
  const auto deleted = deletions_.of(license);
  if (!deleted) return std::unexpected(deleted.error());
  std::optional<chat::Record> hidden;  // the record without agents who were deleted
  if (*deleted != nullptr) {
    if (!(*deleted)->agents.is_empty()) (*deleted)->agents.hide_in(hidden.emplace(record));
    if (takes_deleted_) {
      auto taken = take_again(license, record, **deleted);
      if (!taken) return std::unexpected(std::move(taken.error()));
    } else {
      const auto is_so = is_deleted(license, record, **deleted);
      if (!is_so) return std::unexpected(is_so.error());
      if (*is_so) return Written::deleted;
    }
  }
  const auto changed = change(license, hidden ? *hidden : record, counter);
  if (!changed) return std::unexpected(changed.error());
  return *changed ? Written::changed : Written::known;
}

Result<bool> RecordWriter::is_deleted(LicenseId license, const chat::Record& record,
                                      const Deletions::OfLicense& deleted) {
  if (deleted.is_of_everything) return true;
  const auto is_before = [&deleted](Instant at) { return deleted.before && at < *deleted.before; };
  return std::visit(
      Overloaded{
          [&](const chat::ChatRecord& one) {
            return is_of_deleted_thread(license, one.thread_id, one.thread.started_at, deleted);
          },
          [&](const chat::WebhookRecord& one) -> Result<bool> {
            if (one.thread_id.empty()) return false;
            const Instant time = one.beginning ? one.beginning->started_at : one.time.at;
            return is_of_deleted_thread(license, one.thread_id, time, deleted);
          },
          [&](const chat::QueueRecord& one) {
            return is_of_deleted_thread(license, one.thread_id, one.stay.entered_at, deleted);
          },
          [&](const chat::AchievementRecord& one) {
            return is_of_deleted_thread(license, one.thread_id, one.at, deleted);
          },
          [&](const OneOf<chat::AgentStatusRecord, chat::GreetingRecord> auto& one)
              -> Result<bool> { return is_before(one.at); },
          [](const OneOf<chat::AgentRecord, chat::GroupRecord, chat::IgnoredWebhook,
                         chat::DigestKeyRecord, chat::FormLabel, chat::FetchState> auto&)
              -> Result<bool> { return false; },
      },
      record);
}

// A thread that began before the time of a deletion is known if its row is not gone yet, or if it
// was taken again. In the first case the row goes now.
Result<bool> RecordWriter::is_of_deleted_thread(LicenseId license, const std::string& thread_id,
                                                std::optional<Instant> time,
                                                const Deletions::OfLicense& deleted) {
  if (deleted.has_threads) {
    const auto has = deletions_.has_thread(license, thread_id);
    if (!has || *has) return has;
  }
  if (!deleted.before) return false;
  const auto is_any_under_way = deletions_.is_any_under_way();
  if (!is_any_under_way) return is_any_under_way;
  const bool is_old = time && *time < *deleted.before;
  if (!is_old && !*is_any_under_way) return false;
  const auto under_way = deletions_.under_way();
  if (!under_way) return std::unexpected(under_way.error());
  const auto row = threads_.find(license, thread_id);
  if (!row) return std::unexpected(row.error());
  if (!*row) return is_old;
  const auto is_removed = threads_.is_removed(**row, *under_way);
  if (!is_removed || !*is_removed) return is_removed;
  const auto erased = threads_.erase(license, thread_id);
  if (!erased) return std::unexpected(erased.error());
  return is_old;
}

Result<void> RecordWriter::take_again(LicenseId license, const chat::Record& record,
                                      const Deletions::OfLicense& deleted) {
  if (deleted.is_of_everything) return deletions_.remove_license(license);
  if (!deleted.has_threads) return {};
  const std::string* const thread_id = thread_id_of(record);
  if (thread_id == nullptr || thread_id->empty()) return {};
  return deletions_.remove_thread(license, *thread_id);
}

Result<bool> RecordWriter::change(LicenseId license, const chat::Record& record,
                                  ChangeCounter& counter) {
  return std::visit(
      Overloaded{
          [&](const chat::ChatRecord& one) {
            return with_labels(license, one.labels, threads_.write(license, one, counter), counter);
          },
          [&](const chat::WebhookRecord& one) {
            return with_labels(license, one.labels, threads_.write(license, one, counter), counter);
          },
          [&](const OneOf<chat::AchievementRecord, chat::QueueRecord> auto& one) {
            return threads_.write(license, one, counter);
          },
          [&](const chat::AgentRecord& one) { return write_agent(license, one, counter); },
          [&](const chat::GroupRecord& one) {
            return write_naming_agents(license, one, "members", counter);
          },
          [&](const chat::AgentStatusRecord& one) {
            return statuses_.write(license, one, counter);
          },
          [&](const chat::GreetingRecord& one) { return write_greeting(license, one, counter); },
          [&](const chat::FormLabel& one) { return labels_.write_record(license, one, counter); },
          [&](const chat::FetchState& one) { return fetch_states_.write(license, one); },
          // Neither is a fact.
          [](const OneOf<chat::IgnoredWebhook, chat::DigestKeyRecord> auto&) -> Result<bool> {
            return false;
          },
      },
      record);
}

void RecordWriter::prefetch(LicenseId license, const chat::Record& record) {
  if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
    __builtin_prefetch(chat->thread.properties.data());
    __builtin_prefetch(chat->thread.events.data());
    index_.prefetch(RowKind::thread, license, chat->thread_id);
  } else if (const auto* status = std::get_if<chat::AgentStatusRecord>(&record)) {
    statuses_.prefetch(license, *status);
  } else if (const auto* greeting = std::get_if<chat::GreetingRecord>(&record)) {
    index_.prefetch(RowKind::greeting_event, license, greeting->unique_id);
    index_.prefetch(RowKind::thread_of_greeting, license, greeting->unique_id);
  }
}

Result<void> RecordWriter::end(ChangeCounter& counter) {
  auto done = threads_.end(counter);
  if (done) done = strings_.save_new();
  if (done) done = labels_.save();
  if (done) done = end_index(counter.last());
  return done;
}

Result<void> RecordWriter::end_index(ChangeNumber last) {
  if (auto done = index_.end(last); !done) return done;
  return totals_.save();
}

void RecordWriter::roll_back() {
  threads_.roll_back();
  index_.roll_back();
  strings_.roll_back();
  totals_.roll_back();
  known_agents_.forget();
  deletions_.forget();
  labels_.forget();
}

void RecordWriter::begin_import(std::size_t most_ids_in_memory) {
  is_importing_ = true;
  index_.begin_import(most_ids_in_memory);
}

void RecordWriter::end_import() {
  is_importing_ = false;
  index_.end_import();
}

// Labels belong to the licence: they are no change of the thread.
Result<bool> RecordWriter::with_labels(LicenseId license,
                                       const std::vector<chat::FormLabel>& labels,
                                       Result<bool> changed, ChangeCounter& counter) {
  if (!changed || labels.empty()) return changed;
  const auto written = labels_.write(license, labels, counter);
  if (!written) return written;
  return *changed || *written;
}

// Refuses a record by which an agent becomes known who has events in more threads than one record
// may change. Nobody waits for an import, so it may change any number of threads.
Result<void> RecordWriter::check_threads_of(LicenseId license, std::string_view path,
                                            const std::string& agent_id) {
  if (is_importing_) return {};
  const auto threads = threads_.links().threads_of_author(license, agent_id);
  if (!threads) return std::unexpected(threads.error());
  if (*threads <= chat::max_threads_of_record) return {};
  return refused(
      fmt::format("{}: more than {} threads have events of \"{}\", who was not known as an agent; "
                  "that is more than one record can change while a server runs: stop it, and "
                  "give the record to chatreports import",
                  path, chat::max_threads_of_record, agent_id));
}

template <class AgentsRecord>
Result<bool> RecordWriter::write_naming_agents(LicenseId license, const AgentsRecord& record,
                                               std::string_view path, ChangeCounter& counter) {
  std::vector<std::string> new_agents;
  for (const std::string& agent_id : chat::agents_named_in(record)) {
    const auto is_known = known_agents_.has(license, agent_id);
    if (!is_known) return is_known;
    if (*is_known) continue;
    if (auto done = check_threads_of(license, path, agent_id); !done) {
      return std::unexpected(std::move(done.error()));
    }
    new_agents.push_back(agent_id);
  }
  auto changed = agents_.write(license, record, counter);
  if (!changed || !*changed) return changed;
  for (const std::string& agent_id : new_agents) {
    known_agents_.add(license, agent_id);
    threads_.links().follow_agent(license, agent_id);
  }
  return changed;
}

Result<bool> RecordWriter::write_agent(LicenseId license, const chat::AgentRecord& record,
                                       ChangeCounter& counter) {
  const auto changed = write_naming_agents(license, record, "id", counter);
  const auto status = chat::status_after(record);
  if (!changed || !status) return changed;
  const auto written = statuses_.write(license, *status, counter);
  if (!written) return written;
  return *changed || *written;
}

Result<bool> RecordWriter::write_greeting(LicenseId license, const chat::GreetingRecord& record,
                                          ChangeCounter& counter) {
  std::size_t threads = 0;
  if (record.event == chat::GreetingEvent::displayed) {
    const auto found = threads_.links().threads_of_greeting(license, record.unique_id);
    if (!found) return std::unexpected(found.error());
    threads = *found;
  }
  if (threads > chat::max_threads_of_record) {
    return refused(fmt::format(
        "unique_id: more than {} threads have it, which are more than one record can change",
        chat::max_threads_of_record));
  }
  auto changed = greetings_.write(license, record, counter);
  if (changed && *changed && threads > 0) {
    threads_.links().follow_greeting(license, record.unique_id);
  }
  return changed;
}

std::string thread_prefix(const chat::Record& record) {
  const std::string* const thread_id = thread_id_of(record);
  if (thread_id == nullptr || thread_id->empty()) return {};
  return fmt::format("thread \"{}\": ", *thread_id);
}

}  // namespace chatreports::store
