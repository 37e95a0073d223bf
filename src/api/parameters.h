#pragma once
// The parameters of a request: one tree, whether they come as JSON or as a query string.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace chatreports::api {

struct Parameter;
struct Member;
using Object = std::vector<Member>;  // as given, each key once
using Array = std::vector<Parameter>;

struct Null {
  bool operator==(const Null&) const = default;
};
// A number that is no integer of 64 bits. 1.0 is an integer.
struct OtherNumber {
  bool operator==(const OtherNumber&) const = default;
};
// The values of a key in a query string, as text: the reader knows their type.
struct Texts {
  std::vector<std::string> values;  // not empty
  bool operator==(const Texts&) const = default;
};

struct Parameter {
  std::variant<Null, bool, std::int64_t, OtherNumber, std::string, Array, Object, Texts> value;
};

struct Member {
  std::string key;
  Parameter parameter;
};

// Limits beside that on the size.
constexpr std::size_t max_depth = 16;
constexpr std::size_t max_query_parameters = 20'000;
constexpr std::size_t max_keys_of_a_level = 1'000;  // of a query string: lookups are linear

// Parses a JSON object. An empty text counts as an empty object, and so does an empty list, because
// PHP writes that. Fails with the key that is given twice, or with what is not JSON.
Result<Object> parse_json_parameters(std::string_view body);

// Parses `a.b=1&a.b=2`. Dots separate levels, and so do the brackets in
// `properties[ns][name].values`. Decodes percent-encoding and `+` for a space. Fails with the key.
Result<Object> parse_query_parameters(std::string_view query);

// Returns the kind of a parameter, for messages: "a string", "an integer", "a list" …
std::string_view kind_of(const Parameter& parameter);

}  // namespace chatreports::api
