#include "ingest/parse_record.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "base/printable.h"
#include "base/utf8.h"
#include "ingest/formats/csv_source.h"
#include "ingest/formats/envelope.h"
#include "ingest/formats/format.h"
#include "ingest/parse_chat.h"
#include "ingest/parse_own_record.h"
#include "ingest/parse_webhook.h"
#include "ingest/plain_numbers.h"
#include "ingest/value_scan.h"

namespace chatreports::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Take = std::function<void(Result<chat::Record>&&)>;

static_assert(json_padding_bytes >= simdjson::SIMDJSON_PADDING);

// A parser keeps about twelve bytes for each byte of the longest JSON value that it has seen.
// Memory beyond this limit is freed after use, so that one long record does not cost it for a whole
// import.
constexpr std::size_t max_kept_bytes = std::size_t{4} << 20;

constexpr std::string_view not_a_record =
    "not a record: an object is needed with the key `thread` (a chat), `record` (agent, bot, "
    "group, agent_status, greeting, goal, sale, queue or form_label), `action` and `payload` (a "
    "webhook) "
    "or `chats` (a page "
    "of chats)";

constexpr std::string_view not_an_answer =
    "not a record: the payload of an RTM response needs `chats`, `chat` or `thread`";

constexpr std::string_view line_goes_on = "not JSON: the line goes on after the record";

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

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

// Explains why an object with an `error` is not a record: it may be the answer of LiveChat's API to
// a request that failed.
std::string why_no_records(element error, std::string_view otherwise) {
  constexpr std::size_t most_shown = 200;
  object what;
  std::string_view type;
  std::string_view message;
  if (error.get(what) != simdjson::SUCCESS || what["type"].get(type) != simdjson::SUCCESS ||
      what["message"].get(message) != simdjson::SUCCESS) {
    return std::string(otherwise);
  }
  return fmt::format(
      "an error answer of the API, not chats: {} ({}); mend the request that was made and ask "
      "again",
      printable(shortened(message, most_shown)), printable(shortened(type, most_shown)));
}

// The lists of other systems' pages.
bool is_list_of_others(std::string_view key) {
  return key == "conversations" || key == "agent_timeline";
}

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

bool opens(char byte) {
  return byte == '{' || byte == '[';
}

// Returns the end of the value that begins at `from`, by its brackets and strings alone; the end of
// `json` if the value does not end.
std::size_t end_of_value(std::string_view json, std::size_t from) {
  if (!opens(json[from]) && json[from] != '"') {
    while (from < json.size() && !is_blank(json[from]) && !opens(json[from]) && json[from] != '"') {
      ++from;
    }
    return from;
  }
  ValueScan value;
  value.start(ValueScan::Kind::value);
  while (true) {
    const ValueScan::Stop stop = value.run(json.data(), from, json.size());
    if (stop.event == ValueScan::Event::complete) return stop.position;
    if (stop.event != ValueScan::Event::newline) return json.size();
    from = stop.position + 1;
  }
}

// The place of a value among the elements of arrays and pages, which begins its refusal.
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
  Implementation(Webhooks webhooks, std::int64_t highest_rating, const Format* format)
      : webhooks_(webhooks), format_(format), fields_(highest_rating) {}

  void parse(std::string_view json, const Take& take) {
    padded_.resize(json.size() + json_padding_bytes);
    if (!json.empty()) std::memcpy(padded_.data(), json.data(), json.size());
    parse_padded({padded_.data(), json.size()}, take);
    if (padded_.capacity() > max_kept_bytes) padded_ = {};
  }

  void parse_padded(std::string_view json, const Take& take) {
    pages_.clear();
    if (json.starts_with(byte_order_mark)) json.remove_prefix(byte_order_mark.size());
    const simdjson::error_code error = parse_one(json, take);
    if (error != simdjson::SUCCESS && !parse_several(json, take)) {
      take(invalid(why_not_json(error)));
    }
    if (parser_.capacity() > max_kept_bytes) parser_ = simdjson::dom::parser();
  }

  std::vector<Warning> take_warnings() { return std::exchange(warnings_, {}); }
  std::vector<Page> take_pages() { return std::exchange(pages_, {}); }
  std::vector<const Format*> take_formats() { return std::exchange(formats_, {}); }

 private:
  // Hands over the records of the value, if `json` is one. Numbers are made plain only if that is
  // needed, which is rare.
  simdjson::error_code parse_one(std::string_view json, const Take& take) {
    done_ = 0;
    passed_ = 0;
    const auto pages_before = static_cast<std::ptrdiff_t>(pages_.size());
    std::optional<std::string> plain;
    if (expects_rounded_) plain = with_plain_numbers(json);
    element root;
    simdjson::error_code error = plain ? parser_.parse(*plain).get(root)
                                       : parser_.parse(json.data(), json.size(), false).get(root);
    if (error != simdjson::SUCCESS && !plain) {
      plain = with_plain_numbers(json);
      if (plain) error = parser_.parse(*plain).get(root);
    }
    if (error != simdjson::SUCCESS) return error;
    expects_rounded_ = plain.has_value();
    fields_.begin(plain ? Numbers::plain : Numbers::as_given);
    read_value(root, nullptr, take);
    if (!fields_.has_met_rounded()) return error;
    plain = with_plain_numbers(json);
    if (plain) error = parser_.parse(*plain).get(root);
    if (error != simdjson::SUCCESS) return error;
    fields_.begin(Numbers::plain);
    passed_ = std::exchange(done_, 0);
    pages_.erase(pages_.begin() + pages_before, pages_.end());
    expects_rounded_ = true;  // a data frame writes all records of a file alike
    read_value(root, nullptr, take);
    return error;
  }

  // Parses values that follow each other. Returns false if the first of them extends to the end.
  bool parse_several(std::string_view json, const Take& take) {
    bool is_first = true;
    for (std::size_t at = 0; at < json.size();) {
      if (is_blank(json[at])) {
        ++at;
        continue;
      }
      const std::size_t end = end_of_value(json, at);
      if (is_first && json.find_first_not_of(" \t\r\n", end) == json.npos) return false;
      const simdjson::error_code error = parse_one(json.substr(at, end - at), take);
      if (error != simdjson::SUCCESS) {
        // After the end of an object or array, even a malformed one, another value may begin.
        const bool is_whole = opens(json[at]) && (json[end - 1] == '}' || json[end - 1] == ']');
        if (!is_whole && is_first) return false;
        take(invalid(is_whole ? why_not_json(error) : std::string(line_goes_on)));
        if (!is_whole) return true;
      }
      is_first = false;
      at = end;
    }
    return !is_first;
  }

  void read_value(element value, const Place* place, const Take& take) {
    if (fields_.has_met_rounded()) return;
    object record;
    if (value.is_array()) {
      read_list(value, "", place, take);
    } else if (value.get(record) == simdjson::SUCCESS) {
      read_object(record, place, take);
    } else if (is_next()) {
      fields_.refuse_record(not_a_record);
      finish({}, place, take);
    }
  }

  // Returns whether the record here has not been handed over yet.
  bool is_next() {
    if (done_ >= passed_) return true;
    ++done_;
    return false;
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
    std::optional<element> threads;
    bool has_thread = false;
    bool has_action = false;
    bool is_page = false;
    std::vector<std::pair<std::string_view, element>> lists;
    Page page;
    std::optional<element> type;
    std::optional<element> payload;
    std::optional<element> error;
    for (const auto& [key, value] : record) {
      if (value.is_null()) continue;
      if (key == "thread") {
        has_thread = true;
      } else if (key == "chats" && value.is_array()) {
        is_page = true;
        read_list(value, "chats", place, take);
      } else if (is_list_of_others(key) && value.is_array()) {
        lists.emplace_back(key, value);
      } else if (key == "threads" && value.is_array()) {
        threads = value;
      } else if (key == "next_page_id") {
        page.has_next = is_page_id(value);
      } else if (key == "previous_page_id") {
        page.has_previous = is_page_id(value);
      } else if (key == "record") {
        kind = value;
      } else if (key == "action") {
        has_action = true;
      } else if (key == "payload") {
        payload = value;
      } else if (key == "type") {
        type = value;
      } else if (key == "error") {
        error = value;
      }
    }
    if (is_page) return pages_.push_back(page);
    const bool is_ours =
        has_thread || (kind && !kind->is_object()) || (has_action && payload.has_value());
    if (!is_ours && !lists.empty()) {
      for (const auto& [name, list] : lists) read_list(list, name, place, take);
      return;
    }
    if (!is_ours && threads) return read_threads(record, *threads, place, take);
    if (!is_ours && read_other(record, place, take)) return;
    if (!is_next()) return;
    if (!kind && !has_thread && payload && type && is_response(*type)) {
      return read_response(*payload, place, take);
    }
    // The record is made in its place: it is so large that each move takes noticeable time.
    Result<chat::Record> read;
    if (kind && !kind->is_object()) {
      read = parse_own_record(*kind, record, fields_);
    } else if (has_thread) {
      chats_.parse(record, Path(), fields_, read->emplace<chat::ChatRecord>());
    } else if (has_action && payload) {
      read = parse_webhook(record, webhooks_, chats_, fields_);
    } else {
      fields_.refuse_record(error ? why_no_records(*error, not_a_record)
                                  : std::string(not_a_record));
    }
    finish(std::move(read), place, take);
  }

  // A chat that lists its threads, as versions before 3.2 of the API answer it.
  void read_threads(object chat, element threads, const Place* place, const Take& take) {
    const Path root;
    const Path at_threads(root, "threads");
    std::size_t index = 0;
    for (const element thread : simdjson::dom::array(threads)) {
      const Path here(at_threads, index++);
      if (!is_next()) continue;
      Result<chat::Record> read;
      chats_.parse_one_of(chat, thread, here, root, fields_, read->emplace<chat::ChatRecord>());
      finish(std::move(read), place, take);
    }
  }

  // Reads an envelope, or a chat of another format. Returns whether the object is one.
  bool read_other(object other, const Place* place, const Take& take) {
    std::string_view reason;
    if (other[refused_row()].get(reason) == simdjson::SUCCESS) {
      if (!is_next()) return true;
      fields_.refuse_record(reason);
      finish({}, place, take);
      return true;
    }
    const Envelope envelope = open_envelope(other);
    if (envelope.is_control) return true;
    if (envelope.content && envelope.is_text) {
      return read_text(std::string(std::string_view(*envelope.content)), place, take);
    }
    if (envelope.content && envelope.stream && !is_known(*envelope.content)) {
      fields_.warn("row of a stream that has no chats: stream", *envelope.stream);
      keep_warnings();
      return true;
    }
    if (envelope.content) {
      read_value(*envelope.content, place, take);
      return true;
    }
    const Format* const format = format_ != nullptr ? format_ : format_of(other);
    if (format == nullptr || !format->is_one(other)) return false;
    note(format);
    format->read(other, fields_, [&](chat::Record&& record) {
      if (is_next()) finish(std::move(record), place, take);
    });
    if (!fields_.ok()) {
      if (is_next()) finish({}, place, take);
    } else {
      keep_warnings();
    }
    return true;
  }

  bool read_text(const std::string& json, const Place* place, const Take& take) {
    RecordParser inner(webhooks_, fields_.highest_rating(), format_);
    inner.parse(json, [&](Result<chat::Record>&& record) {
      if (!is_next()) return;
      if (!record && place != nullptr) record.error().message.insert(0, place->text());
      take(std::move(record));
      ++done_;
    });
    for (Warning& warning : inner.take_warnings()) add_warning(warnings_, std::move(warning));
    for (const Format* format : inner.take_formats()) note(format);
    for (const Page& page : inner.take_pages()) pages_.push_back(page);
    return true;
  }

  void note(const Format* format) {
    if (std::ranges::find(formats_, format) == formats_.end()) formats_.push_back(format);
  }

  // Returns whether a row of a stream may be a record.
  static bool is_known(element row) {
    object found;
    if (row.get(found) != simdjson::SUCCESS) return false;
    for (const std::string_view key : {"thread", "threads", "chats", "record", "action"}) {
      if (found[key].error() == simdjson::SUCCESS) return true;
    }
    return format_of(found) != nullptr || open_envelope(found).content.has_value();
  }

  static bool is_page_id(element value) {
    std::string_view id;
    return value.get(id) == simdjson::SUCCESS && !id.empty();
  }

  static bool is_response(element type) {
    std::string_view name;
    return type.get(name) == simdjson::SUCCESS && name == "response";
  }

  // An answer of the RTM API: its payload is a page of chats, contains a chat, or is a chat.
  void read_response(element payload, const Place* place, const Take& take) {
    object answer;
    element found;
    if (payload.get(answer) != simdjson::SUCCESS) {
      return refuse(std::string(not_an_answer), place, take);
    }
    if (answer["error"].get(found) == simdjson::SUCCESS) {
      return refuse(why_no_records(found, not_an_answer), place, take);
    }
    if (answer["chats"].get(found) == simdjson::SUCCESS && found.is_array()) {
      read_list(found, "payload.chats", place, take);
      Page page;
      if (answer["next_page_id"].get(found) == simdjson::SUCCESS) page.has_next = is_page_id(found);
      if (answer["previous_page_id"].get(found) == simdjson::SUCCESS) {
        page.has_previous = is_page_id(found);
      }
      return pages_.push_back(page);
    }
    const Path root;
    const Path at_payload(root, "payload");
    Result<chat::Record> read;
    auto& record = read->emplace<chat::ChatRecord>();
    object chat;
    if (answer["chat"].get(chat) == simdjson::SUCCESS) {
      chats_.parse(chat, Path(at_payload, "chat"), fields_, record);
    } else if (answer["thread"].get(found) == simdjson::SUCCESS && !found.is_null()) {
      chats_.parse(answer, at_payload, fields_, record);
    } else {
      fields_.refuse_record(not_an_answer);
    }
    finish(std::move(read), place, take);
  }

  // Hands over the record, or the reason why it is refused.
  void finish(Result<chat::Record> read, const Place* place, const Take& take) {
    if (fields_.has_met_rounded()) return;
    if (fields_.ok()) {
      keep_warnings();
      take(std::move(read));
    } else {
      refuse(fields_.take_reason(), place, take);
    }
    ++done_;
  }

  void keep_warnings() {
    for (Warning& warning : fields_.take_warnings()) add_warning(warnings_, std::move(warning));
  }

  void refuse(std::string reason, const Place* place, const Take& take) {
    fields_.take_warnings();  // a refused record has none
    take(invalid(place == nullptr ? std::move(reason) : place->text() + reason));
  }

  const Webhooks webhooks_;
  const Format* const format_;
  std::vector<const Format*> formats_;
  bool expects_rounded_ = false;  // numbers that are not plain
  std::size_t done_ = 0;          // records of the value that were handed over
  std::size_t passed_ = 0;        // and those before the numbers were made plain
  simdjson::dom::parser parser_;
  std::string padded_;
  FieldReader fields_;
  ChatParser chats_;
  std::vector<Warning> warnings_;
  std::vector<Page> pages_;
};

RecordParser::RecordParser(Webhooks webhooks, std::int64_t highest_rating, const Format* format)
    : implementation_(std::make_unique<Implementation>(webhooks, highest_rating, format)) {}
RecordParser::~RecordParser() = default;

void RecordParser::parse(std::string_view json, const Take& take) {
  implementation_->parse(json, take);
}

void RecordParser::parse_padded(std::string_view json, const Take& take) {
  implementation_->parse_padded(json, take);
}

std::vector<Warning> RecordParser::take_warnings() {
  return implementation_->take_warnings();
}

std::vector<const Format*> RecordParser::take_formats() {
  return implementation_->take_formats();
}

std::vector<Page> RecordParser::take_pages() {
  return implementation_->take_pages();
}

}  // namespace chatreports::ingest
