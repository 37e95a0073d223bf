#pragma once
// JSON → records. One JSON value may hold several: a page of List Archives holds a chat per element
// of `chats`, an array one per element.

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "chat/record.h"
#include "ingest/warnings.h"

namespace chatreports::ingest {

// How many bytes past the end of a JSON value parse_padded may read.
constexpr std::size_t json_padding_bytes = 64;

// Where webhooks come from. A recorded one whose meaning depends on time needs `received_at`: to
// take it as happening now would give a wrong figure, and nobody would notice.
enum class Webhooks { recorded, live };

// Parses JSON values into records. Holds a parser's buffers: one per thread, used again and again.
class RecordParser {
 public:
  explicit RecordParser(Webhooks webhooks = Webhooks::recorded);
  ~RecordParser();
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;

  // Calls `take` once per record that stands in the JSON value, in order, with the record or with
  // why it is refused ("thread.created_at: missing"). Text that is not JSON or not UTF-8 is one
  // refusal. Several values may follow each other, with or without white space between them; text
  // between them that begins no JSON value ends the reading. Bytes past the end of `json` are not
  // read: it is copied where needed. The reason for refusing an element of an array or a page
  // begins with its place: "chats[3]: …".
  void parse(std::string_view json, const std::function<void(Result<chat::Record>&&)>& take);

  // The same without a copy, for who owns json_padding_bytes more after the end of `json`: they are
  // read, whatever they are, and mean nothing.
  void parse_padded(std::string_view json, const std::function<void(Result<chat::Record>&&)>& take);

  // The warnings about records that were handed over since the last call; without lines.
  std::vector<Warning> take_warnings();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::ingest
