// Any bytes are decoded or refused, and what was decoded comes back from its own bytes.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "store/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chatreports::store;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Texts texts;
  for (const char* text : {"agent@example.com", "sales", "source"}) texts.add(text);
  if (const auto record = decode(bytes, texts)) {
    std::string again;
    encode(*record, texts, again);
    const auto decoded = decode(again, texts);
    CHECK(decoded.has_value() && *decoded == *record);
  }
  if (const auto integers = decode_integers(bytes)) {
    std::string again;
    encode_integers(*integers, again);
    CHECK(decode_integers(again) == integers);
  }
  return 0;
}
