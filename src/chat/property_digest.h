#pragma once
// Replaces property texts by keyed digests: texts that LiveChat fills with a customer's data
// (`rating.comment`, `routing.transcript_email`, `routing.start_url`, `routing.referrer`), and
// texts that are longer than a property's text may be. A filter for the exact text still works, and
// nobody who has the records alone can guess addresses or short comments. Source:
// docs/definitions/records.md, "What is not kept".
//
// A digest is made in two steps, because the parser has no key:
//
//   1. The parser replaces the text by its SHA-256 (received_property_text). This form never leaves
//      the memory of the process.
//   2. PropertyDigester, which has the licence's key, replaces that by "hmac:" and 32 hexadecimal
//      digits: the first 16 bytes of HMAC-SHA-256 over the 32 bytes of step 1.
//
// Exports contain "hmac:…", and those of version 0.1.0 contain step 1 as "sha256:" and 64
// hexadecimal digits. In these properties such texts are read as step 2 and step 1.

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

// Step 1. Returns other texts unchanged.
std::string received_property_text(std::string_view name_space, std::string_view name,
                                   std::string_view text);

// Returns whether a text of the record still needs step 2. Such a record must not be stored.
bool awaits_key(const Record& record);

// Step 2. One thread at a time. Takes a few microseconds to make.
class PropertyDigester {
 public:
  explicit PropertyDigester(const DigestKey& key);
  ~PropertyDigester();
  PropertyDigester(const PropertyDigester&) = delete;
  PropertyDigester& operator=(const PropertyDigester&) = delete;

  // Digests every text of the record that needs it.
  void apply(Record& record);

  // Does both steps: returns the stored form of a text, for a filter.
  std::string stored_text(std::string_view name_space, std::string_view name,
                          std::string_view text);

 private:
  void apply(std::string& text);
  class Context;
  std::unique_ptr<Context> context_;
  std::unordered_map<std::string, std::string> stored_texts_;  // by the text that awaits its key
};

}  // namespace chatreports::chat
