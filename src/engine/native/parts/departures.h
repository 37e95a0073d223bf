#pragma once
// The chats of a segment whose customers left the queue, in the order of their rows.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chat/thread.h"
#include "engine/native/columns/array.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/row_set.h"
#include "report/table.h"

namespace chatreports::engine::native {

class Departures {
 public:
  class Builder;

  // A view: the segment must outlive it. The time waited is in the segment's column.
  struct Departure {
    std::uint32_t row = 0;
    std::string_view thread_id;
    std::string_view chat_id;
    chat::CustomerDigest customer{};  // zeros: not known
    std::int64_t group = 0;           // the smallest of the chat's; 0 if it has none
    Instant queued_at;
    bool has_pre_chat_form = false;
    std::string_view key() const { return report::key_of_departure(thread_id, chat_id); }
  };

  // Makes the departures of a segment from those of other segments whose rows move there.
  struct Moved {
    const Departures* departures;
    const NewNumbers* rows;
  };
  static Departures merged(std::span<const Moved> from);

  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  Departure operator[](std::uint32_t number) const;
  std::uint32_t row(std::uint32_t number) const { return rows_[number]; }
  // The hash of the chat's id, or of the thread's if that of the chat is not known.
  std::uint32_t key_hash(std::uint32_t number) const { return key_hashes_[number]; }
  bool has_pre_chat_form(std::uint32_t number) const { return has_pre_chat_form_[number] != 0; }
  // Returns the number of the first departure whose row is not below `row`.
  std::uint32_t first_from(std::uint32_t row) const;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.rows_, self.key_hashes_, self.thread_ids_, self.chat_ids_, self.customers_,
           self.groups_, self.queued_at_, self.has_pre_chat_form_);
  }

 private:
  Array<std::uint16_t> rows_;
  Array<std::uint32_t> key_hashes_;
  Lists<char> thread_ids_;
  Lists<char> chat_ids_;
  Array<chat::CustomerDigest> customers_;
  Array<std::int64_t> groups_;
  Array<Instant> queued_at_;
  Array<std::uint8_t> has_pre_chat_form_;
};

class Departures::Builder {
 public:
  // Adds the chat if its customer left the queue. Rows ascend.
  void add(std::uint32_t row, const chat::Thread& facts);
  void add(const Departure& departure);
  Departures build() &&;

 private:
  std::vector<std::uint16_t> rows_;
  std::vector<std::uint32_t> key_hashes_;
  Lists<char>::Builder thread_ids_;
  Lists<char>::Builder chat_ids_;
  std::vector<chat::CustomerDigest> customers_;
  std::vector<std::int64_t> groups_;
  std::vector<Instant> queued_at_;
  std::vector<std::uint8_t> has_pre_chat_form_;
};

}  // namespace chatreports::engine::native
