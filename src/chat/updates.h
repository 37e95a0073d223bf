#pragma once
// How the updates of webhooks combine: with each other, and with chat records. Pure. If the input
// says when each webhook was received, neither order nor duplicates matter; if it does not, they
// count in the order in which they come. Source: docs/definitions/webhooks.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "chat/thread_record.h"
#include "chat/update.h"

namespace chatreports::chat {

// Adds the update to those of the record, which keep the latest one for each thing (a tag, a
// property, an event …), the earliest end, and every joining and leaving. Changes nothing if a chat
// record outranks the update, or at the limits of a record.
void apply(ThreadRecord& known, const Update& update, UpdateTime time);

// Returns whether a chat record outranks updates of this kind that are older than it.
bool is_outrankable(const Update& update);

// Applies many updates to one record: n of them in n log n steps.
class RecordUpdater {
 public:
  // Borrows the record. Until close() it lacks the updates, and nobody else may change it.
  explicit RecordUpdater(ThreadRecord& record);
  RecordUpdater(const RecordUpdater&) = delete;
  RecordUpdater& operator=(const RecordUpdater&) = delete;

  // Each returns whether anything has changed. Updates of the chat (TimedUpdate::is_of_chat) are
  // kept beside those of the thread, so that they can be removed when a thread turns up that began
  // later.
  bool apply(const Update& update, UpdateTime time);
  bool apply_of_chat(const Update& update, UpdateTime time);
  // Puts the updates into the record. More may be applied afterwards.
  void close();

 private:
  struct ByThing {
    bool operator()(const TimedUpdate* left, const TimedUpdate* right) const;
  };

  TimedUpdate* find(TimedUpdate& incoming);
  bool add(TimedUpdate incoming);
  void insert(TimedUpdate update);
  Instant last_moment();
  bool has_event(std::uint64_t key);
  bool is_outranked(const TimedUpdate& update);
  bool is_repeated(const TimedUpdate& incoming);
  void order_single_groups_before(Instant groups_at);
  void remember_presence(const TimedUpdate& update);

  ThreadRecord& record_;
  std::deque<TimedUpdate> added_;  // beside those of the record
  std::set<TimedUpdate*, ByThing> added_by_thing_;
  std::array<std::size_t, std::variant_size_v<Update>> counts_{};  // of each kind, in both
  // Made when they are first needed:
  std::optional<Instant> last_moment_;
  std::optional<std::vector<std::uint64_t>> event_keys_;  // of the record's own events, ascending
  // By the digest of the user's id.
  std::optional<std::map<std::uint64_t, const TimedUpdate*>> last_presences_;
};

// Merges the record that the webhook of a beginning carries. If a chat record is known, that
// outranks it.
void merge_beginning(ThreadRecord& known, ThreadRecord beginning);

// Removes the updates that the chat record, which comes now, outranks. It leaves those that a chat
// record can't contain (an end, joinings and leavings), and those later than everything in the
// record. An update without a time of its own is older than a record that comes after it.
void forget_outranked(std::vector<TimedUpdate>& updates, const ThreadRecord& record);

// Returns the latest time in the record itself.
Instant last_moment(const ThreadRecord& record);

}  // namespace chatreports::chat
