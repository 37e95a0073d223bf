#include "app/intake.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "app/clock.h"
#include "app/give_way.h"

namespace chatreports::app {
namespace {

bool tells_of_agents(const std::vector<chat::Record>& records) {
  return std::ranges::any_of(records, [](const chat::Record& record) {
    return std::holds_alternative<chat::AgentRecord>(record);
  });
}

}  // namespace

Intake::Intake(std::unique_ptr<store::Store> store, engine::Engine& engine,
               std::function<void(LicenseId)> agents_changed)
    : store_(std::move(store)),
      engine_(engine),
      agents_changed_(std::move(agents_changed)),
      writer_([this] { work(); }) {}

Intake::~Intake() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void Intake::take_in(LicenseId license, std::vector<chat::Record> records,
                     std::function<void(const Result<void>&)> done) {
  const Instant received_at = now();
  for (chat::Record& record : records) chat::stamp(record, received_at);
  {
    const std::scoped_lock lock(mutex_);
    groups_.push_back({license, std::move(records), std::move(done)});
  }
  changed_.notify_one();
}

std::size_t Intake::waiting() const {
  const std::scoped_lock lock(mutex_);
  return groups_.size();
}

std::vector<Intake::Group> Intake::wait_for_groups() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !groups_.empty() || is_ending_; });
  return std::exchange(groups_, {});
}

void Intake::work() {
  give_way(10);  // whoever asks does not wait for whoever tells
  while (true) {
    std::vector<Group> groups = wait_for_groups();
    if (groups.empty()) return;
    Result<void> done;
    try {
      done = write(groups);
    } catch (const std::exception& exception) {  // memory that ran out
      done = failed(exception.what());
    }
    if (!done) spdlog::error("records can't be taken in: {}", done.error().message);
    for (const Group& group : groups) group.done(done);
  }
}

Result<void> Intake::write(std::vector<Group>& groups) {
  std::map<LicenseId, std::vector<chat::Record>> by_license;
  for (Group& group : groups) {
    std::vector<chat::Record>& records = by_license[group.license];
    std::move(group.records.begin(), group.records.end(), std::back_inserter(records));
  }
  for (const auto& [license, records] : by_license) {
    const auto written = store_->write(license, records);
    if (!written) return std::unexpected(written.error());
    if (tells_of_agents(records)) agents_changed_(license);
  }
  return show();
}

// All changes at once, so that a change that can't be shown leaves the engine as it was; then the
// next to be written brings them along.
Result<void> Intake::show() {
  return store_->replay(
      engine_.applied(), std::numeric_limits<std::size_t>::max(),
      [this](std::span<const chat::Change> changes) { return engine_.apply(changes); });
}

}  // namespace chatreports::app
