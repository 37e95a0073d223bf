#include "generate/chat_writer.h"

namespace chatreports::generate {
namespace {

// In the form of a UUID: 8-4-4-4-12 hexadecimal digits.
std::array<char, 36> uuid(std::uint64_t high, std::uint64_t low) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 36> text;
  std::uint64_t word = high;
  int used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      text[i] = '-';
      continue;
    }
    if (used++ == 16) word = low;
    text[i] = digits[word & 15];
    word >>= 4;
  }
  return text;
}

std::string_view phrase(Words words, std::uint64_t choice) {
  return words[choice % words.size()];
}

// The ranges that RFC 5737 keeps for documentation.
std::string_view documentation_range(std::uint64_t choice) {
  constexpr std::array<std::string_view, 3> ranges = {"192.0.2.", "198.51.100.", "203.0.113."};
  return ranges[choice % ranges.size()];
}

std::string_view type_name(EventKind kind) {
  switch (kind) {
    case EventKind::message:
    case EventKind::welcome:
    case EventKind::whisper:
      return "message";
    case EventKind::file:
      return "file";
    case EventKind::rich_message:
      return "rich_message";
    case EventKind::custom:
      return "custom";
    case EventKind::system_message:
      return "system_message";
    case EventKind::form:
      return "form";
    case EventKind::filled_form:
      return "filled_form";
    case EventKind::system:
      return "system";
  }
  return "message";
}

bool has_author(EventKind kind) {
  return kind != EventKind::system_message && kind != EventKind::form && kind != EventKind::system;
}

}  // namespace

void ChatWriter::write(const Chat& chat) {
  thread_id_ = identifiers_.of(Identifiers::Kind::thread, chat.number);
  customer_id_ = uuid(chat.customer.id_high, chat.customer.id_low);
  lines_.add(R"({"id":")", identifiers_.of(Identifiers::Kind::chat, chat.number), R"(",)");
  write_users(chat);
  lines_.add(R"(,"properties":{"source":{"platform":")", chat.platform, R"("}},)");
  write_access(chat);
  lines_.add(R"(,"thread":{)");
  write_thread(chat);
  lines_.add("}}");
  lines_.end_line();
}

void ChatWriter::write_users(const Chat& chat) {
  const Customer& customer = chat.customer;
  lines_.add(R"("users":[{"id":")", std::string_view(customer_id_),
             R"(","type":"customer","name":")", customer.first_name, " ", customer.last_name,
             R"(","email":")", customer.first_name, ".", customer.last_name, customer.number,
             R"(@example.com","last_visit":{"ip":")", documentation_range(customer.id_low),
             customer.id_high % 256, R"("}})");
  for (const Agent* agent : chat.agents) {
    lines_.add(R"(,{"id":")", agent->id, R"(","type":"agent","name":")", agent->name, R"("})");
  }
  lines_.add("]");
}

void ChatWriter::write_access(const Chat& chat) {
  lines_.add(R"("access":{"group_ids":[)", chat.groups.front());
  if (chat.groups.size() > 1) lines_.add(",", chat.groups.back());
  lines_.add("]}");
}

void ChatWriter::write_thread(const Chat& chat) {
  lines_.add(R"("id":")", thread_id_, R"(","active":)", chat.active ? "true" : "false",
             R"(,"created_at":")", chat.started_at, R"(",)");
  if (chat.ended_at) lines_.add(R"("ended_at":")", *chat.ended_at, R"(",)");
  lines_.add(R"("user_ids":[")", std::string_view(customer_id_));
  for (const Agent* agent : chat.agents) lines_.add(R"(",")", agent->id);
  lines_.add(R"("],)");
  if (!chat.country.empty()) {
    lines_.add(R"("customer_visit":{"geolocation":{"country_code":")", chat.country, R"("}},)");
  }
  if (chat.queue_seconds) lines_.add(R"("queues_duration":)", *chat.queue_seconds, ",");
  write_tags(chat);
  write_properties(chat);
  write_access(chat);
  if (chat.goal) write_achievement("goals", *chat.goal);
  if (chat.sale) write_achievement("sales", *chat.sale);
  write_events(chat);
}

void ChatWriter::write_tags(const Chat& chat) {
  if (chat.tags.empty()) return;
  std::string_view separator = R"("tags":[")";
  for (const std::string_view tag : chat.tags) {
    lines_.add(separator, tag);
    separator = R"(",")";
  }
  lines_.add(R"("],)");
}

void ChatWriter::write_properties(const Chat& chat) {
  lines_.add(R"("properties":{"routing":{"continuous":)", chat.continuous ? "true" : "false",
             R"(,"start_url":")", chat.start_page, R"(")");
  if (chat.begins_in_queue) lines_.add(R"(,"group_status_at_start":"online_for_queue")");
  lines_.add("}");
  if (chat.rating) {
    lines_.add(R"(,"rating":{"score":)", chat.rating->good ? "1" : "0");
    if (!chat.rating->comment.empty()) lines_.add(R"(,"comment":")", chat.rating->comment, R"(")");
    lines_.add("}");
  }
  if (chat.greeting) {
    lines_.add(R"(,"lc2":{"greeting_id":)", chat.greeting->greeting_id,
               R"(,"greeting_unique_id":")",
               identifiers_.of(Identifiers::Kind::greeting, chat.greeting->unique_number), R"("})");
  }
  if (chat.shop) {
    lines_.add(R"(,"shop":{"plan":")", chat.shop->plan, R"(","items":)", chat.shop->items,
               R"(,"returning":)", chat.shop->returning ? "true" : "false", "}");
  }
  lines_.add("},");
}

void ChatWriter::write_achievement(std::string_view name, const ToldAchievement& told) {
  lines_.add(R"(,")", name, R"(":[{"id":)", told.id, R"(,"at":")", told.at, R"("}])");
}

void ChatWriter::write_events(const Chat& chat) {
  lines_.add(R"(,"events":[)");
  std::uint64_t place = 0;
  for (const Event& event : chat.events) {
    if (place++ > 0) lines_.add(",");
    lines_.add(R"({"id":")", thread_id_, "_", place, R"(","created_at":")", event.at,
               R"(","type":")", type_name(event.kind), R"(",)");
    write_event(event, chat);
    lines_.add("}");
  }
  lines_.add("]");
}

void ChatWriter::write_event(const Event& event, const Chat& chat) {
  if (has_author(event.kind)) {
    const std::string_view author =
        event.agent != nullptr ? std::string_view(event.agent->id) : std::string_view(customer_id_);
    lines_.add(R"("author_id":")", author, R"(",)");
  }
  const std::string_view visibility = event.kind == EventKind::whisper ? "agents" : "all";
  lines_.add(R"("visibility":")", visibility, R"(",)");
  if (event.kind == EventKind::filled_form) {
    write_filled_form(event, chat);
  } else {
    write_content(event);
  }
}

void ChatWriter::write_content(const Event& event) {
  switch (event.kind) {
    case EventKind::welcome:
      lines_.add(
          R"("text":"Welcome! How can we help?","properties":{"lc2":{"welcome_message":true}})");
      return;
    case EventKind::file:
      lines_.add(R"("name":"picture.png","url":"https://files.example.com/)", thread_id_,
                 R"(/picture.png","content_type":"image/png","size":)", event.choice % 1'000'000);
      return;
    case EventKind::rich_message:
      lines_.add(
          R"("template_id":"quick_replies","elements":[{"title":")",
          phrase(agent_phrases(), event.choice),
          R"(","buttons":[{"type":"message","text":"Yes","postback_id":"yes","value":"yes"}]}])");
      return;
    case EventKind::custom:
      lines_.add(R"("content":{"order":)", event.choice % 100'000, "}");
      return;
    case EventKind::system_message:
      lines_.add(R"("system_message_type":")", event.system_type, R"(","text":"Chat updated.")");
      return;
    case EventKind::form:
      write_form(event);
      return;
    case EventKind::system:
      lines_.add(R"("source":"copilot","subtype":"chat_summary")");
      return;
    default:
      lines_.add(
          R"("text":")",
          phrase(event.agent != nullptr ? agent_phrases() : customer_phrases(), event.choice),
          R"(")");
  }
}

void ChatWriter::write_form(const Event& event) {
  lines_.add(R"("form_id":")", event.form->id, R"(","fields":[)");
  std::string_view separator;
  for (const FormField& field : event.form->fields) {
    lines_.add(separator, R"({"id":")", field.id, R"(","type":")", field.type, R"(","label":")",
               field.label, R"("})");
    separator = ",";
  }
  lines_.add("]");
}

void ChatWriter::write_filled_form(const Event& event, const Chat& chat) {
  const Form& form = *event.form;
  lines_.add(R"("form_id":")", form.id);
  if (form.type_stands_in_event) {
    lines_.add(R"(","form_type":")", form.type, R"(","fields":[)");
  } else {
    lines_.add(R"(","properties":{"lc2":{"form_type":")", form.type, R"("}},"fields":[)");
  }
  Random random(event.choice);
  std::string_view separator;
  for (const FormField& field : form.fields) {
    lines_.add(separator, R"({"id":")", field.id, R"(","type":")", field.type, R"(","label":")",
               field.label, R"(")");
    write_answers(field, chat, random);
    lines_.add("}");
    separator = ",";
  }
  lines_.add("]");
}

// One in ten leaves out a question with a choice.
void ChatWriter::write_answers(const FormField& field, const Chat& chat, Random& random) {
  const auto answer = [&](std::uint64_t place) {
    lines_.add(R"({"id":")", place, R"(","label":")", field.answers[place], R"("})");
  };
  if (field.type == "name") {
    lines_.add(R"(,"answer":")", chat.customer.first_name, R"(")");
  } else if (field.type == "email") {
    lines_.add(R"(,"answer":")", chat.customer.first_name, ".", chat.customer.last_name,
               chat.customer.number, R"(@example.com")");
  } else if (field.answers.empty()) {
    lines_.add(R"(,"answer":")", phrase(customer_phrases(), random.next()), R"(")");
  } else if (random.chance(100)) {
    return;
  } else if (field.type == "checkbox") {
    lines_.add(R"(,"answers":[)");
    std::string_view separator;
    for (std::uint64_t place = 0; place < field.answers.size(); ++place) {
      if (!random.chance(400)) continue;
      lines_.add(separator);
      answer(place);
      separator = ",";
    }
    lines_.add("]");
  } else {
    lines_.add(R"(,"answer":)");
    answer(random.below(static_cast<std::uint32_t>(field.answers.size())));
  }
}

}  // namespace chatreports::generate
