#pragma once
// The tables of chatreports.sqlite.

namespace chatreports::store {

// The version of the tables and of the bytes in them (record_codec.h). Raise it with any change of
// either.
constexpr int facts_version = 4;

// The statements that make the tables in an empty file.
extern const char* const facts_tables;

}  // namespace chatreports::store
