#pragma once
// A chat as LiveChat's List Archives and Get Chat give it → chat::ChatRecord. What no figure needs
// (texts, names, addresses) is never copied out of the JSON.

#include <optional>
#include <string_view>
#include <vector>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// Holds lists that are used again from chat to chat; one per thread.
class ChatParser {
 public:
  // Fills a new record. Where something is wrong, `fields` knows what, and the record is of no use.
  void parse(simdjson::dom::object chat, FieldReader& fields, chat::ChatRecord& record);

 private:
  struct PropertyField {
    std::string_view name_space;
    std::string_view name;
    simdjson::dom::element value;
    const char* origin = nullptr;  // the path of `properties` that it stands in
  };

  void read_users(simdjson::dom::element users, FieldReader& fields);
  void read_user_ids(simdjson::dom::element user_ids, const Path& path, FieldReader& fields);
  void collect_properties(simdjson::dom::element properties, const char* origin,
                          FieldReader& fields);
  std::vector<chat::Property> overlaid_properties(FieldReader& fields);
  void read_events(simdjson::dom::element events, const Path& path, FieldReader& fields,
                   std::vector<chat::Event>& into);
  chat::Event read_event(simdjson::dom::object event, const Path& path, FieldReader& fields);
  std::optional<std::size_t> agent_position(std::string_view user_id) const;

  std::vector<std::string_view> agent_ids_;  // users of type agent; ascending, each once
  std::vector<bool> takes_part_;             // for each of agent_ids_: is an agent of the thread
  std::vector<PropertyField> properties_;
};

}  // namespace chatreports::ingest
