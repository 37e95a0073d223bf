#pragma once
// Numbers that are JSON but too large for 64 bits. They are no reason to refuse a record where they
// stand in a key that nobody reads.

#include <string>

namespace chatreports::ingest {

// Puts 0.5, padded with blanks, in the place of every number of `json` that neither an integer of
// 64 bits nor a double can hold; the length stays. Where an integer or text is needed a fraction is
// as wrong as the number was. What is not a number by JSON's grammar stays as it is.
void replace_large_numbers(std::string& json);

}  // namespace chatreports::ingest
