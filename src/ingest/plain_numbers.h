#pragma once
// Numbers of JSON that a parser does not keep as they are written: it makes a double of each that
// has a point or an exponent, and fails at those that are too large.

#include <optional>
#include <string>
#include <string_view>

namespace chatreports::ingest {

// The JSON with each number in a form that a parser keeps: an integer of 64 bits that is written
// with a point or an exponent, such as `1.0` or `2e3`, is written as digits alone. 0.5 stands for
// each other number that a parser would take for an integer or could not hold at all: where an
// integer or text is needed, a fraction is as wrong as the number was, and in a key that nobody
// reads it is no reason to refuse a record. After that no number with a point or an exponent is an
// integer. Nothing where no number changes. Text that is no number by JSON's grammar stays.
//
// Parsers report numbers that are too large under several error codes, and releases of one parser
// differ. So call this after any error, and parse again if it returns text.
std::optional<std::string> with_plain_numbers(std::string_view json);

}  // namespace chatreports::ingest
