#pragma once
// Imports files on two threads: one reads and runs the parsers, one writes. Meanwhile the caller
// can show the progress and stop the import.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/property_keys.h"
#include "app/record_queue.h"
#include "app/refusals.h"
#include "base/error.h"
#include "ingest/warnings.h"
#include "store/store.h"

namespace chatreports::app {

class Importer {
 public:
  // Borrows `store` and `keys`. Nobody else may use `store` until is_written(). `finished` is
  // called from one of the threads when nothing is left to do.
  Importer(store::Store& store, PropertyKeys& keys, LicenseId license,
           std::vector<std::string> files, std::function<void()> finished);
  // Waits for both threads; even after stop() a read from a pipe may block.
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // Stops reading. Records that were accepted so far are still written.
  void stop();

  // Any thread, at any time.
  bool is_written() const { return written_all_; }  // nothing more will be written
  bool is_read() const { return read_all_; }        // nothing more will be read
  std::uint64_t records() const { return records_; }
  std::uint64_t bytes_read() const { return bytes_read_; }
  Refusals& refusals() { return refusals_; }
  // Returns warnings about accepted values that count nowhere: `FILE:LINE: …` of the first of each
  // kind, and how many there are.
  std::vector<std::string> warnings() const;

  // Once is_written(): what is durable, and the errors of files or of the store, in order.
  const store::WriteSummary& summary() const { return summary_; }
  std::vector<Error> errors() const;

 private:
  void read_files();
  void read_file(const std::string& file, unsigned threads);
  void write_groups();
  Result<void> write_groups_in_turn();
  void add_error(const Error& error);
  void add_warnings(const std::string& file, std::vector<ingest::Warning> warnings);

  store::Store& store_;
  PropertyKeys& keys_;
  const LicenseId license_;
  const std::vector<std::string> files_;
  const std::function<void()> finished_;

  RecordQueue queue_;
  Refusals refusals_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> read_all_ = false;
  std::atomic<bool> written_all_ = false;
  std::atomic<std::uint64_t> records_ = 0;
  std::atomic<std::uint64_t> bytes_read_ = 0;
  store::WriteSummary summary_;

  mutable std::mutex mutex_;
  std::vector<Error> errors_;  // guarded by mutex_
  // With the file of the first one. Guarded by mutex_.
  std::vector<std::pair<std::string, ingest::Warning>> warnings_;

  std::thread reader_;  // these two last: they use all of the above
  std::thread writer_;
};

}  // namespace chatreports::app
