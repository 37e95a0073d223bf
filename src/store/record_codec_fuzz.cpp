// Any bytes are decoded or refused, and what was decoded comes back from its own bytes.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "store/list_codec.h"
#include "store/record_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chatreports::store;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  StringTable strings;
  for (const char* text : {"agent@example.com", "sales", "source"}) strings.add(text);
  if (const auto record = decode(bytes, strings)) {
    std::string again;
    encode(*record, strings, again);
    const auto decoded = decode(again, strings);
    CHECK(decoded.has_value() && *decoded == *record);
  }
  if (const auto integers = decode_integers(bytes)) {
    CHECK(decode_integers(encode_integers(*integers)) == integers);
  }
  return 0;
}
