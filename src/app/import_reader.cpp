#include "app/import_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <thread>

#include "base/printable.h"
#include "ingest/formats/csv_source.h"
#include "ingest/formats/names.h"
#include "ingest/input_file.h"

namespace chatreports::app {

ImportReader::ImportReader(ImportFiles files, std::int64_t highest_rating, ImportForm form)
    : files_(std::move(files.files)),
      highest_rating_(highest_rating),
      form_(std::move(form)),
      errors_(std::move(files.errors)),
      notes_(std::move(files.notes)) {}

void ImportReader::add_error(const Error& error) {
  const std::scoped_lock lock(mutex_);
  errors_.push_back(error);
}

std::vector<Error> ImportReader::errors() const {
  const std::scoped_lock lock(mutex_);
  return errors_;
}

void ImportReader::add_warnings(const std::string& file, std::vector<ingest::Warning> warnings) {
  const std::scoped_lock lock(mutex_);
  for (ingest::Warning& warning : warnings) {
    uncounted_values_ += warning.count;
    const auto known = std::ranges::find_if(
        warnings_, [&warning](const auto& one) { return one.second.what == warning.what; });
    if (known != warnings_.end()) {
      known->second.count += warning.count;
    } else if (warnings_.size() < ingest::max_warnings) {
      warnings_.emplace_back(file, std::move(warning));
    }
  }
}

std::vector<std::string> ImportReader::warnings() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> lines;
  for (const auto& [file, warning] : warnings_) {
    lines.push_back(printable(
        fmt::format("{}:{}: {} ({} in all)", file, warning.line, warning.what, warning.count)));
  }
  lines.insert(lines.end(), notes_.begin(), notes_.end());
  for (const ingest::Format* format : formats_) {
    lines.push_back(fmt::format("records of {} do not tell {}; see docs/formats.md",
                                ingest::title_of(*format), ingest::lacks_of(*format)));
  }
  if (const auto missing_page = pages_.warning()) lines.push_back(printable(*missing_page));
  return lines;
}

std::uint64_t ImportReader::uncounted_values() const {
  const std::scoped_lock lock(mutex_);
  return uncounted_values_;
}

void ImportReader::read(const Take& take) {
  try {
    for (const std::string& file : files_) {
      if (stopping_) break;
      read_file(file, take);
    }
  } catch (const std::exception& exception) {
    add_error(ingest::failed_import(exception));
  }
  is_read_ = true;
}

void ImportReader::read_file(const std::string& file, const Take& take) {
  const std::uint64_t bytes_before = bytes_read_;
  const auto passed_over = ingest::visit_streams(
      file,
      [&](const std::string& name, ingest::ByteSource& source) {
        if (form_.mapping == nullptr) {
          read_stream(name, source, bytes_before, take);
        } else {
          read_stream(name, *ingest::open_csv(source, *form_.mapping), bytes_before, take);
        }
        return !stopping_;
      },
      form_.mapping == nullptr ? ingest::Content::records : ingest::Content::table);
  if (!passed_over) return add_error(passed_over.error());
  if (passed_over->count == 0) return;
  const std::scoped_lock lock(mutex_);
  notes_.push_back(note_of(file, *passed_over));
}

void ImportReader::read_stream(const std::string& name, ingest::ByteSource& source,
                               std::uint64_t bytes_before, const Take& take) {
  ingest::PipelineOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  options.highest_rating = highest_rating_;
  options.format = form_.format;
  refusals_.begin_file(name);
  const std::uint64_t found_before = records_ + refusals_.count();
  const Result<void> done = ingest::read_records(
      source, options,
      [&](ingest::Batch batch) -> Result<void> {
        refusals_.add(batch.refused, !batch.records.empty());
        {
          const std::scoped_lock lock(mutex_);
          pages_.add(name, batch.pages);
          for (const ingest::Format* format : batch.formats) {
            if (std::ranges::find(formats_, format) == formats_.end()) formats_.push_back(format);
          }
        }
        const std::size_t count = batch.records.size();
        if (auto taken = take(std::move(batch.records)); !taken) return taken;
        add_warnings(name, std::move(batch.warnings));
        records_ += count;
        bytes_read_ = bytes_before + source.bytes_consumed();
        return {};
      },
      [this] { return stopping_.load(); });
  refusals_.end_file();
  if (stopping_) return;
  bytes_read_ = bytes_before + source.bytes_consumed();
  if (!done) {
    Error error = done.error();
    const bool has_name = error.message.find(name) != std::string::npos;
    if (form_.mapping != nullptr && !has_name) error.message.insert(0, printable(name) + ": ");
    return add_error(error);
  }
  if (records_ + refusals_.count() > found_before) return;
  const std::scoped_lock lock(mutex_);
  notes_.push_back(printable(name + ": there are no records in it"));
}

}  // namespace chatreports::app
