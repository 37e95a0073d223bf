#include "api/answer_cache.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace chatreports::api {
namespace {

constexpr std::size_t bytes_beside = 256;  // the key and the answer of an entry, about

}  // namespace

std::string entity_tag_of(std::string_view body) {
  const XXH128_hash_t hash = XXH3_128bits(body.data(), body.size());
  return fmt::format("W/\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

// A list as in RFC 9110, 5.6.1: elements are separated by commas and may be empty.
bool names_tag(std::string_view if_none_match, std::string_view entity_tag) {
  if (if_none_match == "*") return true;
  const std::string_view opaque = entity_tag.substr(entity_tag.find('"'));
  const auto skip = [&if_none_match](std::string_view bytes) {
    if_none_match.remove_prefix(
        std::min(if_none_match.find_first_not_of(bytes), if_none_match.size()));
  };
  bool is_named = false;
  for (skip(" \t,"); !if_none_match.empty(); skip(" \t,")) {
    if (if_none_match.starts_with("W/")) if_none_match.remove_prefix(2);
    const std::size_t end =
        if_none_match.starts_with('"') ? if_none_match.find('"', 1) : std::string_view::npos;
    if (end == if_none_match.npos) return false;
    is_named = is_named || if_none_match.substr(0, end + 1) == opaque;
    if_none_match.remove_prefix(end + 1);
    skip(" \t");
    if (!if_none_match.empty() && if_none_match.front() != ',') return false;
  }
  return is_named;
}

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
