#pragma once
// A cache of answers. A report holds until a fact changes, from some moment on. Dashboards
// ask the same again and again, for several people at a time.

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/numbers.h"
#include "time/instant.h"

namespace chatreports::api {

struct CachedAnswer {
  std::string text;
  std::string_view media_type;  // of static storage
};

// Any thread.
class AnswerCache {
 public:
  // `max_bytes` limits keys and answers together, about; 0 caches nothing.
  explicit AnswerCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Returns the answer cached for the key and this last change if it holds now, else null. The key
  // holds everything that the answer depends on except the facts and the time.
  std::shared_ptr<const CachedAnswer> find(std::string_view key, ChangeNumber last_change,
                                           Instant now);
  // Caches an answer that holds from `holds_from` on: the clock may be set back. Evicts the answers
  // that were not used for the longest time.
  void put(std::string key, ChangeNumber last_change, Instant holds_from,
           std::shared_ptr<const CachedAnswer> answer);

 private:
  struct Entry {
    std::string key;
    ChangeNumber last_change;
    Instant holds_from;
    std::shared_ptr<const CachedAnswer> answer;
  };
  using Entries = std::list<Entry>;

  static std::size_t bytes_of(const Entry& entry);
  void remove(Entries::iterator entry);

  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;  // guarded by mutex_, as is all that follows
  Entries entries_;        // the most recently used first
  std::unordered_map<std::string_view, Entries::iterator> by_key_;
};

}  // namespace chatreports::api
