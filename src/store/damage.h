#pragma once
// What of a store is not what was written.

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
    std::uint64_t rows = 0;              // that are damaged or missing, about
    std::vector<std::string> sentences;  // the first few
    bool operator==(const OfLicense&) const = default;
  };
  // Of the facts that figures are made of. What is damaged nowhere but here leaves all other
  // licences' figures as they are.
  std::map<LicenseId, OfLicense> licenses;
  // What a thread or a greeting event was before: engines that hold older facts can't be brought up
  // to date.
  bool is_of_history = false;
  // The index over ids, which can be made anew from the rows.
  bool is_of_index = false;
  // The string table. Records that name a damaged string can't be read, and are counted for their
  // licence.
  bool is_of_strings = false;
  // Labels of forms, which exports need and no figure.
  bool is_of_labels = false;

  // The first few that have another checksum: "row 5 of threads".
  std::vector<std::string> rows;

  bool is_none() const {
    return licenses.empty() && !is_of_history && !is_of_index && !is_of_strings && !is_of_labels;
  }
  void add(LicenseId license, std::uint64_t count, std::string sentence);
  // Of each licence what tells more.
  void merge(const Damage& other);
  bool operator==(const Damage&) const = default;
};

// Looks at the checksum of each row, and whether the rows are all there. In the caller's
// transaction; as fast as the file can be read. An error where it can't be read to its end.
Result<Damage> find_damage(Database& database);

}  // namespace chatreports::store
