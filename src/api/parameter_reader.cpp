#include "api/parameter_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "api/errors.h"
#include "base/names.h"
#include "base/nearest_name.h"
#include "base/utf8.h"

namespace chatreports::api {
namespace {

// Returns the text of a scalar, from a body or from a query string; null if it is no text.
const std::string* single_text(const Parameter& parameter) {
  if (const auto* text = std::get_if<std::string>(&parameter.value)) return text;
  const auto* texts = std::get_if<Texts>(&parameter.value);
  return texts != nullptr && texts->values.size() == 1 ? &texts->values[0] : nullptr;
}

// In a query string. PHP writes 1 and 0, and Python True and False.
constexpr std::array<Name<bool>, 6> written_bools = {{{"true", true},
                                                      {"false", false},
                                                      {"1", true},
                                                      {"0", false},
                                                      {"True", true},
                                                      {"False", false}}};

std::string given(const Parameter& parameter) {
  if (const auto* texts = std::get_if<Texts>(&parameter.value); texts && texts->values.size() > 1) {
    return "several values";
  }
  if (const std::string* text = single_text(parameter)) return in_quotes(*text);
  return std::string(kind_of(parameter));
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<report::Value> as_text(const Parameter& parameter) {
  const std::string* text = single_text(parameter);
  if (text == nullptr) return std::nullopt;
  return report::Value(*text);
}

std::optional<report::Value> as_integer(const Parameter& parameter) {
  if (const auto* integer = std::get_if<std::int64_t>(&parameter.value))
    return report::Value(*integer);
  const auto* texts = std::get_if<Texts>(&parameter.value);
  if (texts == nullptr || texts->values.size() != 1) return std::nullopt;
  const std::optional<std::int64_t> integer = integer_of(texts->values[0]);
  if (!integer) return std::nullopt;
  return report::Value(*integer);
}

std::optional<report::Value> as_scalar(const Parameter& parameter) {
  if (const auto* boolean = std::get_if<bool>(&parameter.value)) return report::Value(*boolean);
  if (const auto* integer = std::get_if<std::int64_t>(&parameter.value))
    return report::Value(*integer);
  return as_text(parameter);
}

// Returns the object; an empty list counts as one, because PHP writes that.
const Object* object_in(const Parameter& parameter) {
  static const Object empty;
  if (const auto* level = std::get_if<Level>(&parameter.value)) return &level->members;
  const auto* array = std::get_if<Array>(&parameter.value);
  return array != nullptr && array->empty() ? &empty : std::get_if<Object>(&parameter.value);
}

}  // namespace

ParameterReader::ParameterReader(const Object& object, std::string path, FirstError& error)
    : object_(&object), path_(std::move(path)), error_(&error) {
  constexpr std::size_t most_of_an_object = 16;
  known_.reserve(most_of_an_object);
}

std::string ParameterReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void ParameterReader::fail(std::string_view key, std::string_view what) {
  error_->set(fmt::format("{}: {}", path_of(key), what));
}

bool ParameterReader::has(std::string_view key) const {
  return std::ranges::any_of(*object_, [key](const auto& entry) {
    return entry.key == key && !std::holds_alternative<Null>(entry.parameter.value);
  });
}

bool ParameterReader::is_written(std::string_view key) const {
  return std::ranges::any_of(*object_, [key](const auto& entry) {
    return entry.key == key && std::holds_alternative<Texts>(entry.parameter.value);
  });
}

const Parameter* ParameterReader::find(std::string_view key) {
  known_.push_back(key);
  for (const auto& [name, parameter] : *object_) {
    if (name == key) return std::holds_alternative<Null>(parameter.value) ? nullptr : &parameter;
  }
  return nullptr;
}

std::optional<bool> ParameterReader::read_bool(std::string_view key) {
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return std::nullopt;
  if (const auto* value = std::get_if<bool>(&parameter->value)) return *value;
  if (const auto* texts = std::get_if<Texts>(&parameter->value);
      texts && texts->values.size() == 1) {
    if (const auto value = value_in(written_bools, std::string_view(texts->values[0])))
      return value;
  }
  fail(key, fmt::format("must be true or false, not {}", given(*parameter)));
  return std::nullopt;
}

std::optional<std::string> ParameterReader::read_text(std::string_view key) {
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return std::nullopt;
  if (const std::string* text = single_text(*parameter)) return *text;
  fail(key, fmt::format("must be a string, not {}", given(*parameter)));
  return std::nullopt;
}

std::optional<std::int64_t> ParameterReader::read_integer(std::string_view key) {
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return std::nullopt;
  if (const auto value = as_integer(*parameter)) return std::get<std::int64_t>(*value);
  fail(key, fmt::format("must be an integer, not {}", given(*parameter)));
  return std::nullopt;
}

std::optional<Timestamp> ParameterReader::read_time(std::string_view key) {
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return std::nullopt;
  const std::string* text = single_text(*parameter);
  if (text == nullptr) {
    fail(key, fmt::format("must be a string with an RFC 3339 time, not {}", given(*parameter)));
    return std::nullopt;
  }
  std::string time = *text;
  if (std::holds_alternative<Texts>(parameter->value)) {
    // A `+` of an offset that was not encoded arrives as a space. The only other space, between
    // date and time, comes before it.
    const std::size_t space = time.rfind(' ');
    if (space != time.npos && space > std::string_view("YYYY-MM-DD ").size()) time[space] = '+';
  }
  const Result<Timestamp> timestamp = parse_rfc3339(time);
  if (!timestamp && lacks_offset(time)) {
    fail(key, fmt::format("{} has no offset from UTC; write it with one, such as "
                          "2021-04-08T00:00:00Z or 2021-04-08T00:00:00+02:00",
                          given(*parameter)));
    return std::nullopt;
  }
  if (!timestamp) {
    fail(key, fmt::format("{}, such as 2021-04-08T00:00:00-00:00; given was {}",
                          timestamp.error().message, given(*parameter)));
    return std::nullopt;
  }
  return *timestamp;
}

template <class Convert>
std::optional<std::vector<report::Value>> ParameterReader::read_list(std::string_view key,
                                                                     std::string_view kind,
                                                                     Convert convert) {
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return std::nullopt;
  const auto* array = std::get_if<Array>(&parameter->value);
  const auto* texts = std::get_if<Texts>(&parameter->value);
  const std::size_t size = array ? array->size() : texts ? texts->values.size() : 0;
  if (size > error_->max_elements) {
    fail(key, fmt::format("must have at most {} values, not {}", error_->max_elements, size));
    return std::nullopt;
  }
  std::vector<report::Value> values;
  const auto add = [&](const Parameter& element, std::size_t position) {
    std::optional<report::Value> value = convert(element);
    if (value) {
      values.push_back(*std::move(value));
    } else {
      fail(fmt::format("{}[{}]", key, position),
           fmt::format("must be {}, not {}", kind, given(element)));
    }
  };
  if (array != nullptr) {
    for (std::size_t at = 0; at < array->size(); ++at) add((*array)[at], at);
  } else if (texts != nullptr) {
    for (std::size_t at = 0; at < texts->values.size(); ++at) {
      add(Parameter{Texts{{texts->values[at]}}}, at);
    }
  } else {
    fail(key, fmt::format("must be a list, each element {}, not {}", kind, given(*parameter)));
    return std::nullopt;
  }
  if (error_->message()) return std::nullopt;
  if (values.empty()) {
    fail(key, "must not be an empty list");
    return std::nullopt;
  }
  return values;
}

std::optional<std::vector<report::Value>> ParameterReader::read_texts(std::string_view key) {
  return read_list(key, "a string", as_text);
}

std::optional<std::vector<report::Value>> ParameterReader::read_integers(std::string_view key) {
  return read_list(key, "an integer", as_integer);
}

std::optional<std::vector<report::Value>> ParameterReader::read_values(std::string_view key) {
  auto values = read_list(key, "a string, an integer or a bool", as_scalar);
  if (!values) return values;
  for (std::size_t at = 1; at < values->size(); ++at) {
    if ((*values)[at].index() == values->front().index()) continue;
    fail(fmt::format("{}[{}]", key, at), "must be of the same type as the first");
    return std::nullopt;
  }
  return values;
}

std::vector<ParameterReader> ParameterReader::read_objects(std::string_view key, std::size_t most) {
  std::vector<ParameterReader> readers;
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return readers;
  const std::optional<std::vector<Element>> elements = elements_of(*parameter);
  if (!elements) {
    fail(key, fmt::format("must be a list of objects, not {}", given(*parameter)));
    return readers;
  }
  if (elements->size() > most) {
    fail(key, fmt::format("must be at most {}, not {}", most, elements->size()));
    return readers;
  }
  for (std::size_t at = 0; at < elements->size(); ++at) {
    const auto [index, element] = (*elements)[at];
    const std::string path =
        fmt::format("{}[{}]", key, index.empty() ? std::to_string(at) : shortened(index, 20));
    if (const Object* object = object_in(*element)) {
      readers.emplace_back(*object, path_of(path), *error_);
    } else {
      fail(path, fmt::format("must be an object, not {}", given(*element)));
    }
  }
  return readers;
}

std::vector<std::pair<std::string, ParameterReader>> ParameterReader::read_named_objects() {
  std::vector<std::pair<std::string, ParameterReader>> readers;
  for (const auto& [key, parameter] : *object_) {
    if (std::holds_alternative<Null>(parameter.value)) continue;
    if (const Object* object = object_in(parameter)) {
      readers.emplace_back(key, ParameterReader(*object, path_of(shortened(key, 60)), *error_));
    } else {
      fail(shortened(key, 60), fmt::format("must be an object, not {}", given(parameter)));
    }
  }
  return readers;
}

std::optional<ParameterReader> ParameterReader::read_object(std::string_view key) {
  const Parameter* parameter = find(key);
  if (parameter == nullptr) return std::nullopt;
  if (const Object* object = object_in(*parameter)) {
    return ParameterReader(*object, path_of(key), *error_);
  }
  fail(key, fmt::format("must be an object, not {}", given(*parameter)));
  return std::nullopt;
}

void ParameterReader::allow_null(std::string_view key) {
  const bool is_null = std::ranges::any_of(*object_, [key](const auto& entry) {
    return entry.key == key && std::holds_alternative<Null>(entry.parameter.value);
  });
  if (is_null) known_.push_back(key);
}

ParameterReader::Elsewhere ParameterReader::known_keys() const {
  Elsewhere keys;
  for (const std::string_view key : known_) keys.emplace_back(key, path_of(key));
  return keys;
}

void ParameterReader::refuse_unknown_keys(const std::function<Elsewhere()>& elsewhere) {
  for (const auto& [key, parameter] : *object_) {
    if (std::ranges::find(known_, key) != known_.end()) continue;
    std::vector<std::string_view> known = known_;
    std::sort(known.begin(), known.end());
    const std::string_view near = nearest_name(key, known);
    std::string meant = near.empty() ? std::string() : path_of(near);
    if (elsewhere != nullptr) {
      for (auto& [name, path] : elsewhere()) {
        if (name == key) meant = std::move(path);
      }
    }
    const std::string question = meant.empty() ? "" : fmt::format("did you mean {}? ", meant);
    fail(shortened(key, 60),
         fmt::format("unknown; {}known here are {}", question, fmt::join(known, ", ")));
    return;
  }
}

}  // namespace chatreports::api
