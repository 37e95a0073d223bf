#pragma once
// JSON → records. One JSON value may hold several: a page of List Archives holds a chat per element
// of `chats`, an array one per element.

#include <functional>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "chat/record.h"

namespace chatreports::ingest {

// Parses JSON values into records. Holds a parser's buffers: one per thread, used again and again.
class RecordParser {
 public:
  RecordParser();
  ~RecordParser();
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;

  // Calls `take` once per record that stands in the JSON value, in order, with the record or with
  // why it is refused ("thread.created_at: not an RFC 3339 time"). Text that is not JSON or not
  // UTF-8 is one refusal. Bytes past the end of `json` are not read: it is copied where needed.
  void parse(std::string_view json, const std::function<void(Result<chat::Record>)>& take);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::ingest
