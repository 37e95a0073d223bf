#include "generate/line_writer.h"

#include <charconv>

#include "time/rfc3339.h"

namespace chatreports::generate {
namespace {

constexpr std::size_t full_bytes = std::size_t{128} << 10;
constexpr std::size_t longest_line_bytes = std::size_t{32} << 10;  // more is allowed, only slower

void write_digits(std::int64_t value, int count, char* end) {
  for (; count > 0; --count) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

LineWriter::LineWriter(const std::function<bool(std::string_view)>& take) : take_(take) {
  buffer_.reserve(full_bytes + longest_line_bytes);
}

void LineWriter::end_line() {
  buffer_ += '\n';
  if (buffer_.size() >= full_bytes) finish();
}

void LineWriter::finish() {
  if (wanted_ && !buffer_.empty()) wanted_ = take_(buffer_);
  buffer_.clear();
}

void LineWriter::append(std::uint64_t number) {
  char digits[20];
  const auto written = std::to_chars(digits, digits + sizeof digits, number);
  buffer_.append(digits, written.ptr);
}

void LineWriter::append(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  if (day != day_) {
    day_ = day;
    date_ = format_rfc3339(at).substr(0, 11);  // "2021-04-08T"
  }
  const std::chrono::hh_mm_ss of_day(at - day);
  char time[] = "00:00:00.000000Z";
  write_digits(of_day.hours().count(), 2, time + 2);
  write_digits(of_day.minutes().count(), 2, time + 5);
  write_digits(of_day.seconds().count(), 2, time + 8);
  write_digits(of_day.subseconds().count(), 6, time + 15);
  buffer_.append(date_).append(time, 16);
}

}  // namespace chatreports::generate
