#pragma once
// What the puller asks of another system: a page or a list for each call.

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "chat/record.h"
#include "time/instant.h"

namespace chatreports::pull {

enum class FailureKind : std::uint8_t {
  temporary,    // the same request may succeed later
  credentials,  // they are not accepted any more
  rights,       // they do not include this request
  cursor,       // the page is not known any more
  gone,         // what is asked for is not there
  lasting,      // somebody has to change something
};

struct Failure {
  FailureKind kind = FailureKind::temporary;
  std::string message;                                   // a clause for the operator
  std::optional<std::chrono::seconds> retry_after = {};  // that the other system asks for
};

template <class T>
using Answer = std::expected<T, Failure>;

// Which chats: by the creation of their threads, both ends included, or those that have changed. An
// open end is no limit.
struct ChatsQuery {
  bool is_ascending = false;
  std::optional<Instant> from = {};
  std::optional<Instant> to = {};
  // Only of a source that tells changes: chats that changed since then, by the clock of this
  // machine. `from` may come with it.
  std::optional<Instant> changed_since = {};
  bool is_hinted = false;    // those of Source::hint; the rest does not count
  std::string page_id = {};  // if there is one, a source may do without the rest
};

struct ChatsPage {
  std::vector<chat::Record> records;
  std::uint64_t refused = 0;        // rows that are no records
  std::string first_refusal = {};   // the reason
  std::optional<Instant> earliest;  // creation of a thread among the records
  std::optional<Instant> latest;    // likewise
  bool is_in_order = true;          // as the query says
  // The pages follow each other by their ids alone, and an empty one need not be the last: a source
  // that cuts its pages by days. All threads since `reached` have been listed then.
  bool is_by_day = false;
  std::optional<Instant> reached = {};
  std::string next_page_id = {};  // empty at the end
  std::uint64_t digest = 0;       // of the ids of the threads, in their order
  bool is_empty() const { return records.empty() && refused == 0; }
};

// What is asked for as a whole.
enum class List : std::uint8_t { agents, bots, groups, statuses };
inline constexpr std::array lists = {List::agents, List::bots, List::groups, List::statuses};

// One thread at a time.
class Source {
 public:
  virtual ~Source() = default;
  // Returns the id of the organization whose chats these are; empty if the credentials may not
  // know.
  virtual Answer<std::string> owner(const std::stop_token& stop) = 0;
  // Returns when the newest chat began; nothing if there is none. It is a test of the credentials.
  virtual Answer<std::optional<Instant>> newest(const std::stop_token& stop) = 0;
  // Returns when the oldest chat began, or the oldest since then; nothing if there is none.
  virtual Answer<std::optional<Instant>> oldest(std::optional<Instant> since,
                                                const std::stop_token& stop) = 0;
  virtual Answer<ChatsPage> chats(const ChatsQuery& query, const std::stop_token& stop) = 0;
  virtual Answer<std::vector<chat::Record>> list(List what, const std::stop_token& stop) = 0;
  // Returns whether it can be asked which chats have changed. Then no chat is read again otherwise.
  virtual bool tells_changes() const { return false; }
  // The chat with this number has changed. A source that can't ask for one chat forgets it. Any
  // thread.
  virtual void hint(std::int64_t /*chat*/) {}
  virtual bool has_hints() const { return false; }
  // The records of the last answer are durable. Without this call they are asked for again.
  virtual void stored() {}
  // Returns how many requests were made so far.
  virtual std::uint64_t requests() const = 0;
};

}  // namespace chatreports::pull
