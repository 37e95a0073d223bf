#pragma once
// Imports files on two threads: one reads and runs the parsers, one writes. Meanwhile the caller
// can show the progress and stop the import.

#include <atomic>
#include <functional>
#include <thread>

#include "app/engine_follower.h"
#include "app/import_reader.h"
#include "app/license_rules.h"
#include "app/record_queue.h"
#include "base/error.h"
#include "store/store.h"

namespace chatreports::app {

class Importer {
 public:
  // Borrows `store`, `rules` and `follower`, which may be null. Nobody else may use `store` until
  // is_written(). `finished` is called from one of the threads when nothing is left to do.
  Importer(store::Store& store, LicenseRules& rules, EngineFollower* follower, LicenseId license,
           ImportFiles files, ImportForm form, std::function<void()> finished);
  // Waits for both threads; even after stop() a read from a pipe may block.
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // Stops reading. Records that were accepted so far are still written.
  void stop();

  // Any thread, at any time.
  bool is_written() const { return written_all_; }  // nothing more will be written
  // Knows the records, refusals and warnings of the files, and also the errors of the store.
  ImportReader& reader() { return reader_; }

  // Once is_written(): what is durable.
  const store::WriteSummary& summary() const { return summary_; }

 private:
  void read_files();
  void write_groups();
  Result<void> write_groups_in_turn();

  store::Store& store_;
  LicenseRules& rules_;
  EngineFollower* const follower_;
  const LicenseId license_;
  const std::function<void()> finished_;

  RecordQueue queue_;
  ImportReader reader_;
  std::atomic<bool> written_all_ = false;
  store::WriteSummary summary_;

  std::thread reading_;  // these two last: they use all of the above
  std::thread writing_;
};

}  // namespace chatreports::app
