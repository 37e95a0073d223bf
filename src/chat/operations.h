#pragma once
// How what webhooks told of a thread comes together: with each other, and with what a chat record
// tells. Pure. Where the input says when each was received, neither order nor duplicates matter;
// where it does not, they count in the order of their coming. Source:
// docs/definitions/webhooks.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "chat/record.h"

namespace chatreports::chat {

// The record keeps the latest operation on a thing (a tag, a property, an event …), the earliest
// end, and every joining and leaving. An operation that the chat record outranks changes nothing,
// and neither does one beyond the limits of a record. Operations on the chat
// (ToldOperation::is_of_chat) are kept beside those on the thread, so that they can be taken back
// if a thread that began later turns up.
void apply(ThreadRecord& known, const Operation& operation, ToldAt told_at,
           bool is_of_chat = false);

// Whether a chat record may know better than what was told before it came.
bool is_outrankable(const Operation& operation);

// The same of many operations on one record, each at little cost: n of them take n log n.
class OpenRecord {
 public:
  // The record is borrowed. Until close() it lacks what was applied, and nobody else may change it.
  explicit OpenRecord(ThreadRecord& record);
  OpenRecord(const OpenRecord&) = delete;
  OpenRecord& operator=(const OpenRecord&) = delete;

  // Whether anything has changed.
  bool apply(const Operation& operation, ToldAt told_at, bool is_of_chat = false);
  // Puts what was applied into the record. More may be applied afterwards.
  void close();

 private:
  struct ByThing {
    bool operator()(const ToldOperation* left, const ToldOperation* right) const;
  };

  ToldOperation* find(ToldOperation& incoming);
  void add(ToldOperation told);
  Instant last_moment();
  bool has_event(std::uint64_t key);
  bool is_outranked(const ToldOperation& told);
  bool is_told_again(const ToldOperation& incoming);
  void order_single_groups_before(Instant groups_at);
  void remember_presence(const ToldOperation& told);

  ThreadRecord& record_;
  std::deque<ToldOperation> added_;  // beside those of the record
  std::set<ToldOperation*, ByThing> added_by_thing_;
  std::array<std::size_t, std::variant_size_v<Operation>> counts_{};  // of each kind, all of them
  // Made when they are first needed:
  std::optional<Instant> last_moment_;
  std::optional<std::vector<std::uint64_t>> event_keys_;  // of the record's own events, ascending
  // By the digest of the user's id.
  std::optional<std::map<std::uint64_t, const ToldOperation*>> last_presences_;
};

// The webhook's record of a beginning: where a chat record is known, it changes nothing.
void merge_beginning(ThreadRecord& known, ThreadRecord beginning);

// Those that a chat record which comes now leaves standing: what it can't tell (an end, joining and
// leaving), and what happened after all that it knows of. An operation without a time of its own is
// older than a record that comes after it.
void forget_outranked(std::vector<ToldOperation>& operations, const ThreadRecord& record);

// The record with all that was told over it; of the operations, joining and leaving are left.
ThreadRecord resolve(const ThreadRecord& record);

// Who is an agent by the thread's own users and by having joined: their ids by author_digest.
std::map<std::uint64_t, std::string> agents_by_digest(const ThreadRecord& record);

// The latest moment that the record itself knows of.
Instant last_moment(const ThreadRecord& record);

}  // namespace chatreports::chat
