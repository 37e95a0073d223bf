#pragma once
// What the puller asks of another system: one request for each call.

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
  lasting,      // somebody has to change something
};

struct Failure {
  FailureKind kind = FailureKind::temporary;
  std::string message;                                   // a clause for the operator
  std::optional<std::chrono::seconds> retry_after = {};  // that the other system asks for
};

template <class T>
using Answer = std::expected<T, Failure>;

// Which chats: by the creation of their threads, both ends included. An open end is no limit.
struct ChatsQuery {
  bool is_ascending = false;
  std::optional<Instant> from = {};
  std::optional<Instant> to = {};
  std::string page_id = {};  // if there is one, the rest does not count
};

struct ChatsPage {
  std::vector<chat::Record> records;
  std::uint64_t refused = 0;        // rows that are no records
  std::string first_refusal = {};   // the reason
  std::optional<Instant> earliest;  // creation of a thread among the records
  std::optional<Instant> latest;    // likewise
  bool is_in_order = true;          // as the query says
  std::string next_page_id = {};    // empty at the end
  std::uint64_t digest = 0;         // of the ids of the threads, in their order
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
  virtual Answer<ChatsPage> chats(const ChatsQuery& query, const std::stop_token& stop) = 0;
  virtual Answer<std::vector<chat::Record>> list(List what, const std::stop_token& stop) = 0;
};

}  // namespace chatreports::pull
