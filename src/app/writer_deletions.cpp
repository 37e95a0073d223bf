// The part of Writer that deletes.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>
#include <variant>

#include "app/clock.h"
#include "app/writer.h"
#include "base/exception.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

using Clock = std::chrono::steady_clock;

// Webhooks and records wait no longer for a part of a deletion.
constexpr std::chrono::milliseconds slice_time{20};
constexpr std::chrono::seconds time_after_error{10};
constexpr std::chrono::minutes time_between_looks_for_old{10};
// If the clock says that there were no chats for longer, it is not trusted to delete.
constexpr std::chrono::days longest_silence{35};

std::string extent_of(const chat::Deletion& deletion) {
  const auto* const time = std::get_if<chat::TimeDeletion>(&deletion);
  if (time == nullptr) return "";
  return fmt::format(", those that began before {}", format_rfc3339_second(time->before));
}

}  // namespace

void Writer::erase(LicenseId license, chat::Deletion deletion, api::Intake::Deleted done) {
  {
    const std::scoped_lock lock(mutex_);
    erasures_.push_back({license, std::move(deletion), std::move(done)});
  }
  changed_.notify_one();
}

void Writer::erase_some() {
  if (Clock::now() >= looks_for_old_at_) erase_what_is_old();
  std::unique_lock lock(mutex_);
  while (!erasures_.empty()) {
    Erasure erasure = std::move(erasures_.front());
    erasures_.pop_front();
    lock.unlock();
    begin(std::move(erasure));
    lock.lock();
  }
  lock.unlock();
  if (is_erasing_) {
    if (Clock::now() >= goes_on_at_) go_on_erasing();
  } else if (is_compacting_ && Clock::now() >= compacts_at_) {
    go_on_compacting();
  }
}

// The directory forgets before the engine has changes.
Result<void> Writer::carry_out(store::DeletionStep& step) {
  done_.last_change = step.last_change.value;
  removals_.insert(removals_.end(), std::make_move_iterator(step.removals.begin()),
                   std::make_move_iterator(step.removals.end()));
  return without_exceptions([this] { return replay(); });
}

void Writer::begin(Erasure erasure) {
  // The engine must have what was before.
  Result<void> shown = without_exceptions([this] { return replay(); });
  const std::uint64_t before = engine_.content(erasure.license).chats;
  Result<store::DeletionStep> step = shown ? without_exceptions([&] {
    return store_->begin_deleting(erasure.license, erasure.deletion);
  })
                                           : std::unexpected(shown.error());
  if (!step) {
    if (step.error().kind != ErrorKind::not_found) log(step.error());
    return erasure.done(std::unexpected(step.error()));
  }
  callbacks_.directory_changed(erasure.license);
  is_erasing_ = is_erasing_ || !step->is_done;
  is_compacting_ = true;
  shown = carry_out(*step);
  if (!shown) {
    log(shown.error());
    return erasure.done(std::unexpected(shown.error()));
  }
  if (std::holds_alternative<chat::AgentDeletion>(erasure.deletion)) {
    of_agents_.emplace(step->deletion, OfAgent{std::move(erasure)});
    return;
  }
  const std::uint64_t chats = before - engine_.content(erasure.license).chats;
  spdlog::info("licence {}: deleted chats: {}{}", erasure.license.value, chats,
               extent_of(erasure.deletion));
  erasure.done(chats);
}

void Writer::go_on_erasing() {
  const Time end = Clock::now() + slice_time;
  Result<store::DeletionStep> step = without_exceptions(
      [&] { return store_->go_on_deleting([end] { return Clock::now() >= end; }); });
  const Result<void> shown = step ? carry_out(*step) : std::unexpected(step.error());
  if (!shown) {
    log(shown.error());
    goes_on_at_ = Clock::now() + time_after_error;
    return;
  }
  const auto of_agent = of_agents_.find(step->deletion);
  if (of_agent != of_agents_.end()) {
    of_agent->second.changed += step->changed;
    if (step->is_last) {
      const auto [erasure, changed] = std::move(of_agents_.extract(of_agent).mapped());
      spdlog::info("licence {}: chats in which an agent's id was replaced: {}",
                   erasure.license.value, changed);
      erasure.done(changed);
    }
  }
  if (!step->is_done) return;
  is_erasing_ = false;
  is_compacting_ = true;
}

void Writer::go_on_compacting() {
  const Time end = Clock::now() + slice_time;
  const Result<store::Compacted> compacted =
      without_exceptions([&] { return store_->compact([end] { return Clock::now() >= end; }); });
  if (compacted == store::Compacted::in_part) return;
  if (compacted == store::Compacted::whole) {
    is_compacting_ = false;
    return;
  }
  if (!compacted) log(compacted.error());
  compacts_at_ = Clock::now() + time_after_error;
}

// The time from which on a licence keeps its chats changes once a day.
void Writer::erase_what_is_old() {
  looks_for_old_at_ = Clock::now() + time_between_looks_for_old;
  const auto licenses = without_exceptions([this] { return store_->licenses(); });
  if (!licenses) return log(licenses.error());
  std::optional<Instant> newest;
  for (const LicenseId license : *licenses) {
    const auto starts = engine_.content(license).starts;
    if (starts) newest = std::max(newest.value_or(starts->to), starts->to);
  }
  if (!newest) return;
  for (const LicenseId license : *licenses) {
    const std::optional<Instant> from = callbacks_.keeps_from(license);
    const auto known = kept_from_.find(license);
    if (!from || (known != kept_from_.end() && *from <= known->second)) continue;
    if (now() - *newest > longest_silence) {
      kept_from_[license] = *from;
      spdlog::warn(
          "--keep: nothing of licence {} is deleted today: the newest chat of all began at "
          "{}, and the clock of this machine may be wrong",
          license.value, format_rfc3339_second(*newest));
      continue;
    }
    // What comes from now on is later, whatever the clock says.
    begin({license, chat::TimeDeletion{std::min(*from, *newest)},
           [this, license, from = *from](const Result<std::uint64_t>& deleted) {
             if (deleted) kept_from_[license] = from;
           }});
  }
}

}  // namespace chatreports::app
