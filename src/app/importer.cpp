#include "app/importer.h"

#include <exception>
#include <span>
#include <utility>
#include <vector>

#include "app/clock.h"
#include "app/stamps.h"

namespace chatreports::app {

Importer::Importer(store::Store& store, LicenseRules& rules, EngineFollower* follower,
                   LicenseId license, ImportFiles files, ImportForm form,
                   std::function<void()> finished)
    : store_(store),
      rules_(rules),
      follower_(follower),
      license_(license),
      finished_(std::move(finished)),
      reader_(std::move(files), rules.highest_rating(license), std::move(form)),
      reading_([this] { read_files(); }),
      writing_([this] { write_groups(); }) {}

Importer::~Importer() {
  stop();
  reading_.join();
  writing_.join();
}

void Importer::stop() {
  reader_.stop();
  queue_.close();
}

void Importer::read_files() {
  reader_.read([this](std::vector<chat::Record> records) -> Result<void> {
    if (auto keyed = rules_.take_keys(license_, records); !keyed) return keyed;
    if (auto prepared = rules_.prepare(license_, records); !prepared) return prepared;
    // Only stop() closes the queue before the end.
    if (!queue_.push(std::move(records))) return failed("stopped");
    return {};
  });
  queue_.close();
}

Result<void> Importer::write_groups_in_turn() {
  if (auto begun = store_.begin_import(); !begun) return begun;
  const auto last_stamp = store_.last_stamp();
  if (!last_stamp) return std::unexpected(last_stamp.error());
  Stamps stamps(*last_stamp);
  RecordGroup group;
  while (true) {
    group = queue_.take(std::move(group));
    if (group.empty()) return store_.end_import();
    const Instant received_at = stamps.next(now());
    for (std::vector<chat::Record>& records : group) {
      for (chat::Record& record : records) chat::stamp(record, received_at);
    }
    const std::vector<std::span<const chat::Record>> parts(group.begin(), group.end());
    const auto written = store_.write(license_, parts, [] { return false; });
    if (!written) return std::unexpected(written.error());
    if (follower_ != nullptr) follower_->committed(written->last_change, store_.is_log_long());
    summary_.written += written->written;
    summary_.unchanged += written->unchanged;
    summary_.ignored += written->ignored;
    summary_.deleted += written->deleted;
    for (const store::RefusedRecord& refused : written->refused) {
      if (refused.is_deleted) continue;
      reader_.refusals().add(refused.reason);
    }
  }
}

void Importer::write_groups() {
  try {
    if (const auto written = write_groups_in_turn(); !written) reader_.add_error(written.error());
  } catch (const std::exception& exception) {
    reader_.add_error(ingest::failed_import(exception));
  }
  stop();
  written_all_ = true;
  finished_();
}

}  // namespace chatreports::app
