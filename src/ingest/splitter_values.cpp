// The part of the splitter that scans values: objects and the elements of arrays and pages, also
// malformed ones.

#include <fmt/format.h>

#include <limits>

#include "ingest/splitter.h"

namespace chatreports::ingest {
namespace {

// No line is deeper. After a list that is malformed before its first element, every element counts.
constexpr std::uint64_t any_indent = std::numeric_limits<std::uint64_t>::max();

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r';
}

}  // namespace

// --- Values.

void Splitter::scan_between_values() {
  const char byte = bytes_[position_];
  if (byte == '\n') return new_line();
  if (is_blank(byte)) {
    ++position_;
    return;
  }
  const bool opens = byte == '{' || byte == '[';
  if (opens) {
    // After the end of a value on an earlier line another value may begin, in any shape.
    if (value_on_line_ && lines_continued_ > 0) shape_ = Shape::document;
    value_on_line_ = false;
    if (byte == '{') return begin_value(true);
    wrapper_ = Wrapper::array;
    wrapper_line_ = line_;
    value_line_ = line_;
    value_indent_ = any_indent;
    index_ = 0;
    expected_ = Expected::element_or_end;
    state_ = State::between_elements;
    ++position_;
    return;
  }
  if (shape_ == Shape::undecided && !value_on_line_) return go_to_lines();
  // The parser will refuse it; another value may follow.
  if (begins_value(byte)) {
    begin_value(false);
    if (byte != '"') state_ = State::in_word;
    return;
  }
  if (shape_ == Shape::document) {
    value_line_ = line_;
    value_indent_ = any_indent;
    return broken("not JSON: an object or an array must begin here");
  }
  refuse(line_, value_on_line_ ? "not JSON: the line goes on after the record" : "not JSON");
  shape_ = Shape::lines;
  state_ = State::skipping_line;
}

void Splitter::begin_value(bool may_be_page) {
  state_ = State::in_value;
  begin_ = position_;
  value_line_ = line_;
  value_indent_ = indent_;
  discarding_ = false;
  value_.start(may_be_page ? ValueScan::Kind::value_or_page : ValueScan::Kind::value);
}

void Splitter::scan_value() {
  const ValueScan::Stop stop = value_.run(bytes_.data(), position_, bytes_.size());
  position_ = stop.position;
  refuse_if_too_long();
  switch (stop.event) {
    case ValueScan::Event::end_of_bytes:
      return;
    case ValueScan::Event::newline:
      return new_line();
    case ValueScan::Event::complete:
      return end_value();
    case ValueScan::Event::page:
      return open_page();
    case ValueScan::Event::broken:
      return broken(bytes_[position_] == '\n' ? "not JSON: a line ends inside a text of this record"
                                              : "not JSON: brackets do not match");
  }
}

void Splitter::scan_word() {
  while (position_ < bytes_.size()) {
    const char byte = bytes_[position_];
    const bool begins_another =
        wrapper_ == Wrapper::none && (byte == '{' || byte == '[' || byte == '"');
    if (begins_another || byte == ',' || byte == ']' || byte == '}' || byte == '\n' ||
        is_blank(byte)) {
      refuse_if_too_long();
      return end_value();
    }
    ++position_;
  }
  refuse_if_too_long();
}

void Splitter::end_value() {
  if (in_page_end_) {
    if (!discarding_) {
      units_.push_back({.kind = UnitKind::apart,
                        .line = wrapper_line_,
                        .text = page_text_ + bytes_.substr(begin_, position_ - begin_)});
    }
    end_top_value();
    return;
  }
  if (!discarding_) emit(begin_, position_, value_line_);
  discarding_ = false;
  if (wrapper_ == Wrapper::none) return end_top_value();
  ++index_;
  state_ = State::between_elements;
  expected_ = Expected::comma_or_end;
}

void Splitter::end_top_value() {
  wrapper_ = Wrapper::none;
  in_page_end_ = false;
  page_text_.clear();
  discarding_ = false;
  state_ = State::between_values;
  value_on_line_ = true;
}

// --- Arrays and pages.

void Splitter::open_page() {
  if (discarding_) return value_.read_as_one_piece();
  ++position_;
  page_text_.append(bytes_, begin_, position_ - begin_);
  if (!in_page_end_) {
    wrapper_ = Wrapper::page;
    wrapper_line_ = value_line_;
    index_ = 0;
  }
  in_page_end_ = false;
  value_indent_ = any_indent;
  expected_ = Expected::element_or_end;
  state_ = State::between_elements;
}

void Splitter::scan_between_elements() {
  const char byte = bytes_[position_];
  if (byte == '\n') return new_line();
  if (is_blank(byte)) {
    ++position_;
    return;
  }
  if (byte == ']' && expected_ != Expected::element) return close_wrapper();
  if (byte == ',' && expected_ == Expected::comma_or_end) {
    expected_ = Expected::element;
    ++position_;
    return;
  }
  const bool opens = byte == '{' || byte == '[';
  if (expected_ == Expected::comma_or_end) {
    if (!opens || shape_ != Shape::document) {
      return broken("not JSON: a comma or the end of the list must stand here");
    }
    // Only the comma is missing; the elements are complete.
    refuse(line_, "not JSON: a comma is missing before this record");
  } else if (byte == ',' || byte == ']' || byte == '}' || byte == ':') {
    return broken("not JSON: a record must stand here");
  }
  begin_value(false);
  if (!opens && byte != '"') state_ = State::in_word;
}

void Splitter::close_wrapper() {
  if (wrapper_ == Wrapper::array) {
    ++position_;
    return end_top_value();
  }
  in_page_end_ = true;
  discarding_ = false;
  state_ = State::in_value;
  begin_ = position_;
  value_.resume_page();
}

// --- Errors.

// The byte at the position is wrong. In a document the next record is on a line that begins like a
// record, no deeper than the malformed one; in NDJSON it is on the next line.
void Splitter::broken(const char* why) {
  if (inside_value()) {
    refuse_unit(why);
    if (go_back_to_second_line()) return;
  } else {
    value_line_ = line_;
    refuse(line_, why);
  }
  discarding_ = false;
  if (in_page_end_) wrapper_ = Wrapper::none;
  in_page_end_ = false;
  if (shape_ == Shape::document) {
    state_ = State::recovering;
    lines_lost_ = false;
  } else {
    shape_ = Shape::lines;
    state_ = State::skipping_line;
  }
}

void Splitter::recover() {
  const char byte = bytes_[position_];
  const bool first_of_line = absolute(position_) == line_begin_ + indent_;
  if (first_of_line && indent_ <= value_indent_) {
    const bool in_wrapper = wrapper_ != Wrapper::none;
    if (byte == '{' || byte == '[') {
      state_ = in_wrapper ? State::between_elements : State::between_values;
      expected_ = Expected::element_or_end;
      return;
    }
    if (byte == ']' && in_wrapper) {
      state_ = State::between_elements;
      expected_ = Expected::comma_or_end;
      return;
    }
  }
  if (first_of_line) lines_lost_ = true;
  skip_to_line_end();
}

void Splitter::refuse_if_too_long() {
  const std::size_t length = position_ - begin_ + (in_page_end_ ? page_text_.size() : 0);
  if (discarding_ || length <= max_record_bytes_) return;
  refuse_unit(fmt::format("longer than {} bytes", max_record_bytes_));
  discarding_ = true;
  value_.read_as_one_piece();
  page_text_.clear();
}

// Refuses the present unit, once.
void Splitter::refuse_unit(std::string why) {
  if (discarding_) return;
  const bool is_element = wrapper_ != Wrapper::none && !in_page_end_;
  refuse(in_page_end_ ? wrapper_line_ : value_line_, std::move(why));
  if (!is_element) return;
  units_.back().wrapper = wrapper_;
  units_.back().index = index_;
}

void Splitter::refuse(std::uint64_t line, std::string why) {
  units_.push_back({.kind = UnitKind::refused, .line = line, .text = std::move(why)});
}

void Splitter::emit(std::size_t from, std::size_t to, std::uint64_t line) {
  units_.push_back({.kind = UnitKind::in_buffer,
                    .wrapper = wrapper_,
                    .offset = from,
                    .length = to - from,
                    .line = line,
                    .index = index_,
                    .text = {}});
}

}  // namespace chatreports::ingest
