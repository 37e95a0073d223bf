#include "ingest/splitter.h"

#include <algorithm>
#include <cstring>

#include "ingest/parse_record.h"

namespace chatreports::ingest {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t min_batch_bytes = 16;
constexpr std::size_t max_whole_line_bytes = std::size_t{1} << 20;
// Refusals of a batch wait for the consumer, too: a megabyte of malformed lines must not become a
// million refusals at once.
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
    // After damaged gzip the last line may be cut short; the error says so.
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
    // The line is too long to be held. If it is an array or a page, its elements may be short.
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
  value.start(ValueScan::Kind::value);
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

// --- Line feeds between tokens, and the shape, which the first lines decide.

void Splitter::new_line() {
  ++position_;
  ++line_;
  line_begin_ = absolute(position_);
  at_line_begin_ = true;
  if (shape_ == Shape::lines) {
    --line_;  // a refusal is of the line that has just ended
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

// A value that is cut at the end of its line may look as if the next line continued it:
// `{"users":[` and then a record. Then the line after that cannot continue it. So two lines that
// can are needed to be sure, and if there is only one, the second line is scanned again.
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

// For a value that began before the second line and is not a value.
bool Splitter::go_back_to_second_line() {
  if (shape_ != Shape::undecided || lines_continued_ == 0 || discarding_) return false;
  if (absolute(begin_) >= second_line_begin_) return false;
  position_ = static_cast<std::size_t>(second_line_begin_ - base_);
  line_ = second_line_;
  go_to_lines();
  return true;
}

}  // namespace chatreports::ingest
