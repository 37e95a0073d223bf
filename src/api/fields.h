#pragma once
// The fields of a request: one tree, whether they came as JSON or as a query string.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace chatreports::api {

struct Field;
struct Member;
using Object = std::vector<Member>;  // as given, each key once
using Array = std::vector<Field>;

struct Null {
  bool operator==(const Null&) const = default;
};
// A number that is not an integer of 64 bits; 1.0 is one.
struct OtherNumber {
  bool operator==(const OtherNumber&) const = default;
};
// The values of a key in a query string, as text; the reader decides on their type.
struct Texts {
  std::vector<std::string> values;  // not empty
  bool operator==(const Texts&) const = default;
};

struct Field {
  std::variant<Null, bool, std::int64_t, OtherNumber, std::string, Array, Object, Texts> value;
};

struct Member {
  std::string key;
  Field field;
};

// Limits on what is read, whatever its size.
constexpr std::size_t max_depth = 16;
constexpr std::size_t max_query_parameters = 20'000;
constexpr std::size_t max_keys_of_a_level = 1'000;  // of a query string: each is looked for in turn

// A JSON object; an empty text is an empty one, and so is an empty list, as PHP writes it. The
// error names the key that stands twice, or says what is not JSON.
Result<Object> parse_json_fields(std::string_view body);

// `a.b=1&a.b=2`: dots separate levels, and so do the brackets in `properties[ns][name].values`.
// Percent-encoding and `+` for a space are undone. The error names the key.
Result<Object> parse_query_fields(std::string_view query);

// The kind of a field, for messages: "a string", "an integer", "a list" …
std::string_view kind_of(const Field& field);

}  // namespace chatreports::api
