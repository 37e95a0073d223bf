#pragma once
// A chat as LiveChat's List Archives and Get Chat give it → chat::ChatRecord. Values that no figure
// needs (texts, names, addresses) are never copied out of the JSON.

#include <optional>
#include <string_view>
#include <vector>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// An event as it stands in a thread or in a webhook. It is by nobody: whether the author is an
// agent, only the users of the thread tell.
struct ParsedEvent {
  chat::Event event;
  std::string_view author_id;  // in the parsed document
  std::string_view id;         // likewise
  std::vector<chat::FormLabel> labels;
};
ParsedEvent parse_event(simdjson::dom::object event, std::string_view thread_id, const Path& path,
                        FieldReader& fields);

// By name_space and name, each once, the last one counting; values of no type that a property may
// have are left out.
std::vector<chat::Property> parse_properties(simdjson::dom::element properties, const Path& path,
                                             FieldReader& fields);

// The groups of an `access`; nothing where it does not tell.
std::optional<std::vector<std::int64_t>> parse_access(simdjson::dom::element access,
                                                      const Path& path, FieldReader& fields);

// Holds lists that are used again from chat to chat; one per thread.
class ChatParser {
 public:
  // Fills a new record from the object that stands at `path`. Where something is wrong, `fields`
  // knows what, and the record is of no use.
  void parse(simdjson::dom::object chat, const Path& path, FieldReader& fields,
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
