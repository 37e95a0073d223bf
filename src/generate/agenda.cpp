#include "generate/agenda.h"

#include "generate/greetings.h"

namespace chatreports::generate {

void Agenda::add(Instant at, const Entry& entry) {
  if (begin_ <= at && at < end_) items_.push({at, added_++, entry});
}

void Agenda::write_until(Instant until, LineWriter& lines) {
  while (!items_.empty() && items_.top().at < until) {
    const Item& item = items_.top();
    std::visit([&](const auto& entry) { write(entry, lines); }, item.entry);
    lines.add(R"(,"at":")", item.at, R"("})");
    lines.end_line();
    items_.pop();
  }
}

void Agenda::write(const AgentStatus& status, LineWriter& lines) const {
  lines.add(R"({"record":"agent_status","agent_id":")", status.agent_id, R"(","status":")",
            status.status, R"(")");
}

void Agenda::write(const GreetingEvent& greeting, LineWriter& lines) const {
  lines.add(R"({"record":"greeting","greeting_id":)", greeting.greeting_id, R"(,"unique_id":")",
            identifiers_.of(Identifiers::Kind::greeting, greeting.unique_number), R"(","event":")",
            greeting.event, R"(","group_id":)", group_of_greeting(greeting.greeting_id));
}

void Agenda::write(const Achievement& achievement, LineWriter& lines) const {
  lines.add(R"({"record":")", achievement.record, R"(","thread_id":")",
            identifiers_.of(Identifiers::Kind::thread, achievement.chat_number), R"(","id":)",
            achievement.id);
}

}  // namespace chatreports::generate
