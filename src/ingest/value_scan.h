#pragma once
// Finds where a JSON value ends without parsing it: brackets, strings and escapes only. The parser,
// which sees the whole value afterwards, looks at everything between them.

#include <cstddef>
#include <cstdint>
#include <string>

namespace chatreports::ingest {

class ValueScan {
 public:
  enum class Event {
    end_of_bytes,  // all bytes given are scanned, the value goes on
    newline,       // a line feed stands at the position, between two tokens of the value
    complete,      // the value ends before the position
    page,          // the array of a page's `chats` opens at the position
    broken,        // what stands at the position cannot be part of a value
  };
  struct Stop {
    Event event = Event::end_of_bytes;
    std::size_t position = 0;
  };

  // The next byte to scan is the first of a value: a bracket or a quotation mark. Only an object
  // can be a page.
  void start(bool may_be_page);
  // The next byte to scan is the bracket that closes the `chats` of a page.
  void resume_page();
  // An array of `chats` is no longer told apart from other arrays: the value is one piece.
  void read_as_one_piece() { may_be_page_ = false; }

  // Scans data[from, to) and stops at the first event. After a newline the caller goes on with the
  // byte behind it, after a page with resume_page(). While the value may be a page, the bytes from
  // its beginning on stand before `from`.
  Stop run(const char* data, std::size_t from, std::size_t to);

  // Whether `byte`, the first of a line that is not blank, can go on with the value: tells a value
  // of several lines from a cut one that a new record follows. Only between tokens.
  bool may_continue_with(char byte) const;

 private:
  std::size_t depth() const { return open_.size() + uncounted_; }
  void open(char bracket);
  bool close(char bracket);  // false: another kind of bracket is open

  std::string open_;           // the brackets that are open, outermost first
  std::size_t uncounted_ = 0;  // open ones below the deepest level that open_ keeps
  bool in_string_ = false;
  bool escaped_ = false;
  char last_ = 0;  // the last byte outside of strings that is not blank; `"` for a string
  bool may_be_page_ = false;
  bool key_is_chats_ = false;
  std::size_t string_bytes_ = 0;  // of the string at hand, up to where it is surely no `chats`
};

// Whether a JSON value can begin with `byte`.
bool begins_value(char byte);

}  // namespace chatreports::ingest
