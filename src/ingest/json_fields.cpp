#include "ingest/json_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

constexpr std::size_t max_shown_key_bytes = 60;

// A key comes from outside and ends up on somebody's terminal.
std::string shown(std::string_view key) {
  std::string text = shortened(key, max_shown_key_bytes);
  std::replace_if(
      text.begin(), text.end(),
      [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }, '?');
  return text;
}

}  // namespace

std::string Path::text() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->text();
  if (index_) return fmt::format("{}[{}]", text, *index_);
  if (!text.empty()) text += '.';
  return text + shown(key_);
}

void FieldReader::refuse(const Path& path, std::string_view what) {
  if (ok()) reason_ = fmt::format("{}: {}", path.text(), what);
}

void FieldReader::refuse_record(std::string_view what) {
  if (ok()) reason_ = what;
}

std::string_view FieldReader::text(simdjson::dom::element value, const Path& path,
                                   std::size_t max_bytes) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    refuse(path, "must be text");
    return {};
  }
  if (text.size() > max_bytes) {
    refuse(path, fmt::format("longer than {} bytes", max_bytes));
    return {};
  }
  return text;
}

std::string_view FieldReader::id(simdjson::dom::element value, const Path& path) {
  const std::string_view id = text(value, path, chat::max_id_bytes);
  if (id.empty()) refuse(path, "must not be empty");
  return id;
}

std::string FieldReader::id_or_integer(simdjson::dom::element value, const Path& path) {
  if (value.is_string()) return std::string(text(value, path, chat::max_id_bytes));
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return std::to_string(number);
  refuse(path, "must be text or an integer");
  return {};
}

std::int64_t FieldReader::integer(simdjson::dom::element value, const Path& path) {
  std::int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) refuse(path, "must be an integer of 64 bits");
  return number;
}

Instant FieldReader::time(simdjson::dom::element value, const Path& path) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    refuse(path, "not an RFC 3339 time");
    return {};
  }
  const Result<Timestamp> timestamp = parse_rfc3339(text);
  if (!timestamp) {
    refuse(path, timestamp.error().message);
    return {};
  }
  return timestamp->instant;
}

std::optional<simdjson::dom::object> FieldReader::object(simdjson::dom::element value,
                                                         const Path& path) {
  simdjson::dom::object object;
  if (value.get(object) == simdjson::SUCCESS) return object;
  refuse(path, "must be an object");
  return {};
}

std::optional<simdjson::dom::array> FieldReader::array(simdjson::dom::element value,
                                                       const Path& path, std::size_t max_elements) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) {
    refuse(path, "must be an array");
    return {};
  }
  if (array.size() > max_elements) {
    refuse(path, fmt::format("more than {} elements", max_elements));
    return {};
  }
  return array;
}

std::vector<std::int64_t> FieldReader::integer_set(simdjson::dom::element value, const Path& path) {
  std::vector<std::int64_t> numbers;
  const auto elements = array(value, path);
  if (!elements) return numbers;
  numbers.reserve(elements->size());
  for (const simdjson::dom::element element : *elements) {
    numbers.push_back(integer(element, Path(path, numbers.size())));
    if (!ok()) return {};
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace chatreports::ingest
