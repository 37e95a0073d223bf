#include "store/access_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace chatreports::store {

AccessHistory::AccessHistory(StatementPreparer& prepare)
    : last_token_(prepare("SELECT seq FROM sqlite_sequence WHERE name = 'tokens'")),
      keys_(prepare("SELECT license, key FROM digest_keys")) {}

Result<void> AccessHistory::follow(std::set<std::int64_t> tokens, const std::string& path) {
  auto last_token = read_last_token();
  if (!last_token) return std::unexpected(std::move(last_token.error()));
  auto keys = read_keys();
  if (!keys) return std::unexpected(std::move(keys.error()));
  // SQLite gives no number twice, and no key is ever changed or removed.
  const auto is_known_or_new = [this](std::int64_t token) {
    return token > known_last_token_ || known_tokens_.contains(token);
  };
  const bool is_older = has_begun_ && (*last_token < known_last_token_ ||
                                       !std::ranges::all_of(tokens, is_known_or_new) ||
                                       !std::ranges::includes(*keys, known_keys_));
  if (is_older) {
    return failed(
        fmt::format("{} was replaced by an older copy while chatreports had it; nothing more is "
                    "acknowledged; put it back as it was, or start chatreports again",
                    path));
  }
  has_begun_ = true;
  known_tokens_ = std::move(tokens);
  known_last_token_ = *last_token;
  known_keys_ = *std::move(keys);
  return {};
}

Result<std::map<std::int64_t, std::string>> AccessHistory::read_keys() {
  std::map<std::int64_t, std::string> keys;
  auto read = for_each_row(keys_, [&]() -> Result<void> {
    keys.emplace(keys_.integer(0), keys_.bytes(1));
    return {};
  });
  if (!read) return std::unexpected(std::move(read.error()));
  return keys;
}

// 0 if no token was ever made.
Result<std::int64_t> AccessHistory::read_last_token() {
  const ResetAtEnd reset(last_token_);
  const auto found = last_token_.step();
  if (!found) return std::unexpected(found.error());
  return *found ? last_token_.integer(0) : 0;
}

}  // namespace chatreports::store
