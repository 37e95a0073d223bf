#include "ingest/parse_record.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>

#include "ingest/large_numbers.h"
#include "ingest/parse_chat.h"
#include "ingest/parse_own_record.h"
#include "ingest/parse_webhook.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Take = std::function<void(Result<chat::Record>)>;

static_assert(json_padding_bytes >= simdjson::SIMDJSON_PADDING);

// A parser keeps some twelve bytes per byte of the longest JSON value that it has seen. Beyond this
// it is given back after use, so that one long record does not weigh for the rest of an import.
constexpr std::size_t max_kept_bytes = std::size_t{4} << 20;

constexpr std::string_view not_a_record =
    "not a record: an object is needed with the key `thread` (a chat), `record` (agent, group, "
    "agent_status, greeting, goal or sale), `action` and `payload` (a webhook) or `chats` (a page "
    "of "
    "chats)";

std::string why_not_json(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return "not UTF-8";
    case simdjson::DEPTH_ERROR:
      return fmt::format("nested deeper than {} levels", simdjson::DEFAULT_MAX_DEPTH);
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return "too large for the memory of this machine";
    case simdjson::EMPTY:
      return "not JSON: it is empty";
    case simdjson::UNCLOSED_STRING:
      return "not JSON: a text does not end";
    case simdjson::STRING_ERROR:
      return "not JSON: a wrong escape in a text";
    case simdjson::UNESCAPED_CHARS:
      return "not JSON: a control character in a text";
    case simdjson::NUMBER_ERROR:
      return "not JSON: a malformed number";
    default:
      return "not JSON";
  }
}

// Where a value stands among the elements of arrays and pages, as text before its refusal.
struct Place {
  const Place* outer = nullptr;
  std::string_view list;  // "chats", or empty for an array
  std::size_t index = 0;

  std::string text() const {
    return fmt::format("{}{}[{}]: ", outer == nullptr ? "" : outer->text(), list, index);
  }
};

}  // namespace

class RecordParser::Implementation {
 public:
  void parse(std::string_view json, const Take& take) {
    padded_.resize(json.size() + json_padding_bytes);
    if (!json.empty()) std::memcpy(padded_.data(), json.data(), json.size());
    parse_padded({padded_.data(), json.size()}, take);
    if (padded_.capacity() > max_kept_bytes) padded_ = {};
  }

  void parse_padded(std::string_view json, const Take& take) {
    element root;
    simdjson::error_code error = parser_.parse(json.data(), json.size(), false).get(root);
    std::string rewritten;
    if (error != simdjson::SUCCESS) {
      rewritten.reserve(json.size() + json_padding_bytes);
      rewritten = json;
      if (replace_large_numbers(rewritten)) {
        error = parser_.parse(rewritten.data(), rewritten.size(), false).get(root);
      }
    }
    if (error == simdjson::SUCCESS) {
      read_value(root, nullptr, take);
    } else {
      take(invalid(why_not_json(error)));
    }
    if (parser_.capacity() > max_kept_bytes) parser_ = simdjson::dom::parser();
  }

 private:
  void read_value(element value, const Place* place, const Take& take) {
    object record;
    if (value.is_array()) {
      read_list(value, "", place, take);
    } else if (value.get(record) == simdjson::SUCCESS) {
      read_object(record, place, take);
    } else {
      refuse(std::string(not_a_record), place, take);
    }
  }

  void read_list(element list, std::string_view name, const Place* outer, const Take& take) {
    Place place{outer, name, 0};
    for (const element value : simdjson::dom::array(list)) {
      read_value(value, &place, take);
      ++place.index;
    }
  }

  void read_object(object record, const Place* place, const Take& take) {
    std::optional<element> kind;
    bool has_thread = false;
    bool has_action = false;
    bool has_payload = false;
    bool is_page = false;
    for (const auto& [key, value] : record) {
      if (value.is_null()) continue;
      if (key == "thread") {
        has_thread = true;
      } else if (key == "chats" && value.is_array()) {
        is_page = true;
        read_list(value, "chats", place, take);
      } else if (key == "record") {
        kind = value;
      } else if (key == "action") {
        has_action = true;
      } else if (key == "payload") {
        has_payload = true;
      }
    }
    if (is_page) return;
    // The record is made where it is handed over from: it is large enough for each move to show.
    Result<chat::Record> read;
    if (kind) {
      read = parse_own_record(*kind, record, fields_);
    } else if (has_thread) {
      chats_.parse(record, Path(), fields_, read->emplace<chat::ChatRecord>());
    } else if (has_action && has_payload) {
      parse_webhook(record, chats_, fields_, [&take](chat::Record told) { take(std::move(told)); });
      if (fields_.ok()) return;
    } else {
      fields_.refuse_record(not_a_record);
    }
    if (fields_.ok()) {
      take(std::move(read));
    } else {
      refuse(fields_.take_reason(), place, take);
    }
  }

  static void refuse(std::string reason, const Place* place, const Take& take) {
    take(invalid(place == nullptr ? std::move(reason) : place->text() + reason));
  }

  simdjson::dom::parser parser_;
  std::string padded_;
  FieldReader fields_;
  ChatParser chats_;
};

RecordParser::RecordParser() : implementation_(std::make_unique<Implementation>()) {}
RecordParser::~RecordParser() = default;

void RecordParser::parse(std::string_view json, const Take& take) {
  implementation_->parse(json, take);
}

void RecordParser::parse_padded(std::string_view json, const Take& take) {
  implementation_->parse_padded(json, take);
}

}  // namespace chatreports::ingest
