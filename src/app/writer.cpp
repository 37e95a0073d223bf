#include "app/writer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "app/clock.h"
#include "app/give_way.h"
#include "base/exception.h"
#include "base/one_of.h"
#include "base/overloaded.h"

namespace chatreports::app {
namespace {

using Clock = std::chrono::steady_clock;
using api::Channel;

// The most webhooks in one transaction. More would not make them cheaper.
constexpr std::size_t most_webhook_records = 1'000;
// The most records of bodies in one slice; usually its time ends before.
constexpr std::size_t most_body_records = 20'000;
// How long a slice takes while others wait, and while nobody does.
constexpr std::chrono::milliseconds slice_time{50};
constexpr std::chrono::milliseconds lonely_slice_time{500};
// If the processors are busy, the writer rests after a slice of bodies for as long as the slice
// took, and at most this long.
constexpr std::chrono::milliseconds longest_rest{500};
// How soon the same error, and another one, are logged again.
constexpr std::chrono::seconds time_between_same_errors{10};
constexpr std::chrono::seconds time_between_errors{1};

// Whether the record has something for api::Directory: agents, groups, labels of forms.
bool concerns_directory(const chat::Record& record) {
  return std::visit(
      Overloaded{
          [](const OneOf<chat::AgentRecord, chat::GroupRecord, chat::FormLabel> auto&) {
            return true;
          },
          [](const OneOf<chat::ChatRecord, chat::WebhookRecord> auto& one) {
            return !one.labels.empty();
          },
          [](const OneOf<chat::AgentStatusRecord, chat::GreetingRecord, chat::QueueRecord,
                         chat::AchievementRecord, chat::IgnoredWebhook, chat::DigestKeyRecord,
                         chat::FetchState> auto&) { return false; },
      },
      record);
}

bool is_whole(const WriteGroup& group) {
  return group.written == group.records.size();
}

}  // namespace

Writer::Writer(std::unique_ptr<store::Store> store, Instant last_stamp, engine::Engine& engine,
               WriterCallbacks callbacks)
    : store_(std::move(store)),
      engine_(engine),
      callbacks_(std::move(callbacks)),
      damage_(store_->damage()),
      stamps_(last_stamp),
      writer_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void Writer::take_in(LicenseId license, Channel channel, std::vector<chat::Record> records,
                     api::Done done) {
  const Instant received_at = stamps_.next(now());
  for (chat::Record& record : records) chat::stamp(record, received_at);
  {
    const std::scoped_lock lock(mutex_);
    queue_.push(channel, {license, std::move(records), std::move(done), 0});
  }
  changed_.notify_one();
}

void Writer::stop_at(Time time) {
  {
    const std::scoped_lock lock(mutex_);
    stops_at_ = time;
  }
  changed_.notify_one();
}

std::size_t Writer::waiting() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

std::size_t Writer::waiting_webhooks(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  return queue_.size(Channel::webhook, license);
}

bool Writer::is_late() const {
  return is_ending_ || Clock::now() >= stops_at_;
}

bool Writer::wait_for_work() {
  std::unique_lock lock(mutex_);
  Time next = looks_for_old_at_;
  if (is_erasing_) next = std::min(next, goes_on_at_);
  if (is_compacting_ && !is_erasing_) next = std::min(next, compacts_at_);
  while (queue_.is_empty() && !is_ending_ && erasures_.empty()) {
    if (is_late()) {
      changed_.wait(lock);
    } else if (Clock::now() >= next) {
      break;
    } else {
      changed_.wait_until(lock, next);
    }
  }
  if (!is_late()) return true;
  const std::vector<WriteGroup> groups = queue_.take_all();
  std::deque<Erasure> erasures = std::exchange(erasures_, {});
  const bool is_over = is_ending_;
  lock.unlock();
  for (auto& [number, of_agent] : std::exchange(of_agents_, {})) {
    erasures.push_back(std::move(of_agent.erasure));
  }
  const auto stopping = std::unexpected(Error{ErrorKind::unavailable, "the server is stopping"});
  for (const WriteGroup& group : groups) group.done(stopping);
  for (const Erasure& erasure : erasures) erasure.done(stopping);
  return !is_over;
}

void Writer::work() {
  while (wait_for_work()) {
    erase_some();
    write_webhooks();
    const Time begin = Clock::now();
    const std::int64_t preempted_before = times_preempted();
    write_slice_of_bodies();
    if (times_preempted() != preempted_before) leave_processor(Clock::now() - begin);
  }
}

// A webhook ends the rest.
void Writer::leave_processor(Clock::duration time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::min<Clock::duration>(time, longest_rest),
                    [this] { return queue_.licenses(Channel::webhook) > 0 || is_late(); });
}

void Writer::write_webhooks() {
  const Time end = Clock::now() + slice_time;
  const auto is_enough = [end] { return Clock::now() >= end; };
  std::unique_lock lock(mutex_);
  for (std::size_t turns = queue_.licenses(Channel::webhook);
       turns > 0 && !is_enough() && !is_late(); --turns) {
    std::vector<WriteGroup> groups = queue_.take(Channel::webhook, most_webhook_records);
    lock.unlock();
    write(Channel::webhook, std::move(groups), is_enough);
    lock.lock();
  }
  lock.unlock();
  show();
}

void Writer::write_slice_of_bodies() {
  const Time begin = Clock::now();
  const auto is_enough = [&] {
    const Clock::duration taken = Clock::now() - begin;
    if (taken < slice_time) return false;
    if (taken >= lonely_slice_time) return true;
    const std::scoped_lock lock(mutex_);
    return !queue_.is_empty() || is_late();
  };
  std::unique_lock lock(mutex_);
  if (is_late()) return;
  std::vector<WriteGroup> groups = queue_.take(Channel::bulk, most_body_records);
  lock.unlock();
  if (groups.empty()) return;
  write(Channel::bulk, std::move(groups), is_enough);
  show();
}

void Writer::write(Channel channel, std::vector<WriteGroup> groups,
                   const std::function<bool()>& is_enough) {
  Result<store::WriteSummary> taken = write_together(groups, is_enough);
  if (!taken && groups.size() > 1) {
    // One group may have caused the error.
    for (WriteGroup& group : groups) {
      std::vector<WriteGroup> alone;
      alone.push_back(std::move(group));
      write(channel, std::move(alone), is_enough);
    }
    return;
  }
  if (!taken) {
    log(taken.error());
    groups.front().done(std::unexpected(taken.error()));
    return;
  }
  done_.last_change = taken->last_change.value;
  ++done_.batches;
  done_.records += taken->taken();
  std::uint64_t left = taken->taken();
  std::size_t begin = 0;  // of the group, among the records that were written
  auto refused = taken->refused.begin();
  std::vector<WriteGroup> unfinished;
  for (WriteGroup& group : groups) {
    const std::uint64_t of_group =
        std::min<std::uint64_t>(left, group.records.size() - group.written);
    for (; refused != taken->refused.end() && refused->record < begin + of_group; ++refused) {
      // LiveChat would send the webhook again, and later none at all.
      if (refused->is_deleted && channel == Channel::webhook) continue;
      group.refused.push_back({group.written + refused->record - begin, std::move(refused->reason),
                               refused->is_deleted});
    }
    begin += of_group;
    group.written += of_group;
    left -= of_group;
    if (of_group > 0 && std::ranges::any_of(group.records, concerns_directory)) {
      callbacks_.directory_changed(group.license);
    }
    (is_whole(group) ? written_ : unfinished).push_back(std::move(group));
  }
  const std::scoped_lock lock(mutex_);
  queue_.put_back(channel, std::move(unfinished));
}

Result<store::WriteSummary> Writer::write_together(const std::vector<WriteGroup>& groups,
                                                   const std::function<bool()>& is_enough) {
  return without_exceptions([&] {
    std::vector<std::span<const chat::Record>> records;
    records.reserve(groups.size());
    for (const WriteGroup& group : groups) {
      records.push_back(std::span(group.records).subspan(group.written));
    }
    return store_->write(groups.front().license, records, is_enough);
  });
}

void Writer::show() {
  if (written_.empty()) return;
  const Result<void> shown = without_exceptions([this] { return replay(); });
  if (!shown) log(shown.error());
  if (store::Damage damage = store_->damage(); damage != damage_) {
    damage_ = std::move(damage);
    callbacks_.damage_found(damage_);
  }
  for (WriteGroup& group : std::exchange(written_, {})) {
    if (shown) {
      group.done(std::move(group.refused));
    } else {
      group.done(std::unexpected(shown.error()));
    }
  }
}

// Applies all changes at once, and then removals. If one can't be applied, the engine stays as it
// was, and the next round tries them all again.
Result<void> Writer::replay() {
  auto applied = store_->replay(
      engine_.applied(), std::numeric_limits<std::size_t>::max(),
      [this](std::span<const chat::Change> changes) { return engine_.apply(changes); });
  if (applied && !removals_.empty()) applied = engine_.apply(removals_);
  if (applied) removals_.clear();
  // The last changes may concern no engine, but answers that are cached until the next change.
  const ChangeNumber last{done_.last_change};
  if (applied && engine_.applied() < last) engine_.has_all_up_to(last);
  return applied;
}

void Writer::log(const Error& error) {
  const Time time = Clock::now();
  const auto least_time =
      error.message == last_logged_ ? time_between_same_errors : time_between_errors;
  if (last_logged_at_ && time - *last_logged_at_ < least_time) return;
  last_logged_ = error.message;
  last_logged_at_ = time;
  spdlog::error("records can't be taken in: {}", error.message);
}

}  // namespace chatreports::app
