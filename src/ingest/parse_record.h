#pragma once
// JSON → records. One JSON value may contain several: a page of List Archives has a chat for each
// element of `chats`, an array has a record for each element.

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "chat/record.h"
#include "ingest/warnings.h"

namespace chatreports::ingest {

// The number of bytes after the end of a JSON value that parse_padded may read.
constexpr std::size_t json_padding_bytes = 64;

// The origin of webhooks. A recorded webhook whose meaning depends on time needs `received_at`: the
// time of the import would silently give wrong figures.
enum class Webhooks { recorded, live };

struct Format;  // ingest/formats/format.h

// A page of List Archives says whether there are others before and after it.
struct Page {
  std::uint64_t line = 0;  // where it begins; counted from 1
  bool has_next = false;
  bool has_previous = false;
  bool operator==(const Page&) const = default;
};

// Parses JSON values into records. Reuses the parser's buffers. One per thread.
class RecordParser {
 public:
  // `highest_rating` is that of the licence; higher ratings are warned of. With a `format`, each
  // object that is no record of our own is read as one of it; else the formats are recognised.
  explicit RecordParser(Webhooks webhooks = Webhooks::recorded, std::int64_t highest_rating = 1,
                        const Format* format = nullptr);
  ~RecordParser();
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;

  // Calls `take` for each record in the JSON value, in order, with the record or with the reason
  // why it is refused ("thread.created_at: missing"). Text that is not JSON or not UTF-8 is one
  // refusal. Several values may follow each other, with or without white space between them; other
  // text between them ends the reading. Copies `json`, so that no bytes after its end are read. The
  // reason for refusing an element of an array or a page begins with the element's place:
  // "chats[3]: …".
  void parse(std::string_view json, const std::function<void(Result<chat::Record>&&)>& take);

  // Likewise without a copy. The caller owns json_padding_bytes after the end of `json`; they are
  // read, and their values don't matter.
  void parse_padded(std::string_view json, const std::function<void(Result<chat::Record>&&)>& take);

  // Returns the warnings about records since the last call; without lines.
  std::vector<Warning> take_warnings();

  // Returns the formats that were read since the last call, each once.
  std::vector<const Format*> take_formats();

  // Returns the pages in the JSON value that was parsed last; without lines.
  std::vector<Page> take_pages();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::ingest
