#pragma once
// Answers that were given and are still true: they hold until a fact changes, from some moment on.
// Dashboards ask the same again and again, several people the same at a time.

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

// As the ETag header has it.
std::string entity_tag_of(std::string_view body);

// Whether an If-None-Match header names the tag; one that is not well-formed names none. Tags are
// compared weakly (RFC 9110, 8.8.3.2): the same answer may go out packed or not.
bool names_tag(std::string_view if_none_match, std::string_view entity_tag);

// Any thread may use it.
class Answers {
 public:
  // Keeps at most about so many bytes of keys and answers; 0: none.
  explicit Answers(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // The answer that was kept for the key while the last change was this one, and that holds now;
  // null where there is none. The key holds everything that the answer depends on except the facts
  // and the time.
  std::shared_ptr<const std::string> find(std::string_view key, ChangeNumber last_change,
                                          Instant now);
  // The answer holds from `holds_from` on. It does not before, and the clock may be set back. The
  // one that was not used for the longest gives way.
  void keep(std::string key, ChangeNumber last_change, Instant holds_from,
            std::shared_ptr<const std::string> answer);

 private:
  struct Entry {
    std::string key;
    ChangeNumber last_change;
    Instant holds_from;
    std::shared_ptr<const std::string> answer;
  };
  using Entries = std::list<Entry>;

  static std::size_t bytes_of(const Entry& entry);
  void remove(Entries::iterator entry);

  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;  // guarded by mutex_, as is all that follows
  Entries entries_;        // the one that was used last first
  std::unordered_map<std::string_view, Entries::iterator> by_key_;
};

}  // namespace chatreports::api
