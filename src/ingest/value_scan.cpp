#include "ingest/value_scan.h"

#include <string_view>

#include "base/check.h"

namespace chatreports::ingest {
namespace {

constexpr std::string_view page_key = "chats";

// The parser refuses values that are nested deeper than 1024 levels; here the limit bounds the
// memory.
constexpr std::size_t max_open = 2'048;

constexpr char opening(char closing) {
  return closing == '}' ? '{' : '[';
}

}  // namespace

bool begins_value(char byte) {
  constexpr std::string_view beginnings = "{[\"-0123456789tfn";
  return beginnings.find(byte) != std::string_view::npos;
}

void ValueScan::start(Kind kind) {
  open_.clear();
  uncounted_ = 0;
  in_string_ = false;
  escaped_ = false;
  last_ = 0;
  may_be_page_ = kind == Kind::value_or_page;
  key_is_chats_ = false;
}

void ValueScan::resume_page() {
  start(Kind::value_or_page);
  open('{');
  open('[');
}

void ValueScan::open(char bracket) {
  if (open_.size() < max_open) {
    open_ += bracket;
  } else {
    ++uncounted_;
  }
}

bool ValueScan::close(char bracket) {
  if (uncounted_ > 0) {
    --uncounted_;
    return true;
  }
  if (open_.empty() || open_.back() != opening(bracket)) return false;
  open_.pop_back();
  return true;
}

ValueScan::Stop ValueScan::run(const char* data, std::size_t from, std::size_t to) {
  std::size_t at = from;
  while (at < to) {
    if (in_string_) {
      for (; at < to; ++at) {
        const char byte = data[at];
        // A JSON text contains no line feed: the line ends inside the text.
        if (byte == '\n') return {Event::broken, at};
        if (escaped_) {
          escaped_ = false;
        } else if (byte == '\\') {
          escaped_ = true;
        } else if (byte == '"') {
          break;
        }
        ++string_bytes_;
      }
      if (at == to) break;
      in_string_ = false;
      const bool is_key = may_be_page_ && depth() == 1 && (last_ == '{' || last_ == ',');
      key_is_chats_ = is_key && string_bytes_ == page_key.size() && at >= page_key.size() &&
                      std::string_view(data + at - page_key.size(), page_key.size()) == page_key;
      last_ = '"';
      ++at;
      if (depth() == 0) return {Event::complete, at};
      continue;
    }
    const char byte = data[at];
    switch (byte) {
      case '\n':
        return {Event::newline, at};
      case ' ':
      case '\t':
      case '\r':
        break;
      case '"':
        in_string_ = true;
        string_bytes_ = 0;
        break;
      case '[':
        if (key_is_chats_ && last_ == ':' && may_be_page_ && depth() == 1) return {Event::page, at};
        [[fallthrough]];
      case '{':
        open(byte);
        last_ = byte;
        break;
      case ']':
      case '}':
        if (!close(byte)) return {Event::broken, at};
        last_ = byte;
        if (depth() == 0) return {Event::complete, at + 1};
        break;
      default:
        last_ = byte;
    }
    ++at;
  }
  return {Event::end_of_bytes, to};
}

bool ValueScan::may_continue_with(char byte) const {
  CHECK(!in_string_ && depth() > 0);
  if (uncounted_ > 0) return true;
  const bool in_object = open_.back() == '{';
  switch (last_) {
    case '{':
      return byte == '"' || byte == '}';
    case '[':
      return byte == ']' || begins_value(byte);
    case ',':
      return in_object ? byte == '"' : begins_value(byte);
    case ':':
      return begins_value(byte);
    default:
      return byte == ',' || byte == (in_object ? '}' : ']') || (byte == ':' && last_ == '"');
  }
}

}  // namespace chatreports::ingest
