#pragma once
// The primitives of encoding.h, and times. A text may be the number of a string in the string
// table.

#include <cstdint>
#include <string>
#include <string_view>

#include "store/encoding.h"
#include "store/string_table.h"
#include "time/instant.h"

namespace chatreports::store {

// A text is the number of a string in the table × 2 + 1, or the number of bytes that follow × 2.
class RecordEncoder : public Encoder {
 public:
  // Without a table, as Encoder writes texts.
  RecordEncoder(std::string& bytes, StringTable* strings) : Encoder(bytes), strings_(strings) {}

  void text(std::string_view value) {
    if (strings_ == nullptr) {
      Encoder::text(value);
    } else if (const std::uint32_t in_table = strings_->number_of(value)) {
      number(in_table * std::uint64_t{2} + 1);
    } else {
      number(value.size() * 2);
      bytes(value);
    }
  }
  // As the difference from `base`.
  void time(Instant at, Instant base) {
    difference(unix_microseconds(at), unix_microseconds(base));
  }

 private:
  StringTable* strings_;
};

class RecordDecoder : public Decoder {
 public:
  RecordDecoder(std::string_view bytes, const StringTable* strings)
      : Decoder(bytes), strings_(strings) {}

  std::string_view text() {
    if (strings_ == nullptr) return Decoder::text();
    const std::uint64_t head = number();
    if (head % 2 == 0) return bytes(head / 2);
    const std::string* in_table = strings_->find(head / 2);
    if (in_table != nullptr) return *in_table;
    fail();
    return {};
  }
  Instant time(Instant base) { return from_unix_microseconds(difference(unix_microseconds(base))); }

 private:
  const StringTable* strings_;
};

}  // namespace chatreports::store
