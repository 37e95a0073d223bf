#pragma once
// A chat in the form of LiveChat's List Archives and Get Chat → chat::ChatRecord. Values that no
// figure needs (texts, names, addresses) are never copied from the JSON.

#include <optional>
#include <string_view>
#include <vector>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// Returns the groups of an `access`; nothing if it does not list them.
std::optional<std::vector<std::int64_t>> parse_access(simdjson::dom::element access,
                                                      const Path& path, FieldReader& fields);

// Reuses its lists from chat to chat. One per thread.
class ChatParser {
 public:
  // Fills a new record from the object at `path`, whose thread is at its key `thread`. After an
  // error, `fields` has the reason, and the record is of no use.
  void parse(simdjson::dom::object chat, const Path& path, FieldReader& fields,
             chat::ChatRecord& record);

  // Likewise from a chat that lists its threads, of which this is one.
  void parse_one_of(simdjson::dom::object chat, simdjson::dom::element thread,
                    const Path& at_thread, const Path& path, FieldReader& fields,
                    chat::ChatRecord& record);

 private:
  void read_users(simdjson::dom::element users, const Path& path, FieldReader& fields,
                  chat::ThreadRecord& thread);
  void read_user_ids(simdjson::dom::element user_ids, const Path& path, FieldReader& fields);
  void read_events(simdjson::dom::element events, const Path& path, FieldReader& fields,
                   chat::ChatRecord& record);
  struct Agent {
    std::string_view id;
    bool is_supervisor = false;
    bool is_listed = false;  // in the thread's user_ids
  };
  Agent* find_agent(std::string_view user_id);
  void name_author(std::string_view author_id, chat::Event& event);

  std::vector<Agent> agents_;                // users of type agent; ascending by id, each once
  std::vector<std::string_view> customers_;  // ids of the other users
};

}  // namespace chatreports::ingest
