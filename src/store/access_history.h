#pragma once
// Notices an older copy of the file of tokens that has replaced it: that would bring back revoked
// tokens, and lose keys that stored digests were made with.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

// One thread at a time.
class AccessHistory {
 public:
  explicit AccessHistory(StatementPreparer& prepare);

  // `tokens` are the numbers of the tokens in the file, read in the caller's transaction. Fails if
  // a token that was gone is back, or a key is gone. The first call accepts what it finds.
  Result<void> follow(std::set<std::int64_t> tokens, const std::string& path);

 private:
  Result<std::map<std::int64_t, std::string>> read_keys();
  Result<std::int64_t> read_last_token();

  Statement last_token_;
  Statement keys_;
  bool has_begun_ = false;
  std::set<std::int64_t> known_tokens_;
  std::int64_t known_last_token_ = 0;  // the last number that was given
  std::map<std::int64_t, std::string> known_keys_;
};

}  // namespace chatreports::store
