#pragma once
// How many records of each kind there are, and what they hold.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "chat/record.h"

namespace chatreports::app {

// Any thread.
class RecordCounts {
 public:
  void add(std::span<const chat::Record> records);
  // Returns a line for each count that is not 0, such as `      12  chats`.
  std::string text() const;

 private:
  void add_chat(const chat::ThreadRecord& thread);
  void add_agent(std::string_view id);

  // More are not told apart, so that a hostile file does not take all memory.
  static constexpr std::size_t max_agents = 100'000;

  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t chats_ = 0;
  std::uint64_t active_chats_ = 0;
  std::optional<Instant> first_chat_at_;
  std::optional<Instant> last_chat_at_;
  std::uint64_t events_ = 0;
  std::uint64_t good_ratings_ = 0;
  std::uint64_t bad_ratings_ = 0;
  std::set<std::string, std::less<>> agents_;
  std::uint64_t agent_records_ = 0;
  std::uint64_t groups_ = 0;
  std::uint64_t statuses_ = 0;
  std::uint64_t greetings_ = 0;
  std::uint64_t goals_ = 0;
  std::uint64_t sales_ = 0;
  std::uint64_t queue_records_ = 0;
  std::uint64_t form_labels_ = 0;
  std::uint64_t webhooks_ = 0;
  std::uint64_t ignored_webhooks_ = 0;
  std::uint64_t keys_ = 0;
};

}  // namespace chatreports::app
