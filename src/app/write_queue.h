#pragma once
// Records that wait for the writer. Webhooks and bodies of records have separate queues, one for
// each licence. Licences take turns, so none waits for everything that another has sent.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "api/intake.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"

namespace chatreports::app {

// The records of one call, which gets one answer.
struct WriteGroup {
  LicenseId license;
  std::vector<chat::Record> records;
  api::Done done;
  std::size_t written = 0;                       // the first so many records, durable or refused
  std::vector<api::RefusedRecord> refused = {};  // so far
};

// One thread at a time.
class WriteQueue {
 public:
  void push(api::Channel channel, WriteGroup group);

  // Takes groups of the licence whose turn it is, in order: the first, and more while they have at
  // most `most_records` together. If some are left, the licence's next turn comes after those of
  // the others. Returns nothing if nothing waits.
  std::vector<WriteGroup> take(api::Channel channel, std::size_t most_records);

  // Puts groups of one licence back before its others.
  void put_back(api::Channel channel, std::vector<WriteGroup> groups);

  // Takes everything.
  std::vector<WriteGroup> take_all();

  bool is_empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }  // groups
  std::size_t size(api::Channel channel, LicenseId license) const;
  // Returns how many licences wait for a turn.
  std::size_t licenses(api::Channel channel) const { return of(channel).turns.size(); }

 private:
  struct Queues {
    std::map<LicenseId, std::deque<WriteGroup>> groups;  // none is empty
    std::deque<LicenseId> turns;                         // each licence that has groups, once
  };
  Queues& of(api::Channel channel) { return channel == api::Channel::webhook ? webhooks_ : bulk_; }
  const Queues& of(api::Channel channel) const {
    return channel == api::Channel::webhook ? webhooks_ : bulk_;
  }

  Queues webhooks_;
  Queues bulk_;
  std::size_t size_ = 0;
};

}  // namespace chatreports::app
