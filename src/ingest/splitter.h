#pragma once
// A stream of bytes → units: pieces of JSON that are parsed on their own. A unit is a line of
// NDJSON, an object in a stream of objects, or an element of an array or of a page's `chats`. So an
// input of any size and any of these shapes takes bounded memory. Values may follow each other on a
// line: a short line is one unit, which the parser separates; a long line is separated here.
//
// The first line that is not blank decides the shape: if it is a complete value, the input is
// NDJSON; if the next lines can continue its value, the input is a document, whose objects span
// lines.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "ingest/byte_source.h"
#include "ingest/value_scan.h"

namespace chatreports::ingest {

enum class UnitKind : std::uint8_t {
  in_buffer,  // UnitBatch::bytes at offset
  apart,      // `text`: the page without its elements
  refused,    // `text`: the reason
};

// The list that a unit is an element of.
enum class Wrapper : std::uint8_t { none, array, page };

struct Unit {
  UnitKind kind = UnitKind::in_buffer;
  Wrapper wrapper = Wrapper::none;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::uint64_t line = 0;   // where it begins; counted from 1
  std::uint64_t index = 0;  // among the elements of its wrapper
  std::string text;
};

struct UnitBatch {
  std::string bytes;  // of the units, and json_padding_bytes after the last
  std::vector<Unit> units;
};

class Splitter {
 public:
  // Borrows `source`. Refuses a unit longer than `max_record_bytes` without holding all of it.
  Splitter(ByteSource& source, std::size_t batch_bytes, std::size_t max_record_bytes);

  // Reads about batch_bytes, and returns the units that are complete then, perhaps none.
  UnitBatch next();
  // Returns whether the last unit has been returned.
  bool finished() const { return finished_; }
  // Why the source could not be read to its end. All units before were returned.
  const std::optional<Error>& error() const { return error_; }

 private:
  enum class Shape : std::uint8_t { undecided, lines, document };
  enum class State : std::uint8_t {
    line,              // in a line of NDJSON that is searched for its end only
    between_values,    // outside of any value
    in_value,          // in an object, an array or a text that becomes a unit
    in_word,           // in a number, true, false, null or another word that becomes a unit
    between_elements,  // of the present array or page
    skipping_line,     // to the end of a malformed line
    recovering,        // to a line that looks like the beginning of a value, in a document
  };
  enum class Expected : std::uint8_t { element, element_or_end, comma_or_end };

  void fill();
  void hand_over(UnitBatch& batch);
  void scan();
  void step();
  void finish();

  void scan_line();
  void skip_to_line_end();
  void begin_line();
  void decide_at_line_begin(char byte);
  void scan_between_values();
  void scan_between_elements();
  void scan_value();
  void scan_word();
  void recover();

  void begin_value(bool may_be_page);
  void end_value();
  void end_top_value();
  void open_page();
  void close_wrapper();
  void new_line();
  void cut(const char* why);
  void broken(const char* why);
  void refuse_if_too_long();
  void refuse_unit(std::string why);
  void refuse(std::uint64_t line, std::string why);
  void emit(std::size_t from, std::size_t to, std::uint64_t line);
  void emit_line(std::size_t to);
  void go_to_lines();
  bool go_back_to_second_line();
  bool line_is_whole() const;

  std::uint64_t absolute(std::size_t position) const { return base_ + position; }
  bool inside_value() const { return state_ == State::in_value || state_ == State::in_word; }
  bool inside_unit() const { return inside_value() || state_ == State::line; }

  ByteSource& source_;
  const std::size_t batch_bytes_;
  const std::size_t max_record_bytes_;
  const std::size_t max_line_bytes_;  // a longer line is scanned for its elements

  std::string bytes_;         // the window on the input
  std::uint64_t base_ = 0;    // where in the input the window begins
  std::size_t position_ = 0;  // scanned up to here
  std::size_t begin_ = 0;     // of the present unit; bytes before it may be dropped
  std::vector<Unit> units_;
  bool at_begin_ = true;  // of the input
  bool at_end_ = false;
  bool finished_ = false;
  std::optional<Error> error_;

  Shape shape_ = Shape::undecided;
  State state_ = State::between_values;
  std::uint64_t line_ = 1;
  std::uint64_t line_begin_ = 0;
  std::uint64_t indent_ = 0;      // of the present line
  bool at_line_begin_ = true;     // only blanks so far
  bool value_on_line_ = false;    // a top-level value has ended on this line
  unsigned lines_continued_ = 0;  // while the shape is undecided
  std::uint64_t second_line_begin_ = 0;
  std::uint64_t second_line_ = 0;

  ValueScan value_;
  std::uint64_t value_line_ = 0;
  std::uint64_t value_indent_ = 0;
  bool discarding_ = false;  // the present unit has been refused
  Wrapper wrapper_ = Wrapper::none;
  std::uint64_t wrapper_line_ = 0;
  std::uint64_t index_ = 0;
  Expected expected_ = Expected::element_or_end;
  bool in_page_end_ = false;  // after the `chats` of a page
  std::string page_text_;     // the page without its elements
  bool lines_lost_ = false;   // while recovering
};

}  // namespace chatreports::ingest
