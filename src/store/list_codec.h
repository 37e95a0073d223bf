#pragma once
// Lists of texts and of integers ↔ bytes: the number of elements, then the elements. An integer is
// the difference from the one before, so a list that ascends by little is short.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/record_encoding.h"

namespace chatreports::store {

void write_texts(RecordEncoder& encoder, const std::vector<std::string>& texts);
std::vector<std::string> read_texts(RecordDecoder& decoder);

void write_integers(RecordEncoder& encoder, const std::vector<std::int64_t>& integers);
std::vector<std::int64_t> read_integers(RecordDecoder& decoder);

// A list that is all of a column. Decoding is safe for any bytes.
std::string encode_integers(const std::vector<std::int64_t>& integers);
Result<std::vector<std::int64_t>> decode_integers(std::string_view bytes);
std::string encode_texts(const std::vector<std::string>& texts);
Result<std::vector<std::string>> decode_texts(std::string_view bytes);

}  // namespace chatreports::store
