#include "app/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include "app/clock.h"
#include "app/stamps.h"
#include "base/printable.h"
#include "ingest/byte_source.h"
#include "ingest/pipeline.h"

namespace chatreports::app {

Importer::Importer(store::Store& store, PropertyKeys& keys, LicenseId license,
                   std::vector<std::string> files, std::function<void()> finished)
    : store_(store),
      keys_(keys),
      license_(license),
      files_(std::move(files)),
      finished_(std::move(finished)),
      reader_([this] { read_files(); }),
      writer_([this] { write_groups(); }) {}

Importer::~Importer() {
  stop();
  reader_.join();
  writer_.join();
}

void Importer::stop() {
  stopping_ = true;
  queue_.close();
}

std::vector<Error> Importer::errors() const {
  const std::scoped_lock lock(mutex_);
  return errors_;
}

void Importer::add_error(const Error& error) {
  const std::scoped_lock lock(mutex_);
  errors_.push_back(error);
}

void Importer::add_warnings(const std::string& file, std::vector<ingest::Warning> warnings) {
  const std::scoped_lock lock(mutex_);
  for (ingest::Warning& warning : warnings) {
    const auto known = std::ranges::find_if(
        warnings_, [&warning](const auto& one) { return one.second.what == warning.what; });
    if (known != warnings_.end()) {
      known->second.count += warning.count;
    } else if (warnings_.size() < ingest::max_warnings) {
      warnings_.emplace_back(file, std::move(warning));
    }
  }
}

std::vector<std::string> Importer::warnings() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> lines;
  for (const auto& [file, warning] : warnings_) {
    lines.push_back(printable(
        fmt::format("{}:{}: {} ({} in all)", file, warning.line, warning.what, warning.count)));
  }
  return lines;
}

void Importer::read_files() {
  try {
    const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
    for (const std::string& file : files_) {
      if (stopping_) break;
      read_file(file, threads);
    }
  } catch (const std::exception& exception) {
    add_error(ingest::failed_import(exception));
  }
  read_all_ = true;
  queue_.close();
}

void Importer::read_file(const std::string& file, unsigned threads) {
  const auto source = ingest::open_file(file);
  if (!source) {
    add_error(source.error());
    return;
  }
  const std::uint64_t bytes_before = bytes_read_;
  ingest::PipelineOptions options;
  options.threads = threads;
  refusals_.begin_file(file);
  const Result<void> read = ingest::read_records(
      **source, options,
      [&](ingest::Batch batch) -> Result<void> {
        refusals_.add(batch.refused, !batch.records.empty());
        if (auto keyed = keys_.take_keys(license_, batch.records); !keyed) return keyed;
        if (auto keyed = keys_.digest(license_, batch.records); !keyed) return keyed;
        const std::size_t count = batch.records.size();
        // Only stop() closes the queue before the end.
        if (!queue_.push(std::move(batch.records))) return failed("stopped");
        add_warnings(file, std::move(batch.warnings));
        records_ += count;
        bytes_read_ = bytes_before + (*source)->bytes_consumed();
        return {};
      },
      [this] { return stopping_.load(); });
  refusals_.end_file();
  if (stopping_) return;
  bytes_read_ = bytes_before + (*source)->bytes_consumed();
  if (!read) add_error(read.error());
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
    summary_.written += written->written;
    summary_.unchanged += written->unchanged;
    summary_.ignored += written->ignored;
    for (const store::RefusedRecord& refused : written->refused) refusals_.add(refused.reason);
    records_ -= written->refused.size();
  }
}

void Importer::write_groups() {
  try {
    if (const auto written = write_groups_in_turn(); !written) add_error(written.error());
  } catch (const std::exception& exception) {
    add_error(ingest::failed_import(exception));
  }
  stop();
  written_all_ = true;
  finished_();
}

}  // namespace chatreports::app
