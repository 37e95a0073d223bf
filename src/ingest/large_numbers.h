#pragma once
// Numbers that are JSON but too large for 64 bits. They are no reason to refuse a record where they
// stand in a key that nobody reads.

#include <string>

namespace chatreports::ingest {

// Puts 0.5, padded with blanks, in the place of every number of `json` that neither an integer of
// 64 bits nor a double can hold, and returns whether there was one; the length stays. Where an
// integer or text is needed a fraction is as wrong as the number was. Text that is no number by
// JSON's grammar stays as it is.
//
// Parsers report such numbers under several error codes, and releases of one parser differ. So call
// this after any error, and parse again if it returns true.
bool replace_large_numbers(std::string& json);

}  // namespace chatreports::ingest
