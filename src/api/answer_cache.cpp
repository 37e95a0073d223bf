#include "api/answer_cache.h"

#include <algorithm>
#include <utility>

namespace chatreports::api {
namespace {

constexpr std::size_t bytes_beside = 256;  // the key and the answer of an entry, about

}  // namespace

std::size_t AnswerCache::bytes_of(const Entry& entry) {
  return bytes_beside + entry.key.size() + entry.answer->text.size();
}

void AnswerCache::remove(Entries::iterator entry) {
  bytes_ -= bytes_of(*entry);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

std::shared_ptr<const CachedAnswer> AnswerCache::find(std::string_view key,
                                                      ChangeNumber last_change, Instant now) {
  if (max_bytes_ == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (entry->last_change != last_change) {
    remove(entry);
    return nullptr;
  }
  if (now < entry->holds_from) return nullptr;
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->answer;
}

void AnswerCache::put(std::string key, ChangeNumber last_change, Instant holds_from,
                      std::shared_ptr<const CachedAnswer> answer) {
  Entry added{std::move(key), last_change, holds_from, std::move(answer)};
  const std::size_t bytes = bytes_of(added);
  // One large answer must not evict all the small ones.
  if (bytes > max_bytes_ / 4) return;
  const std::lock_guard lock(mutex_);
  if (const auto known = by_key_.find(added.key); known != by_key_.end()) remove(known->second);
  while (bytes_ + bytes > max_bytes_) remove(std::prev(entries_.end()));
  entries_.push_front(std::move(added));
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

}  // namespace chatreports::api
