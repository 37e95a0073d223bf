#pragma once
// Notices that a page of LiveChat's List Archives did not come. A page does not say which one it
// is, only whether another comes after it. So a missing last page is noticed, in any order of the
// files, and a missing page between two others is not.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/parse_record.h"

namespace chatreports::app {

class ArchivePages {
 public:
  void add(const std::string& file, const std::vector<ingest::Page>& pages);
  // Returns `FILE:LINE: …` of the last page after which another should have come.
  std::optional<std::string> warning() const;

 private:
  std::uint64_t firsts_ = 0;  // without a page before them
  std::uint64_t lasts_ = 0;   // without a page after them
  bool tells_previous_ = false;
  std::string place_of_unfinished_;  // FILE:LINE; empty: none
};

}  // namespace chatreports::app
