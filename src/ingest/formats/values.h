#pragma once
// Values as other systems write them: numbers as text, times in seconds or as RFC 3339, lists with
// and without an object around them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "chat/record.h"
#include "time/instant.h"

namespace chatreports::ingest {

// Each returns nothing, or an empty text, for a value that is missing or of another type.
std::string_view text_in(simdjson::dom::object object, std::string_view key);
std::optional<simdjson::dom::object> object_in(simdjson::dom::object object, std::string_view key);
std::optional<simdjson::dom::array> array_in(simdjson::dom::object object, std::string_view key);
bool flag_in(simdjson::dom::object object, std::string_view key);
// A whole number, or a text that is one.
std::optional<std::int64_t> integer_in(simdjson::dom::object object, std::string_view key);
// Text, or a whole number as text; at most max_id_bytes.
std::string id_of(simdjson::dom::element value);
std::string id_in(simdjson::dom::object object, std::string_view key);
// RFC 3339; or seconds since 1970 as a number or as text, where 0 is no time.
std::optional<Instant> time_in(simdjson::dom::object object, std::string_view key);
// A number of seconds, or a text that is one. Not below 0.
std::optional<Duration> seconds_in(simdjson::dom::object object, std::string_view key);

// The array at `key`, or the array at `inner` of the object there.
std::optional<simdjson::dom::array> list_in(simdjson::dom::object object, std::string_view key,
                                            std::string_view inner);

// Ascending, each once; what is too long for the list is left out.
void sort_tags(std::vector<std::string>& tags);

// Makes agents of the authors who are in no list of the thread: supervisors, if the customer can't
// see what they wrote.
void add_authors(chat::ThreadRecord& thread);

// Adds the properties of a rating.
void add_rating(chat::ThreadRecord& thread, std::int64_t score, std::string_view comment);

}  // namespace chatreports::ingest
