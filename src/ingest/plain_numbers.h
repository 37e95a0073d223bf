#pragma once
// JSON numbers that a parser changes: it makes a double of each number with a point or an exponent,
// and fails at numbers that are too large.

#include <optional>
#include <string>
#include <string_view>

namespace chatreports::ingest {

// Returns the JSON with each number in a form that a parser keeps. An integer of 64 bits with a
// point or an exponent, such as `1.0` or `2e3`, is written as digits alone. 0.5 replaces each other
// number that a parser would take for an integer or could not represent: where an integer or text
// is needed, a fraction is as wrong as that number, and under a key that nobody reads it is no
// reason to refuse a record. Afterwards no number with a point or an exponent is an integer.
// Returns nothing if no number changes. Text that is not a number by JSON's grammar stays.
//
// Parsers report numbers that are too large under several error codes, and releases of one parser
// differ. So call this after any error, and parse again if it returns text.
std::optional<std::string> with_plain_numbers(std::string_view json);

}  // namespace chatreports::ingest
