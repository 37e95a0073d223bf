#include "api/answers.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

namespace chatreports::api {
namespace {

constexpr std::size_t bytes_beside = 256;  // of an entry, about

}  // namespace

std::string entity_tag_of(std::string_view body) {
  const XXH128_hash_t hash = XXH3_128bits(body.data(), body.size());
  return fmt::format("W/\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

bool names_tag(std::string_view if_none_match, std::string_view entity_tag) {
  if (if_none_match == "*") return true;
  // Tags are quoted and have no quotation mark within, so the opaque part can only be found whole.
  const std::string_view opaque = entity_tag.substr(entity_tag.find('"'));
  return if_none_match.find(opaque) != if_none_match.npos;
}

std::size_t Answers::bytes_of(const Entry& entry) {
  return bytes_beside + entry.key.size() + entry.answer->size();
}

void Answers::remove(Entries::iterator entry) {
  bytes_ -= bytes_of(*entry);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

std::shared_ptr<const std::string> Answers::find(std::string_view key, ChangeNumber last_change,
                                                 Instant now) {
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

void Answers::keep(std::string key, ChangeNumber last_change, Instant holds_from,
                   std::shared_ptr<const std::string> answer) {
  Entry added{std::move(key), last_change, holds_from, std::move(answer)};
  const std::size_t bytes = bytes_of(added);
  // One large answer is not worth all the small ones.
  if (bytes > max_bytes_ / 4) return;
  const std::lock_guard lock(mutex_);
  if (const auto known = by_key_.find(added.key); known != by_key_.end()) remove(known->second);
  while (bytes_ + bytes > max_bytes_) remove(std::prev(entries_.end()));
  entries_.push_front(std::move(added));
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

}  // namespace chatreports::api
