#pragma once
// Limits on one record. A record beyond them is refused, except for the length of a property's text
// and of a label. Source: docs/definitions/records.md.

#include <cstddef>
#include <cstdint>

namespace chatreports::chat {

constexpr std::size_t max_id_bytes = 255;               // ids of threads, agents, forms, fields …
constexpr std::size_t max_tag_bytes = 1'024;            // a tag, a property's namespace or name
constexpr std::size_t max_property_text_bytes = 8'192;  // a longer text is replaced by its digest
constexpr std::size_t max_elements = 10'000;            // of any list except events
constexpr std::size_t max_label_bytes = 1'024;          // a longer label is left out
constexpr std::size_t max_events = 100'000;
// Of a licence; of further fields and answers the labels are left out.
constexpr std::int64_t max_labels = 20'000;

}  // namespace chatreports::chat
