#pragma once
// Records that wait for the writer: webhooks and bodies of records apart, and of each a queue for
// every licence. Licences take turns, so that none waits for all that another has sent.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "api/api.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"

namespace chatreports::app {

// The records of one call; it is answered as a whole.
struct WriteGroup {
  LicenseId license;
  std::vector<chat::Record> records;
  api::Done done;
  std::size_t written = 0;                    // of the records: these are durable or refused
  std::vector<api::NotTakenIn> refused = {};  // so far
};

// One thread at a time.
class WriteQueue {
 public:
  void push(api::Channel channel, WriteGroup group);

  // The groups of the licence whose turn it is, in the order of their coming: the first, and more
  // while they have no more than `most_records` together. Where groups of it are left, its next
  // turn comes after those of the others. Empty where nothing waits.
  std::vector<WriteGroup> take(api::Channel channel, std::size_t most_records);

  // Gives back groups of one licence that were taken and are not written whole: they come before
  // its others.
  void put_back(api::Channel channel, std::vector<WriteGroup> groups);

  // All that waits.
  std::vector<WriteGroup> take_all();

  bool is_empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }  // groups
  std::size_t size(api::Channel channel, LicenseId license) const;
  // How many licences wait for a turn.
  std::size_t licenses(api::Channel channel) const { return of(channel).turns.size(); }

 private:
  struct Queues {
    std::map<LicenseId, std::deque<WriteGroup>> groups;  // none is empty
    std::deque<LicenseId> turns;                         // each that has groups, once
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
