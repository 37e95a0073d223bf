#pragma once
// Events ↔ bytes, in the form that record_codec.cpp describes. An event names its author by a place
// among those of its record.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/record.h"
#include "store/record_encoding.h"

namespace chatreports::store {

// The places of authors among those that the record names. There are nearly always few, and a
// linear search is fastest; with many a map takes over.
template <class Id>
class Places {
 public:
  std::size_t place_of(Id id) {
    if (ids_.size() <= most_searched) {
      for (std::size_t place = 0; place < ids_.size(); ++place) {
        if (ids_[place] == id) return place;
      }
    } else if (const auto found = places_.find(id); found != places_.end()) {
      return found->second;
    }
    return add(id);
  }
  std::size_t add(Id id) {
    const std::size_t place = ids_.size();
    ids_.push_back(id);
    if (ids_.size() == most_searched + 1) {
      for (std::size_t earlier = 0; earlier < ids_.size(); ++earlier) {
        places_.emplace(ids_[earlier], earlier);
      }
    } else if (ids_.size() > most_searched) {
      places_.emplace(id, place);
    }
    return place;
  }
  const std::vector<Id>& ids() const { return ids_; }

 private:
  static constexpr std::size_t most_searched = 16;
  std::vector<Id> ids_;
  std::unordered_map<Id, std::size_t> places_;
};

struct Authors {
  Places<std::string_view> agents;  // those listed in the thread, then further ones
  Places<std::uint64_t> unlisted;   // digests
};

// The authors that a record names.
struct NamedAuthors {
  std::vector<std::string> agents;
  std::vector<std::string> further_agents;
  std::vector<std::uint64_t> unlisted;
};

// `before` is the time of the event before, or the start of the thread. The bytes do not contain
// the key of the event.
void write_event(RecordEncoder& encoder, const chat::Event& event, Instant before,
                 Authors& authors);
chat::Event read_event(RecordDecoder& decoder, Instant before, const NamedAuthors& authors);

}  // namespace chatreports::store
