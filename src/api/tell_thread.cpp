#include "api/tell_thread.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/json_value.h"
#include "api/parameters.h"
#include "api/presentation.h"
#include "api/refusals.h"
#include "base/json_text.h"
#include "chat/derive.h"
#include "chat/record.h"
#include "chat/resolve.h"
#include "ingest/warnings.h"
#include "time/rfc3339.h"

namespace chatreports::api {
namespace {

constexpr double microseconds_a_second = 1e6;

// Writes a JSON object or array, member after member.
class Json {
 public:
  explicit Json(std::string& text, char begin = '{') : text_(text) { text_ += begin; }

  void key(std::string_view name) {
    separate();
    append_json_string(text_, name);
    text_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(text_, value);
  }
  void time(std::string_view name, Instant at) { text(name, format_rfc3339(at)); }
  void seconds(std::string_view name, Duration length) {
    key(name);
    text_ += fmt::format("{}", static_cast<double>(length.count()) / microseconds_a_second);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    text_ += value ? "true" : "false";
  }
  void integer(std::string_view name, std::int64_t value) {
    key(name);
    text_ += std::to_string(value);
  }
  // An array; `append_one` appends an element.
  template <class Elements, class AppendOne>
  void list(std::string_view name, const Elements& elements, const AppendOne& append_one) {
    key(name);
    Json array(text_, '[');
    for (const auto& element : elements) {
      array.separate();
      append_one(element);
    }
    text_ += ']';
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    list(name, values, [this](const std::string& value) { append_json_string(text_, value); });
  }
  void integers(std::string_view name, const std::vector<std::int64_t>& values) {
    list(name, values, [this](std::int64_t value) { text_ += std::to_string(value); });
  }
  void end() { text_ += '}'; }

 private:
  void separate() {
    if (!std::exchange(is_first_, false)) text_ += ',';
  }

  std::string& text_;
  bool is_first_ = true;
};

std::string_view name_of(chat::StartedBy by) {
  switch (by) {
    case chat::StartedBy::agent:
      return "agent";
    case chat::StartedBy::customer_from_greeting:
      return "customer_from_greeting";
    case chat::StartedBy::customer_without_greeting:
      break;
  }
  return "customer_without_greeting";
}

// By namespace and name, in this order.
void append(std::string& json, const std::vector<chat::Property>& properties) {
  Json namespaces(json);
  for (auto at = properties.begin(); at != properties.end();) {
    namespaces.key(at->name_space);
    Json names(json);
    const std::string& name_space = at->name_space;
    for (; at != properties.end() && at->name_space == name_space; ++at) {
      names.key(at->name);
      append_json(json, at->value);
    }
    names.end();
  }
  namespaces.end();
}

void append_queue(std::string& json, const chat::Queue& queue) {
  Json members(json);
  members.text("outcome", queue.outcome == chat::QueueOutcome::entered ? "entered" : "left");
  members.time("began_at", queue.began_at);
  members.seconds("waited", queue.waited);
  members.end();
}

// What in the record counts nowhere, as sentences.
std::vector<std::string> warnings_about(const chat::ThreadRecord& record,
                                        std::int64_t highest_rating) {
  std::vector<std::string> warnings;
  const auto warn = [&warnings](std::size_t count, std::string_view what) {
    if (count > 0) warnings.push_back(fmt::format("{} x {}", count, what));
  };
  if (!record.from_chat_record) {
    warnings.emplace_back(
        "no chat record and no webhook of a beginning has come, so the thread is in no report yet");
  }
  const chat::ThreadRecord now = chat::resolve(record);
  const chat::Value* score = chat::find_property(now.properties, "rating", "score");
  if (score == nullptr) score = chat::find_property(now.chat_properties, "rating", "score");
  if (score != nullptr && record.from_chat_record && !chat::derive(record).rating) {
    warnings.push_back(ingest::unknown_rating(highest_rating));
  }
  warn(
      static_cast<std::size_t>(
          std::ranges::count(now.events, chat::EventType::other, &chat::Event::type)),
      "event of an unknown type, which no filter finds and which neither begins nor ends the chat");
  warn(static_cast<std::size_t>(std::ranges::count(now.events, chat::SystemMessage::rated_otherwise,
                                                   &chat::Event::system_message)),
       "rating message that says neither good nor bad");
  const auto agents = chat::agents_by_digest(now);
  warn(static_cast<std::size_t>(
           std::ranges::count_if(now.events,
                                 [&](const chat::Event& event) {
                                   if (event.author != chat::AuthorKind::unlisted) return false;
                                   return !agents.contains(event.author_digest);
                                 })),
       "event of an author who is not among the users of the chat: the customer's, unless the "
       "licence knows an agent with that id");
  return warnings;
}

void append_facts(std::string& json, Json& members, const chat::Thread& facts) {
  members.time("started_at", facts.started_at);
  members.seconds("duration", facts.duration);
  members.seconds("agents_chatting_duration", facts.agents_chatting_duration);
  members.text("started_by", name_of(facts.started_by));
  if (facts.first_response) {
    members.key("first_response");
    Json response(json);
    response.text("agent_id", facts.first_response->agent_id);
    response.seconds("time", facts.first_response->wait);
    response.end();
  }
  if (facts.response_time) members.seconds("response_time", *facts.response_time);
  if (facts.rating) {
    members.text("rating", *facts.rating == chat::Rating::good ? "good" : "bad");
  }
  members.texts("agents", facts.agents);
  members.list("agents_chatting", facts.chatting, [&json](const chat::ChattingInterval& interval) {
    Json one(json);
    one.text("agent_id", interval.agent_id);
    one.time("from", interval.from);
    one.time("to", interval.to);
    one.end();
  });
  members.integers("groups", facts.groups);
  members.texts("tags", facts.tags);
  members.list("event_types", facts.event_types,
               [&json](chat::EventType type) { append_json_string(json, chat::name_of(type)); });
  members.key("properties");
  append(json, facts.properties);
  if (facts.greeting) {
    members.key("greeting");
    Json greeting(json);
    greeting.integer("id", facts.greeting->id);
    greeting.time("sent_at", facts.greeting->sent_at);
    greeting.end();
  }
  members.integers("goals", facts.goals);
  members.integers("sales", facts.sales);
  members.list("forms", facts.submissions, [&json](const chat::SurveySubmission& form) {
    Json one(json);
    one.text("form_id", form.form_id);
    one.text("type", chat::name_of(form.type));
    one.time("submitted_at", form.submitted_at);
    one.texts("answers", form.answers);
    one.end();
  });
  if (!facts.country.code().empty()) members.text("customer_country", facts.country.code());
  if (facts.queue) {
    members.key("queue");
    append_queue(json, *facts.queue);
  }
}

}  // namespace

http::Response tell_thread(Services& services, const Call& call) {
  const std::optional<std::string> id = decode_path_part(call.id);
  if (!id)
    return error_answer(ErrorType::validation,
                        "The thread's id in the address is not percent-encoded UTF-8");
  const auto known = services.directory.thread(call.caller.license, *id);
  if (!known) return unreadable_thread();
  if (!*known) {
    // It may be one of the damaged rows.
    const bool is_whole = services.intake.wholeness(call.caller.license) == Wholeness::whole;
    if (!is_whole) return damaged_records();
    return error_answer(ErrorType::not_found,
                        fmt::format("The licence has no thread {}", in_quotes(*id)));
  }
  const chat::ChatRecord& chat = **known;
  std::string json;
  Json members(json);
  members.text("thread_id", chat.thread_id);
  if (!chat.chat_id.empty()) members.text("chat_id", chat.chat_id);
  members.flag("in_reports", chat.thread.from_chat_record);
  if (chat.thread.from_chat_record) {
    const chat::ThreadRecord now = chat::resolve(chat.thread);
    members.flag("active", now.is_active && !now.ended_at);
    append_facts(json, members, chat::derive(chat.thread, {chat.thread_id, chat.chat_id}));
  }
  members.texts("warnings",
                warnings_about(chat.thread, services.intake.highest_rating(call.caller.license)));
  members.end();
  return uncached_json(200, std::move(json));
}

}  // namespace chatreports::api
