#include "pull/chatwoot_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "chat/limits.h"
#include "ingest/formats/spans.h"
#include "time/rfc3339.h"

namespace chatreports::pull {
namespace {

using simdjson::dom::element;

std::optional<std::int64_t> integer_at(element json, std::string_view pointer) {
  std::int64_t value = 0;
  if (json.at_pointer(pointer).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string_view text_at(element json, std::string_view pointer) {
  std::string_view text;
  return json.at_pointer(pointer).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool flag_at(element json, std::string_view pointer) {
  bool flag = false;
  return json.at_pointer(pointer).get(flag) == simdjson::SUCCESS && flag;
}

bool has_elements(element json, std::string_view pointer) {
  simdjson::dom::array array;
  return json.at_pointer(pointer).get(array) == simdjson::SUCCESS && array.begin() != array.end();
}

// Whole seconds, or with a fraction; 0 stands for no time.
std::optional<Instant> seconds_at(element json, std::string_view pointer) {
  constexpr double most = 200'000'000'000;  // the year 8307
  double seconds = 0;
  if (json.at_pointer(pointer).get(seconds) != simdjson::SUCCESS || !(seconds > 0) ||
      seconds > most) {
    return std::nullopt;
  }
  const double whole = std::floor(seconds);
  const double fraction = std::round((seconds - whole) * microseconds_per_second);
  return from_unix_microseconds(static_cast<std::int64_t>(whole) * microseconds_per_second +
                                static_cast<std::int64_t>(fraction));
}

// Of one who writes or is assigned.
struct Person {
  std::string id;
  bool is_bot = false;
};

std::optional<Person> person_of(std::string_view type, std::optional<std::int64_t> id) {
  if (!id) return std::nullopt;
  if (type == "user" || type == "User") return Person{fmt::format("{}", *id), false};
  if (type == "agent_bot" || type == "AgentBot") return Person{fmt::format("bot-{}", *id), true};
  if (type == "captain_assistant" || type == "Captain::Assistant") {
    return Person{fmt::format("assistant-{}", *id), true};
  }
  return std::nullopt;
}

// The sentences of Chatwoot's English texts, by how they begin.
ChatwootMark mark_of(std::string_view sentence) {
  struct Sentence {
    std::string_view begin;
    ChatwootMark mark;
  };
  constexpr std::array sentences = {
      Sentence{"Conversation was marked resolved by ", ChatwootMark::resolved},
      Sentence{"Conversation was resolved by ", ChatwootMark::resolved},
      Sentence{"Conversation was reopened by ", ChatwootMark::opened},
      Sentence{"Conversation was marked as pending by ", ChatwootMark::opened},
      Sentence{"Conversation was marked open by ", ChatwootMark::opened},
      Sentence{"System reopened the conversation", ChatwootMark::opened},
  };
  for (const Sentence& known : sentences) {
    if (sentence.starts_with(known.begin)) return known.mark;
  }
  return ChatwootMark::none;
}

chat::EventType type_of(element message, bool is_survey) {
  if (is_survey) return chat::EventType::form;
  constexpr std::array<std::string_view, 5> rich = {"cards", "form", "article", "input_select",
                                                    "integrations"};
  const std::string_view type = text_at(message, "/content_type");
  if (std::ranges::find(rich, type) != rich.end()) return chat::EventType::rich_message;
  const bool is_file =
      text_at(message, "/content").empty() && has_elements(message, "/attachments");
  return is_file ? chat::EventType::file : chat::EventType::message;
}

}  // namespace

std::optional<ChatwootConversation> parse_chatwoot_conversation(element json) {
  const auto id = integer_at(json, "/id");
  const auto created_at = seconds_at(json, "/created_at");
  if (!id || *id <= 0 || !created_at) return std::nullopt;
  ChatwootConversation read;
  read.id = *id;
  read.created_at = *created_at;
  read.updated_at = seconds_at(json, "/updated_at");
  read.account = integer_at(json, "/account_id").value_or(0);
  read.inbox = integer_at(json, "/inbox_id").value_or(0);
  read.team = integer_at(json, "/meta/team/id");
  read.is_resolved = text_at(json, "/status") == "resolved";
  read.contact = integer_at(json, "/meta/sender/id").value_or(0);
  // Versions before 4.8 have no type: then it is a user.
  const std::string_view assignee_type = text_at(json, "/meta/assignee_type");
  const auto assignee = person_of(assignee_type.empty() ? "user" : assignee_type,
                                  integer_at(json, "/meta/assignee/id"));
  if (assignee) read.assignee = assignee->id;
  simdjson::dom::array labels;
  if (json.at_pointer("/labels").get(labels) == simdjson::SUCCESS) {
    for (const element label : labels) {
      std::string_view text;
      if (label.get(text) != simdjson::SUCCESS || text.empty()) continue;
      if (text.size() <= chat::max_tag_bytes) read.labels.emplace_back(text);
    }
  }
  std::ranges::sort(read.labels);
  const auto twice = std::ranges::unique(read.labels);
  read.labels.erase(twice.begin(), twice.end());
  if (read.labels.size() > ingest::most_tags_of_spans) {
    read.labels.resize(ingest::most_tags_of_spans);
  }
  const std::string_view country = text_at(json, "/meta/sender/additional_attributes/country_code");
  if (!country.empty()) read.country = chat::country_of(country);
  read.channel = text_at(json, "/meta/channel").substr(0, chat::max_id_bytes);
  read.priority = text_at(json, "/priority").substr(0, chat::max_id_bytes);
  return read;
}

std::optional<ChatwootMessage> parse_chatwoot_message(element json) {
  constexpr std::int64_t incoming = 0;
  constexpr std::int64_t outgoing = 1;
  constexpr std::int64_t activity = 2;
  const auto id = integer_at(json, "/id");
  const auto at = seconds_at(json, "/created_at");
  const auto kind = integer_at(json, "/message_type");
  if (!id || !at || !kind) return std::nullopt;
  ChatwootMessage read;
  read.id = *id;
  read.at = *at;
  read.is_activity = *kind == activity;
  if (read.is_activity) {
    read.mark = mark_of(text_at(json, "/content"));
    return read;
  }
  read.is_survey = text_at(json, "/content_type") == "input_csat";
  read.type = type_of(json, read.is_survey);
  read.is_private = flag_at(json, "/private") || text_at(json, "/status") == "failed";
  if (*kind == incoming) {
    read.author = chat::AuthorKind::customer;
    return read;
  }
  const bool is_of_rule = integer_at(json, "/content_attributes/automation_rule_id").has_value();
  const auto person = *kind == outgoing && !is_of_rule
                          ? person_of(text_at(json, "/sender/type"), integer_at(json, "/sender/id"))
                          : std::nullopt;
  if (person) {
    read.author = chat::AuthorKind::agent;
    read.agent_id = person->id;
    read.is_bot = person->is_bot;
  }
  read.is_automatic = !person || person->is_bot;
  if (read.is_survey) {
    constexpr std::string_view answer = "/content_attributes/submitted_values/csat_survey_response";
    read.rating = integer_at(json, fmt::format("{}/rating", answer));
    read.comment = text_at(json, fmt::format("{}/feedback_message", answer));
  }
  return read;
}

std::optional<ChatwootChange> parse_chatwoot_change(element json) {
  const std::string_view name = text_at(json, "/name");
  const bool is_resolved = name == "conversation_resolved" || name == "conversation_bot_resolved";
  if (!is_resolved && name != "conversation_opened") return std::nullopt;
  const auto at = parse_rfc3339(text_at(json, "/event_end_time"));
  if (!at) return std::nullopt;
  return ChatwootChange{is_resolved ? ChatwootMark::resolved : ChatwootMark::opened, at->instant};
}

}  // namespace chatreports::pull
