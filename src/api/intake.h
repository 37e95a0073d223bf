#pragma once
// Records in: whether they can be taken now, and how.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/deletion.h"
#include "chat/record.h"

namespace chatreports::api {

// How records come: the sender of a webhook waits for its answer; bulk is a body of records.
enum class Channel : std::uint8_t { webhook, bulk };

// Whether all acknowledged records of a licence can be read. A licence with damaged records gets no
// reports, unless the operator allows reports without those records.
enum class Wholeness : std::uint8_t { whole, damaged, damaged_but_allowed };

// A record that was not taken in, and why. The others of its call were.
struct RefusedRecord {
  std::size_t record = 0;  // its place among those of the call
  std::string reason;
  bool is_deleted = false;  // it is about what was deleted
};

// Called once, from another thread: with a success once the records are durable and in the next
// report. After an error some may be in, and the caller may send all of them again.
using Done = std::function<void(const Result<std::vector<RefusedRecord>>&)>;

// Any thread may call any function.
class Intake {
 public:
  virtual ~Intake() = default;

  // Returns whether everything acknowledged is in the engine. Nothing else is asked before.
  virtual bool is_ready() const = 0;
  // Fails if records can't be acknowledged now; the program is not healthy then. Anybody may read
  // the error.
  virtual Result<void> can_acknowledge() const = 0;
  virtual Wholeness wholeness(LicenseId license) const = 0;

  // Returns the highest rating that counts: 1, unless the licence has a scale.
  virtual std::int64_t highest_rating(LicenseId license) const = 0;

  // Returns whether one more webhook of the licence may wait to be written.
  virtual bool has_room_for_webhook(LicenseId license) const = 0;
  // Applies the rules of the licence, and queues the records to be written. Does not wait.
  virtual void take_in(LicenseId license, Channel channel, std::vector<chat::Record> records,
                       Done done) = 0;
  // Deletes (chat/deletion.h). `done` is called once, from another thread: when no report has it
  // any more, with the number of chats that were removed, or changed for an agent. Fails with
  // `not_found` if the thread is not known. After another error nothing may have happened, or the
  // deletion goes on; the caller may repeat the call. Does not wait.
  using Deleted = std::function<void(const Result<std::uint64_t>&)>;
  virtual void erase(LicenseId license, chat::Deletion deletion, Deleted done) = 0;
  // Counts a webhook whose action no figure needs.
  virtual void count_ignored(std::string_view action) = 0;
};

}  // namespace chatreports::api
