#pragma once
// Typed access to the fields of a JSON record. The first error is kept, with the path of its field.
// Values that are read after it are not used, so a parser may read on and check once at the end.

#include <cstdint>
#include <initializer_list>
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

// The place of a value in a record. A path lives on the stack of the function that reads the
// record, and borrows its parent and its key. It becomes text only after an error.
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

using OptionalElement = std::optional<simdjson::dom::element>;

// Returns the value of the first of these keys that is there and not null.
OptionalElement element_of(simdjson::dom::object from,
                           std::initializer_list<std::string_view> keys);
// Returns the value at the end of the path of keys, if it is there and not null.
OptionalElement element_at(simdjson::dom::element value,
                           std::initializer_list<std::string_view> keys);
// Returns an empty text for any other value.
std::string_view text_or_nothing(simdjson::dom::element value);

// How a JSON value writes its numbers, see ingest/plain_numbers.h.
enum class Numbers { as_given, plain };

class FieldReader {
 public:
  explicit FieldReader(std::int64_t highest_rating = 1) : highest_rating_(highest_rating) {}

  bool ok() const { return reason_.empty(); }
  // Returns why the record is refused, and resets the reader.
  std::string take_reason() { return std::exchange(reason_, {}); }
  void refuse(const Path& path, std::string_view what);
  void refuse_record(std::string_view what);

  // Warns that an accepted value counts nowhere. Shows `value` if it is text or a number.
  void warn(std::string_view what, simdjson::dom::element value);
  // Returns the warnings since the last call.
  std::vector<Warning> take_warnings() { return std::exchange(warnings_, {}); }

  // Returns the integer of `1`, and of `1.0` as data frames write it. Returns nothing for any other
  // value, and for `1.0` until the numbers are plain.
  std::optional<std::int64_t> integral(simdjson::dom::element value);
  // Begins another JSON value. Its numbers are plain (ingest/plain_numbers.h) or as given.
  void begin(Numbers numbers) {
    *this = FieldReader(highest_rating_);
    numbers_ = numbers;
  }
  // Ratings from 0 to this are understood.
  std::int64_t highest_rating() const { return highest_rating_; }
  // Returns whether an integer was read for which the parser has a double that may be rounded. Then
  // the values are of no use, and must be read again with plain numbers.
  bool has_met_rounded() const { return has_met_rounded_; }

  // Text of at most `max_bytes`; a view into the parsed document.
  std::string_view text(simdjson::dom::element value, const Path& path,
                        std::size_t max_bytes = SIZE_MAX);
  // Text of 1 to max_id_bytes bytes.
  std::string_view id(simdjson::dom::element value, const Path& path);
  // An id, which may also be an integer; returns text in both cases.
  std::string id_or_integer(simdjson::dom::element value, const Path& path);
  std::int64_t integer(simdjson::dom::element value, const Path& path);
  // An integer from `least` to `most`.
  std::int64_t integer(simdjson::dom::element value, const Path& path, std::int64_t least,
                       std::int64_t most);
  Instant time(simdjson::dom::element value, const Path& path);
  // Whole seconds since 1970: the times of older versions of the API.
  Instant seconds(simdjson::dom::element value, const Path& path);
  std::optional<simdjson::dom::object> object(simdjson::dom::element value, const Path& path);
  std::optional<simdjson::dom::array> array(simdjson::dom::element value, const Path& path,
                                            std::size_t max_elements = chat::max_elements);
  // Ascending, each once.
  std::vector<std::int64_t> integer_set(simdjson::dom::element value, const Path& path);

 private:
  std::int64_t highest_rating_;
  std::string reason_;
  Numbers numbers_ = Numbers::as_given;
  bool has_met_rounded_ = false;
  std::vector<Warning> warnings_;
};

}  // namespace chatreports::ingest
