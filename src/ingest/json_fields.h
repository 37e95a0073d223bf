#pragma once
// Typed access to the fields of a JSON record. The first thing that is wrong is kept together with
// the path where it stands; what is read after it is not used, so a parser may read on and look
// once at the end.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "chat/record.h"
#include "ingest/warnings.h"
#include "time/instant.h"

namespace chatreports::ingest {

// Where in a record a value stands. Paths live on the stack of whoever walks the record and borrow
// their parent and their key; they become text only when something is wrong.
class Path {
 public:
  Path() = default;  // the record itself
  Path(const Path& parent, std::string_view key) : parent_(&parent), key_(key) {}
  Path(const Path& parent, std::size_t index) : parent_(&parent), index_(index) {}

  // "thread.events[3].created_at"; a long key is cut, and control characters are shown as `?`.
  std::string text() const;

 private:
  const Path* parent_ = nullptr;
  std::string_view key_;
  std::optional<std::size_t> index_;
};

class FieldReader {
 public:
  bool ok() const { return reason_.empty(); }
  // Why the record is refused; the reader is as new afterwards.
  std::string take_reason() { return std::exchange(reason_, {}); }
  void refuse(const Path& path, std::string_view what);
  void refuse_record(std::string_view what);

  // Something is accepted that will count nowhere. `value` is shown where it is text or a number.
  void warn(std::string_view what, simdjson::dom::element value);
  // Those since the last call.
  std::vector<Warning> take_warnings() { return std::exchange(warnings_, {}); }

  // The integer that a number is: `1`, and `1.0` as data frames write it. Nothing for any other
  // value, and for `1.0` until the numbers are made plain.
  std::optional<std::int64_t> integral(simdjson::dom::element value);
  // Another JSON value begins, whose numbers are plain (ingest/plain_numbers.h), or are as given.
  void begin(bool are_numbers_plain) {
    *this = FieldReader();
    are_numbers_plain_ = are_numbers_plain;
  }
  // Whether an integer was asked for where the parser has a double that may be rounded: what was
  // read is then of no use, and the value must be read again with plain numbers.
  bool has_met_rounded() const { return has_met_rounded_; }

  // Text of at most `max_bytes`; the view is into the parsed document.
  std::string_view text(simdjson::dom::element value, const Path& path,
                        std::size_t max_bytes = SIZE_MAX);
  // Text that is not empty and no longer than an id may be.
  std::string_view id(simdjson::dom::element value, const Path& path);
  // An id that may also be written as an integer; text either way.
  std::string id_or_integer(simdjson::dom::element value, const Path& path);
  std::int64_t integer(simdjson::dom::element value, const Path& path);
  // An integer from `least` to `most`.
  std::int64_t integer(simdjson::dom::element value, const Path& path, std::int64_t least,
                       std::int64_t most);
  Instant time(simdjson::dom::element value, const Path& path);
  // Whole seconds since 1970, as older versions of the API wrote times.
  Instant seconds(simdjson::dom::element value, const Path& path);
  std::optional<simdjson::dom::object> object(simdjson::dom::element value, const Path& path);
  std::optional<simdjson::dom::array> array(simdjson::dom::element value, const Path& path,
                                            std::size_t max_elements = chat::max_elements);
  // Ascending, each once.
  std::vector<std::int64_t> integer_set(simdjson::dom::element value, const Path& path);

 private:
  std::string reason_;
  bool are_numbers_plain_ = false;
  bool has_met_rounded_ = false;
  std::vector<Warning> warnings_;
};

}  // namespace chatreports::ingest
