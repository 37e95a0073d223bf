#pragma once
// Reports of a data folder without a server, asked as a server is asked.

#include <memory>
#include <string>

#include "api/api.h"
#include "base/error.h"
#include "base/numbers.h"
#include "engine/engine.h"
#include "http/message.h"
#include "store/store.h"

namespace chatreports::app {

// Reads the folder and changes nothing in it. A server may use it meanwhile: reports are of the
// moment of open(). One thread at a time.
class LocalReports {
 public:
  // Fails if the folder is not there, can't be read, or holds nothing of the licence.
  static Result<std::unique_ptr<LocalReports>> open(const std::string& data_folder,
                                                    LicenseId license);
  ~LocalReports();
  LocalReports(const LocalReports&) = delete;
  LocalReports& operator=(const LocalReports&) = delete;

  // Returns the answer to `GET target`, or with a body to `POST target`; see docs/api.md. Without
  // any limits of its own.
  http::Response ask(const std::string& target, const std::string& body = {}) const;
  // Returns what the engine has of the licence.
  engine::LicenseContent content() const;

 private:
  class Everything;
  explicit LocalReports(std::unique_ptr<Everything> everything);
  std::unique_ptr<Everything> everything_;
};

// Fills the engine from its files and then from the store, and writes no file.
Result<void> fill_for_reading(engine::Engine& engine, store::Store& store);

}  // namespace chatreports::app
