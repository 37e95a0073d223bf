#pragma once
// Property texts of which a keyed digest is kept alone: those that LiveChat fills with a customer's
// data (`rating.comment`, `routing.transcript_email`, `routing.start_url`, `routing.referrer`), and
// those that are longer than a property's text may be. A filter can still ask for the exact text,
// and nobody who has the store alone can try out addresses or short comments. Source:
// docs/definitions/records.md, "What is not kept".
//
// A digest is made in two steps, because the parser has no key:
//
//   1. The parser puts SHA-256 of the text in its place (received_property_text). This form never
//      leaves the process's memory.
//   2. PropertyDigester, which has the licence's key, puts "hmac:" and 32 hexadecimal digits in its
//      place: the first 16 bytes of HMAC-SHA-256 over the 32 bytes of step 1.
//
// Version 0.1.0 kept step 1 as "sha256:" and 64 hexadecimal digits. Such a text of these properties
// is taken for step 1, and "hmac:…" for step 2, so that what was exported can be taken in again.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat/record.h"

namespace chatreports::chat {

// A key is written as 64 hexadecimal digits.
std::string text_of(const DigestKey& key);
std::optional<DigestKey> parse_digest_key(std::string_view text);

// Step 1. Other texts are answered unchanged.
std::string received_property_text(std::string_view name_space, std::string_view name,
                                   std::string_view text);

// Whether a text of the record still needs step 2. Such a record must not be stored.
bool awaits_key(const Record& record);

// Step 2. One thread at a time; cheap to make (some microseconds).
class PropertyDigester {
 public:
  explicit PropertyDigester(const DigestKey& key);
  ~PropertyDigester();
  PropertyDigester(const PropertyDigester&) = delete;
  PropertyDigester& operator=(const PropertyDigester&) = delete;

  // Digests every text of the record that needs it.
  void apply(Record& record);

  // Both steps: the text as it stands in the store, for a filter.
  std::string stored_text(std::string_view name_space, std::string_view name,
                          std::string_view text);

 private:
  void apply(std::string& text);
  class Context;
  std::unique_ptr<Context> context_;
  std::unordered_map<std::string, std::string> stored_texts_;  // by the text that awaits its key
};

}  // namespace chatreports::chat
