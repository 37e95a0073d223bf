#pragma once
// Reads the files of an import in turn, and gathers what is to be said about them.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/archive_pages.h"
#include "app/import_files.h"
#include "app/refusals.h"
#include "base/error.h"
#include "chat/record.h"
#include "ingest/pipeline.h"
#include "ingest/warnings.h"

namespace chatreports::app {

class ImportReader {
 public:
  // Takes records in the order of the input. An error ends the file.
  using Take = std::function<Result<void>(std::vector<chat::Record>)>;

  // `highest_rating` is that of the licence.
  ImportReader(ImportFiles files, std::int64_t highest_rating, ImportForm form);

  // Reads all files, or up to a stop. Call it once; parsers run on all processors meanwhile.
  void read(const Take& take);

  // Any thread, at any time.
  void stop() { stopping_ = true; }
  bool is_read() const { return is_read_; }  // nothing more will be read
  std::uint64_t records() const { return records_; }
  std::uint64_t bytes_read() const { return bytes_read_; }
  Refusals& refusals() { return refusals_; }
  void add_error(const Error& error);
  // Those of files, and those that were added; in order.
  std::vector<Error> errors() const;
  // Returns a line for each kind of value that counts nowhere, `FILE:LINE: …` of the first one and
  // how many there are; and lines about files and pages that are missing.
  std::vector<std::string> warnings() const;
  // Returns how many values count nowhere.
  std::uint64_t uncounted_values() const;

 private:
  void read_file(const std::string& file, const Take& take);
  void read_stream(const std::string& name, ingest::ByteSource& source, std::uint64_t bytes_before,
                   const Take& take);
  void add_warnings(const std::string& file, std::vector<ingest::Warning> warnings);

  const std::vector<std::string> files_;
  const std::int64_t highest_rating_;
  const ImportForm form_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> is_read_ = false;
  std::atomic<std::uint64_t> records_ = 0;
  std::atomic<std::uint64_t> bytes_read_ = 0;
  Refusals refusals_;

  mutable std::mutex mutex_;  // guards what follows
  std::vector<Error> errors_;
  std::vector<std::string> notes_;
  std::vector<std::pair<std::string, ingest::Warning>> warnings_;  // with the file of the first one
  std::uint64_t uncounted_values_ = 0;
  ArchivePages pages_;
  std::vector<const ingest::Format*> formats_;  // that were met
};

}  // namespace chatreports::app
