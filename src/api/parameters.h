#pragma once
// The parameters of a request: one tree, whether they come as JSON or as a query string.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace chatreports::api {

struct Parameter;
struct Member;
using Object = std::vector<Member>;  // in the order given, each key once
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
// The keys below a key in a query string: the reader knows whether they are those of an object, or
// indices of a list of objects.
struct Level {
  Object members;  // not empty
};

struct Parameter {
  std::variant<Null, bool, std::int64_t, OtherNumber, std::string, Array, Object, Texts, Level>
      value;
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

// Parses a query string, which has the levels of a key in any of these ways:
//
//   filters.agents.values=ann&filters.agents.values=bob
//   filters[agents][values][]=ann&filters[agents][values][]=bob
//   filters[agents][values][0]=ann&filters[agents][values][1]=bob
//   filters.surveys[0][type]=pre_chat
//
// An index at the end only says that the value is one of a list, like a repeated key: its number
// has no effect. `[]` is `[0]`. The two levels below the first `properties` are names and no
// indices; in brackets they may have dots. Decodes percent-encoding and `+` for a space. Fails with
// the key.
Result<Object> parse_query_parameters(std::string_view query);

// Decodes a part of a path. Returns nothing if its percent signs encode no bytes, or if these are
// no UTF-8.
std::optional<std::string> decode_path_part(std::string_view text);

// An element of a list of objects. Borrowed from the tree.
struct Element {
  std::string_view index;  // as given in a query string; empty: its place in the list
  const Parameter* parameter;
};
// Returns nothing if the parameter is no list. The keys below a key of a query string are one
// element, unless all of them are indices.
std::optional<std::vector<Element>> elements_of(const Parameter& parameter);

// Returns the kind of a parameter, for messages: "a string", "an integer", "a list" …
std::string_view kind_of(const Parameter& parameter);

}  // namespace chatreports::api
