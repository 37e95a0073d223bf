#include "ingest/splitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "ingest/parse_record.h"

namespace chatreports::ingest {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t min_batch_bytes = 16;
constexpr std::size_t max_whole_line_bytes = std::size_t{1} << 20;
// Refusals of a batch wait for the consumer, too: a megabyte of line feeds and rubbish is not to
// become a million of them at once.
constexpr std::size_t max_units = 16'384;

constexpr const char* line_ends_inside = "not JSON: the line ends inside this record";

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r';
}

}  // namespace

Splitter::Splitter(ByteSource& source, std::size_t batch_bytes, std::size_t max_record_bytes)
    : source_(source),
      batch_bytes_(std::max(batch_bytes, min_batch_bytes)),
      max_record_bytes_(max_record_bytes),
      max_line_bytes_(std::min(max_record_bytes, max_whole_line_bytes)) {}

UnitBatch Splitter::next() {
  UnitBatch batch;
  if (finished_) return batch;
  if (position_ == bytes_.size() && !at_end_) fill();
  if (at_begin_) {
    at_begin_ = false;
    if (bytes_.starts_with(byte_order_mark)) position_ = byte_order_mark.size();
    line_begin_ = position_;
  }
  while (position_ < bytes_.size() && units_.size() < max_units) step();
  if (!inside_unit() || discarding_) begin_ = position_;
  if (at_end_ && position_ == bytes_.size()) finish();
  hand_over(batch);
  return batch;
}

void Splitter::fill() {
  std::size_t filled = bytes_.size();
  bytes_.resize_and_overwrite(filled + batch_bytes_, [&](char* bytes, std::size_t size) {
    while (filled < size && !at_end_) {
      const auto got = source_.read(std::span(bytes + filled, size - filled));
      if (!got) error_ = got.error();
      at_end_ = !got || *got == 0;
      if (got) filled += *got;
    }
    return filled;
  });
}

void Splitter::hand_over(UnitBatch& batch) {
  if (units_.empty()) {
    bytes_.erase(0, begin_);
  } else {
    std::string rest;
    rest.reserve(bytes_.size() - begin_ + batch_bytes_ + json_padding_bytes);
    rest.append(bytes_, begin_);
    batch.bytes = std::exchange(bytes_, std::move(rest));
    batch.bytes.resize(begin_ + json_padding_bytes);
    batch.units = std::exchange(units_, {});
  }
  base_ += begin_;
  position_ -= begin_;
  begin_ = 0;
}

void Splitter::step() {
  if (state_ == State::line) return scan_line();
  if (state_ == State::skipping_line) return skip_to_line_end();
  if (at_line_begin_) return begin_line();
  switch (state_) {
    case State::between_values:
      return scan_between_values();
    case State::in_value:
      return scan_value();
    case State::in_word:
      return scan_word();
    case State::between_elements:
      return scan_between_elements();
    default:
      return recover();
  }
}

void Splitter::finish() {
  if (state_ == State::line) {
    // Behind damaged gzip the last line may be cut short; that is the error's to say.
    if (!error_ || line_is_whole()) emit_line(bytes_.size());
  } else if (!error_) {
    if (state_ == State::in_word) end_value();
    if (state_ == State::in_value) {
      refuse_if_too_long();
      refuse_unit("the input ends inside this record");
      if (go_back_to_second_line()) return;
    } else if (state_ == State::between_elements) {
      refuse(wrapper_line_, wrapper_ == Wrapper::array ? "the input ends inside this array"
                                                       : "the input ends inside this page");
    } else if (state_ == State::recovering && lines_lost_) {
      refuse(value_line_, "what follows this record up to the end of the input is lost with it");
    }
  }
  begin_ = position_;
  finished_ = true;
}

// --- Lines.

void Splitter::scan_line() {
  const char* bytes = bytes_.data();
  const void* found = std::memchr(bytes + position_, '\n', bytes_.size() - position_);
  const std::size_t end = found == nullptr
                              ? bytes_.size()
                              : static_cast<std::size_t>(static_cast<const char*>(found) - bytes);
  if (end - begin_ > max_line_bytes_) {
    // Too long to be held as a line; its elements, where it is an array or a page, need not be.
    position_ = begin_;
    line_begin_ = absolute(begin_);
    state_ = State::between_values;
    at_line_begin_ = true;
    value_on_line_ = false;
    return;
  }
  position_ = end;
  if (found == nullptr) return;
  emit_line(end);
  ++position_;
  ++line_;
  begin_ = position_;
}

void Splitter::emit_line(std::size_t to) {
  std::size_t from = begin_;
  while (from < to && is_blank(bytes_[from])) ++from;
  while (to > from && is_blank(bytes_[to - 1])) --to;
  if (from < to) emit(from, to, line_);
}

bool Splitter::line_is_whole() const {
  std::size_t from = begin_;
  while (from < bytes_.size() && is_blank(bytes_[from])) ++from;
  if (from == bytes_.size() || (bytes_[from] != '{' && bytes_[from] != '[')) return false;
  ValueScan value;
  value.start(false);
  const ValueScan::Stop stop = value.run(bytes_.data(), from, bytes_.size());
  return stop.event == ValueScan::Event::complete;
}

void Splitter::skip_to_line_end() {
  const void* found = std::memchr(bytes_.data() + position_, '\n', bytes_.size() - position_);
  if (found == nullptr) {
    position_ = bytes_.size();
    return;
  }
  position_ = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.data());
  new_line();
}

void Splitter::go_to_lines() {
  shape_ = Shape::lines;
  state_ = State::line;
  wrapper_ = Wrapper::none;
  in_page_end_ = false;
  page_text_.clear();
  discarding_ = false;
  begin_ = position_;
}

// --- Line feeds between tokens, and what the first lines tell of the shape.

void Splitter::new_line() {
  ++position_;
  ++line_;
  line_begin_ = absolute(position_);
  at_line_begin_ = true;
  if (shape_ == Shape::lines) {
    --line_;  // the refusal, where one is due, is of the line that has just ended
    if (inside_value()) refuse_unit(line_ends_inside);
    if (state_ == State::between_elements) refuse(wrapper_line_, line_ends_inside);
    ++line_;
    go_to_lines();
  } else if (shape_ == Shape::undecided && value_on_line_) {
    if (lines_continued_ == 0) {
      go_to_lines();
    } else {
      shape_ = Shape::document;
    }
  }
  value_on_line_ = false;
}

void Splitter::begin_line() {
  const char byte = bytes_[position_];
  if (byte == '\n') return new_line();
  if (is_blank(byte)) {
    ++position_;
    return;
  }
  at_line_begin_ = false;
  indent_ = absolute(position_) - line_begin_;
  if (shape_ == Shape::undecided) decide_at_line_begin(byte);
}

// A value that is cut at the end of its line looks, with some luck, as if the next line went on
// with it: `{"users":[` and then a record. Then the line after that one cannot go on, so that two
// lines that can are needed to be sure, and the second line is scanned anew when there is only one.
void Splitter::decide_at_line_begin(char byte) {
  bool goes_on = true;
  if (state_ == State::in_value) {
    goes_on = value_.may_continue_with(byte);
  } else if (state_ == State::between_elements) {
    const bool may_end = expected_ != Expected::element;
    goes_on = (may_end && byte == ']') ||
              (expected_ == Expected::comma_or_end ? byte == ',' : begins_value(byte));
  } else {
    return;
  }
  if (!goes_on) return cut(line_ends_inside);
  ++lines_continued_;
  if (lines_continued_ == 1) {
    second_line_begin_ = absolute(position_);
    second_line_ = line_;
  } else {
    shape_ = Shape::document;
  }
}

void Splitter::cut(const char* why) {
  if (state_ == State::in_value) {
    refuse_unit(why);
    if (go_back_to_second_line()) return;
  } else {
    refuse(wrapper_line_, why);
  }
  go_to_lines();
}

// Where the value at hand began on a line before the second and is found not to be a value at all.
bool Splitter::go_back_to_second_line() {
  if (shape_ != Shape::undecided || lines_continued_ == 0 || discarding_) return false;
  if (absolute(begin_) >= second_line_begin_) return false;
  position_ = static_cast<std::size_t>(second_line_begin_ - base_);
  line_ = second_line_;
  go_to_lines();
  return true;
}

// --- Values.

void Splitter::scan_between_values() {
  const char byte = bytes_[position_];
  if (byte == '\n') return new_line();
  if (is_blank(byte)) {
    ++position_;
    return;
  }
  const bool opens = byte == '{' || byte == '[';
  // Several values on a line are none of the shapes, but an object may begin where a line of the
  // last one ends.
  const bool is_spanned = shape_ == Shape::document || lines_continued_ > 0;
  if (opens && (!value_on_line_ || is_spanned)) {
    if (value_on_line_) shape_ = Shape::document;
    if (byte == '{') return begin_value(true);
    wrapper_ = Wrapper::array;
    wrapper_line_ = line_;
    value_line_ = line_;
    value_indent_ = std::numeric_limits<std::uint64_t>::max();
    index_ = 0;
    expected_ = Expected::element_or_end;
    state_ = State::between_elements;
    ++position_;
    return;
  }
  if (shape_ == Shape::undecided && !value_on_line_) return go_to_lines();
  if (shape_ == Shape::document) {
    value_line_ = line_;
    value_indent_ = std::numeric_limits<std::uint64_t>::max();
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
  value_.start(may_be_page);
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
    if (byte == ',' || byte == ']' || byte == '}' || byte == '\n' || is_blank(byte)) {
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
  value_indent_ = std::numeric_limits<std::uint64_t>::max();
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
    // Only the comma is missing; the elements are whole.
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

// --- What is wrong.

// What stands at the position cannot be. In a document the next record is where a line begins like
// one, no deeper than the broken record did; in NDJSON it is on the next line.
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

// Refuses the unit at hand, once.
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
