#pragma once
// The damage in a store.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"

namespace chatreports::store {

struct Damage {
  struct OfLicense {
    std::uint64_t rows = 0;              // damaged or missing, about
    std::vector<std::string> sentences;  // the first few
    bool operator==(const OfLicense&) const = default;
  };
  // Damage to facts that reports are made of. The reports of all other licences stay right.
  std::map<LicenseId, OfLicense> licenses;
  // Damage to what threads or greeting events were before: engines with older facts cannot be
  // brought up to date.
  bool is_of_history = false;
  // The index over ids, which can be made again from the rows.
  bool is_of_index = false;
  // The string table. Records that name a damaged string can't be read, and are counted for their
  // licence.
  bool is_of_strings = false;
  // Labels of forms, which exports need and reports do not.
  bool is_of_labels = false;

  // The first few rows with a wrong checksum: "row 5 of threads".
  std::vector<std::string> rows;

  bool is_none() const {
    return licenses.empty() && !is_of_history && !is_of_index && !is_of_strings && !is_of_labels;
  }
  void add(LicenseId license, std::uint64_t count, std::string sentence);
  // For each licence, keeps the worse damage.
  void merge(const Damage& other);
  bool operator==(const Damage&) const = default;
};

// Compares the checksum of each row, and the number of rows, within a transaction; as fast as the
// file can be read. Fails if the file cannot be read to its end.
Result<Damage> find_damage(Database& database);

}  // namespace chatreports::store
