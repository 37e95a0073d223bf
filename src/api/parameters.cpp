#include "api/parameters.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
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

// Of text that is_percent_encoded.
std::string decoded(std::string_view text, bool plus_is_space = true) {
  if (text.find_first_of("%+") == text.npos) return std::string(text);
  boost::urls::encoding_opts options;
  options.space_as_plus = plus_is_space;
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

bool is_index(std::string_view key) {
  return !key.empty() && key.find_first_not_of("0123456789") == key.npos;
}

// The keys on the way to a value.
class Keys {
 public:
  static Result<Keys> parse(std::string_view path);

  std::span<const std::string_view> of_levels() const { return std::span(keys_).first(size_ - 1); }
  std::string_view last() const { return keys_[size_ - 1]; }

 private:
  void push(std::string_view key);

  std::array<std::string_view, max_depth + 1> keys_;
  std::size_t size_ = 0;
  bool has_properties_ = false;
  int names_to_come_ = 0;  // below `properties`
  bool last_is_name_ = false;
};

void Keys::push(std::string_view key) {
  last_is_name_ = names_to_come_ > 0;
  if (last_is_name_) {
    --names_to_come_;
  } else if (key == "properties" && !has_properties_) {
    has_properties_ = true;
    names_to_come_ = 2;
  }
  keys_[size_++] = key;
}

Result<Keys> Keys::parse(std::string_view path) {
  constexpr std::string_view first_index = "0";
  const auto wrong_brackets = [path] {
    return invalid(
        fmt::format("{}: brackets must be as in filters[agents][values][] or "
                    "filters.properties[namespace][name].values",
                    in_quotes(path)));
  };
  if (path.starts_with('[')) return wrong_brackets();
  Keys keys;
  std::string_view rest = path;
  std::string_view key;
  do {
    if (keys.size_ == keys.keys_.size()) {
      return invalid(fmt::format("{}: too many levels", in_quotes(path)));
    }
    if (rest.starts_with('[')) {
      const std::size_t closing = rest.find(']');
      if (closing == rest.npos) return wrong_brackets();
      key = rest.substr(1, closing - 1);
      if (key.empty() && keys.names_to_come_ == 0) key = first_index;
      rest.remove_prefix(closing + 1);
      if (!rest.empty() && rest[0] != '.' && rest[0] != '[') return wrong_brackets();
    } else {
      if (keys.size_ > 0) rest.remove_prefix(1);  // the dot
      key = rest.substr(0, rest.find_first_of(".["));
      rest.remove_prefix(key.size());
    }
    keys.push(key);
  } while (!rest.empty());
  if (keys.size_ > 1 && !keys.last_is_name_ && is_index(key)) --keys.size_;
  return keys;
}

// Puts the value at its place in the tree, and makes the levels above it.
Result<void> place(Object& root, std::string_view path, std::string value) {
  const auto keys = Keys::parse(path);
  if (!keys) return std::unexpected(keys.error());
  const auto too_many = [path] {
    return invalid(fmt::format("{}: {} other keys stand beside it, and no more may",
                               in_quotes(path), max_keys_of_a_level));
  };
  const auto two_kinds = [path] {
    return invalid(fmt::format("{}: given both by itself and with a level below", in_quotes(path)));
  };
  Object* members = &root;
  for (const std::string_view key : keys->of_levels()) {
    Parameter* parameter = find(*members, key);
    if (parameter == nullptr) {
      if (members->size() >= max_keys_of_a_level) return too_many();
      members->push_back({std::string(key), Parameter{Level{}}});
      parameter = &members->back().parameter;
    }
    auto* level = std::get_if<Level>(&parameter->value);
    if (level == nullptr) return two_kinds();
    members = &level->members;
  }
  Parameter* parameter = find(*members, keys->last());
  if (parameter == nullptr) {
    if (members->size() >= max_keys_of_a_level) return too_many();
    Texts texts;
    texts.values.push_back(std::move(value));
    members->push_back({std::string(keys->last()), Parameter{std::move(texts)}});
    return {};
  }
  auto* texts = std::get_if<Texts>(&parameter->value);
  if (texts == nullptr) return two_kinds();
  texts->values.push_back(std::move(value));
  return {};
}

}  // namespace

std::optional<std::string> decode_path_part(std::string_view text) {
  if (!is_percent_encoded(text)) return std::nullopt;
  std::string part = decoded(text, false);
  if (!simdjson::validate_utf8(part)) return std::nullopt;
  return part;
}

Result<Object> parse_json_parameters(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  if (begin == body.npos) return Object{};
  // A client that means JSON begins it.
  if (body[begin] != '{' && body[begin] != '[' && body.find('=') != body.npos) {
    return invalid("body: must be a JSON object, not a form; GET takes one as its query string");
  }
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
    const std::string name = decoded(key);
    std::string text = decoded(value);
    if (!simdjson::validate_utf8(name) || !simdjson::validate_utf8(text)) {
      return invalid(fmt::format("{}: not UTF-8", in_quotes(key)));
    }
    const Result<void> placed = place(root, name, std::move(text));
    if (!placed) return std::unexpected(placed.error());
  }
  return root;
}

std::optional<std::vector<Element>> elements_of(const Parameter& parameter) {
  std::vector<Element> elements;
  if (const auto* array = std::get_if<Array>(&parameter.value)) {
    for (const Parameter& element : *array) elements.push_back({{}, &element});
    return elements;
  }
  const auto* level = std::get_if<Level>(&parameter.value);
  if (level == nullptr) return std::nullopt;
  if (!std::ranges::all_of(level->members, is_index, &Member::key)) {
    return std::vector{Element{{}, &parameter}};
  }
  for (const Member& member : level->members) elements.push_back({member.key, &member.parameter});
  return elements;
}

std::string_view kind_of(const Parameter& parameter) {
  static constexpr std::string_view kinds[] = {"null",      "a bool",   "an integer",
                                               "a number",  "a string", "a list",
                                               "an object", "text",     "an object"};
  return kinds[parameter.value.index()];
}

}  // namespace chatreports::api
