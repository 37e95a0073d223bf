#include "api/parameters.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <boost/url/decode_view.hpp>
#include <span>
#include <unordered_set>

#include "api/errors.h"
#include "ingest/plain_numbers.h"

namespace chatreports::api {
namespace {

// Returns a path for messages, which cut it short: a key may be long, and have many keys below it.
std::string below(const std::string& path, std::string_view key) {
  constexpr std::size_t longest = 256;
  if (path.size() > longest) return path;
  const std::string_view begin = key.substr(0, longest);
  return path.empty() ? std::string(begin) : path + "." + std::string(begin);
}

Result<Parameter> parameter_of(simdjson::dom::element element, const std::string& path,
                               std::size_t depth);

Result<Object> object_of(simdjson::dom::object json, const std::string& path, std::size_t depth) {
  Object object;
  std::unordered_set<std::string_view> keys;
  for (const auto& [key, element] : json) {
    const std::string at = below(path, key);
    if (!keys.insert(key).second) return invalid(fmt::format("{}: given twice", in_quotes(at)));
    Result<Parameter> parameter = parameter_of(element, at, depth + 1);
    if (!parameter) return std::unexpected(parameter.error());
    object.push_back({std::string(key), *std::move(parameter)});
  }
  return object;
}

Result<Parameter> array_of(simdjson::dom::array json, const std::string& path, std::size_t depth) {
  Array array;
  for (const simdjson::dom::element element : json) {
    Result<Parameter> parameter = parameter_of(element, path, depth + 1);
    if (!parameter) return std::unexpected(parameter.error());
    array.push_back(*std::move(parameter));
  }
  return Parameter{std::move(array)};
}

Result<Parameter> parameter_of(simdjson::dom::element element, const std::string& path,
                               std::size_t depth) {
  switch (element.type()) {
    case simdjson::dom::element_type::OBJECT: {
      Result<Object> object = object_of(element.get_object().value_unsafe(), path, depth);
      if (!object) return std::unexpected(object.error());
      return Parameter{*std::move(object)};
    }
    case simdjson::dom::element_type::ARRAY:
      return array_of(element.get_array().value_unsafe(), path, depth);
    case simdjson::dom::element_type::STRING:
      return Parameter{std::string(element.get_string().value_unsafe())};
    case simdjson::dom::element_type::BOOL:
      return Parameter{element.get_bool().value_unsafe()};
    case simdjson::dom::element_type::NULL_VALUE:
      return Parameter{Null{}};
    case simdjson::dom::element_type::INT64:
      return Parameter{element.get_int64().value_unsafe()};
    default:
      return Parameter{OtherNumber{}};
  }
}

std::string decoded(std::string_view text) {
  boost::urls::encoding_opts options;
  options.space_as_plus = true;
  const boost::urls::decode_view view(text, options);
  return {view.begin(), view.end()};
}

bool is_percent_encoded(std::string_view text) {
  const auto is_hexadecimal = [](char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
           (digit >= 'A' && digit <= 'F');
  };
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_hexadecimal(text[at + 1]) || !is_hexadecimal(text[at + 2])) {
      return false;
    }
  }
  return true;
}

Parameter* find(Object& object, std::string_view key) {
  for (auto& [known, parameter] : object) {
    if (known == key) return &parameter;
  }
  return nullptr;
}

// Returns the keys on the way to a value. Dots separate them. Those of a property may be in
// brackets, and may have dots then: `filters.properties[routing][continuous].values`.
Result<std::vector<std::string_view>> keys_of(std::string_view path) {
  const auto brackets_elsewhere = [path] {
    return invalid(
        fmt::format("{}: brackets must be as in properties[namespace][name].values; surveys are "
                    "asked for in the body of a POST",
                    in_quotes(path)));
  };
  std::vector<std::string_view> keys;
  std::string_view rest = path;
  while (keys.size() <= max_depth) {
    const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
    const std::string_view key = rest.substr(0, end);
    keys.push_back(key);
    rest.remove_prefix(end);
    while (key == "properties" && rest.starts_with('[')) {
      const std::size_t closing = rest.find(']');
      if (closing == rest.npos) break;
      keys.push_back(rest.substr(1, closing - 1));
      rest.remove_prefix(closing + 1);
    }
    if (rest.empty()) return keys;
    if (rest[0] != '.') return brackets_elsewhere();
    rest.remove_prefix(1);
  }
  return invalid(fmt::format("{}: too many levels", in_quotes(path)));
}

// Puts the value at its place in the tree, and makes the levels above it.
Result<void> place(Object& root, std::string_view path, std::string value) {
  const auto keys = keys_of(path);
  if (!keys) return std::unexpected(keys.error());
  const auto too_many = [path] {
    return invalid(fmt::format("{}: {} other keys stand beside it, and no more may",
                               in_quotes(path), max_keys_of_a_level));
  };
  const auto two_kinds = [path] {
    return invalid(fmt::format("{}: given both by itself and with a level below", in_quotes(path)));
  };
  Object* level = &root;
  for (const std::string_view key : std::span(*keys).first(keys->size() - 1)) {
    Parameter* parameter = find(*level, key);
    if (parameter == nullptr) {
      if (level->size() >= max_keys_of_a_level) return too_many();
      level->push_back({std::string(key), Parameter{Object{}}});
      parameter = &level->back().parameter;
    }
    level = std::get_if<Object>(&parameter->value);
    if (level == nullptr) return two_kinds();
  }
  Parameter* parameter = find(*level, keys->back());
  if (parameter == nullptr) {
    if (level->size() >= max_keys_of_a_level) return too_many();
    level->push_back({std::string(keys->back()), Parameter{Texts{{std::move(value)}}}});
    return {};
  }
  auto* texts = std::get_if<Texts>(&parameter->value);
  if (texts == nullptr) return two_kinds();
  texts->values.push_back(std::move(value));
  return {};
}

}  // namespace

Result<Object> parse_json_parameters(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == body.npos) return Object{};
  simdjson::dom::parser parser;
  if (parser.allocate(body.size(), max_depth) != simdjson::SUCCESS) {
    return invalid("body: too large to be read");
  }
  // A number that can't be read exactly becomes a fraction, which the reader refuses with its path.
  const auto plain = ingest::with_plain_numbers(body);
  if (plain) body = *plain;
  simdjson::dom::element root;
  const simdjson::error_code error = parser.parse(body.data(), body.size()).get(root);
  if (error == simdjson::DEPTH_ERROR) {
    return invalid(fmt::format("body: more than {} levels deep", max_depth));
  }
  if (error == simdjson::UTF8_ERROR) return invalid("body: not UTF-8");
  if (error == simdjson::NUMBER_ERROR) return invalid("body: not JSON: a malformed number");
  if (error != simdjson::SUCCESS) {
    return invalid(fmt::format("body: not JSON: {}", simdjson::error_message(error)));
  }
  simdjson::dom::array array;
  if (root.get(array) == simdjson::SUCCESS && array.size() == 0) return Object{};
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return invalid("body: must be a JSON object");
  return object_of(object, "", 0);
}

Result<Object> parse_query_parameters(std::string_view query) {
  Object root;
  std::size_t parameters = 0;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(end == query.npos ? query.size() : end + 1);
    if (parameter.empty()) continue;
    if (++parameters > max_query_parameters) {
      return invalid(fmt::format("query string: more than {} parameters", max_query_parameters));
    }
    const std::size_t equals = parameter.find('=');
    const std::string_view key = parameter.substr(0, equals);
    const std::string_view value = equals == parameter.npos ? "" : parameter.substr(equals + 1);
    if (!is_percent_encoded(key) || !is_percent_encoded(value)) {
      return invalid(
          fmt::format("{}: a % must be followed by two hexadecimal digits", in_quotes(key)));
    }
    const Result<void> placed = place(root, decoded(key), decoded(value));
    if (!placed) return std::unexpected(placed.error());
  }
  return root;
}

std::string_view kind_of(const Parameter& parameter) {
  static constexpr std::string_view kinds[] = {"null",     "a bool", "an integer", "a number",
                                               "a string", "a list", "an object",  "text"};
  return kinds[parameter.value.index()];
}

}  // namespace chatreports::api
