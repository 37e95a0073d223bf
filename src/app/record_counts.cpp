#include "app/record_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "base/overloaded.h"
#include "chat/derive.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

void append(std::string& text, std::uint64_t count, std::string_view what) {
  if (count > 0) text += fmt::format("{:>12}  {}\n", count, what);
}

}  // namespace

void RecordCounts::add_agent(std::string_view id) {
  if (agents_.size() >= max_agents || agents_.contains(id)) return;
  agents_.emplace(id);
}

void RecordCounts::add_chat(const chat::ThreadRecord& thread) {
  ++chats_;
  if (thread.is_active) ++active_chats_;
  events_ += thread.events.size();
  first_chat_at_ = std::min(first_chat_at_.value_or(thread.started_at), thread.started_at);
  last_chat_at_ = std::max(last_chat_at_.value_or(thread.started_at), thread.started_at);
  const chat::Thread facts = chat::derive(thread);
  for (const std::string& agent : facts.agents) add_agent(agent);
  if (facts.rating == chat::Rating::good) ++good_ratings_;
  if (facts.rating == chat::Rating::bad) ++bad_ratings_;
}

void RecordCounts::add(std::span<const chat::Record> records) {
  const std::scoped_lock lock(mutex_);
  for (const chat::Record& record : records) {
    std::visit(Overloaded{[this](const chat::ChatRecord& known) { add_chat(known.thread); },
                          [this](const chat::AgentRecord& agent) {
                            ++agent_records_;
                            add_agent(agent.id);
                          },
                          [this](const chat::GroupRecord&) { ++groups_; },
                          [this](const chat::AgentStatusRecord& status) {
                            ++statuses_;
                            add_agent(status.agent_id);
                          },
                          [this](const chat::GreetingRecord&) { ++greetings_; },
                          [this](const chat::AchievementRecord& achievement) {
                            ++(achievement.kind == chat::AchievementKind::goal ? goals_ : sales_);
                          },
                          [this](const chat::WebhookRecord&) { ++webhooks_; },
                          [this](const chat::IgnoredWebhook&) { ++ignored_webhooks_; },
                          [this](const chat::DigestKeyRecord&) { ++keys_; },
                          [this](const chat::QueueRecord&) { ++queue_records_; },
                          [this](const chat::FormLabel&) { ++form_labels_; },
                          [](const chat::FetchState&) {}},
               record);
  }
}

std::string RecordCounts::text() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  if (first_chat_at_ && last_chat_at_) {
    append(text, chats_,
           fmt::format("chats, which began from {} to {}", format_rfc3339_second(*first_chat_at_),
                       format_rfc3339_second(*last_chat_at_)));
  }
  append(text, active_chats_, "of these chats are active");
  append(text, events_, "events of chats");
  append(text, good_ratings_ + bad_ratings_,
         fmt::format("rated chats: {} good, {} bad", good_ratings_, bad_ratings_));
  append(text, agents_.size(),
         agents_.size() < max_agents ? "agents of chats, records and statuses"
                                     : "agents or more of chats, records and statuses");
  append(text, agent_records_, "records of agents and bots");
  append(text, groups_, "records of groups");
  append(text, statuses_, "statuses of agents");
  append(text, greetings_, "events of greetings");
  append(text, goals_, "goals");
  append(text, sales_, "sales");
  append(text, queue_records_, "waits in the queue");
  append(text, form_labels_, "labels of forms");
  append(text, webhooks_, "webhooks about chats");
  append(text, ignored_webhooks_, "webhooks that no figure needs");
  append(text, keys_, "keys of digests");
  return text;
}

}  // namespace chatreports::app
