#pragma once
// Finds the end of a JSON value without parsing it: by brackets, strings and escapes only. The
// parser reads the whole value afterwards.

#include <cstddef>
#include <cstdint>
#include <string>

namespace chatreports::ingest {

class ValueScan {
 public:
  enum class Event {
    end_of_bytes,  // all bytes are scanned, and the value continues
    newline,       // a line feed is at the position, between two tokens of the value
    complete,      // the value ends before the position
    page,          // the array of a page's `chats` opens at the position
    broken,        // the byte at the position cannot be part of a value
  };
  struct Stop {
    Event event = Event::end_of_bytes;
    std::size_t position = 0;
  };

  // Only an object can be a page.
  enum class Kind { value, value_or_page };

  // The next byte to scan is the first of a value: a bracket or a quotation mark.
  void start(Kind kind);
  // The next byte to scan is the bracket that closes the `chats` of a page.
  void resume_page();
  // From now on an array of `chats` is an array like others: the value is one piece.
  void read_as_one_piece() { may_be_page_ = false; }

  // Scans data[from, to) and stops at the first event. After a newline the caller continues with
  // the byte after it, after a page with resume_page(). While the value may be a page, the bytes
  // from its beginning must be before `from`.
  Stop run(const char* data, std::size_t from, std::size_t to);

  // Returns whether a line that begins with `byte` (not a blank) can continue the value: so a value
  // of several lines differs from a cut one that a new record follows. Only between tokens.
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
  std::size_t string_bytes_ = 0;  // of the present string, while it may be `chats`
};

// Returns whether a JSON value can begin with `byte`.
bool begins_value(char byte);

}  // namespace chatreports::ingest
