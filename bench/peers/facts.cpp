// The facts of generated chats as tables, for databases to load: the same chats that chatreports
// generate prints for the same flags. Tab-separated, \N for NULL, a | between the elements of a
// list; times and lengths in microseconds.
//
//   peers_facts --chats N --into FOLDER

#include <fmt/format.h>
#include <fmt/os.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <map>

#include "generated.h"
#include "time/rfc3339.h"

namespace chatreports {
namespace {

template <class Number>
std::string or_null(const std::optional<Number>& value) {
  return value ? fmt::format("{}", *value) : "\\N";
}

template <class Values>
std::string joined(const Values& values) {
  return fmt::format("{}", fmt::join(values, "|"));
}

const chat::Value* property(const chat::Thread& thread, std::string_view name_space,
                            std::string_view name) {
  for (const chat::Property& property : thread.properties) {
    if (property.name_space == name_space && property.name == name) return &property.value;
  }
  return nullptr;
}

template <class T>
std::optional<T> value_of(const chat::Thread& thread, std::string_view name_space,
                          std::string_view name) {
  const chat::Value* value = property(thread, name_space, name);
  if (value == nullptr || !std::holds_alternative<T>(*value)) return {};
  return std::get<T>(*value);
}

class Tables {
 public:
  explicit Tables(const std::string& folder) : folder_(folder) {}

  // The generator never changes a label.
  void add(const chat::FormLabel& label) {
    labels_[{label.form_id, label.field_id, label.answer_id}] = label.label;
  }

  void add(const chat::Change& change) {
    if (const auto* thread = std::get_if<chat::ThreadChange>(&change.what)) {
      add(thread->thread.value, thread->facts);
    } else if (const auto* greeting = std::get_if<chat::GreetingChange>(&change.what)) {
      greeting_events_.print("{}\t{}\t{}\t{}\n", unix_microseconds(greeting->event.at),
                             static_cast<int>(greeting->event.event), greeting->event.greeting_id,
                             or_null(greeting->event.group_id));
    } else if (const auto* agent = std::get_if<chat::AgentChange>(&change.what)) {
      agents_.print("{}\t{}\n", agent->agent_id, joined(agent->groups));
    } else {
      const auto& status = std::get<chat::StatusChange>(change.what).status;
      statuses_of_[status.agent_id][unix_microseconds(status.at)] = static_cast<int>(status.status);
    }
  }

  void finish() {
    auto labels = table("labels");
    for (const auto& [of, label] : labels_) {
      const auto& [form, field, answer] = of;
      labels.print("{}\t{}\t{}\t{}\n", form, field, answer, label);
    }
    finish_statuses();
  }

 private:
  // A status holds until the next; the last for ever.
  void finish_statuses() {
    auto statuses = table("statuses");
    for (const auto& [agent, set] : statuses_of_) {
      for (auto at = set.begin(); at != set.end(); ++at) {
        if (at->second == 0) continue;
        const auto next = std::next(at);
        const std::int64_t to =
            next == set.end() ? std::numeric_limits<std::int64_t>::max() : next->first;
        statuses.print("{}\t{}\t{}\t{}\n", agent, at->second, at->first, to);
      }
    }
  }

  fmt::ostream table(const std::string& name) const {
    return fmt::output_file(folder_ + "/" + name + ".tsv");
  }

  void add(std::int64_t number, const chat::Thread& thread) {
    std::vector<std::string_view> event_types;
    for (const chat::EventType type : thread.event_types) {
      event_types.push_back(chat::name_of(type));
    }
    const auto rating = value_of<std::int64_t>(thread, "rating", "score");
    std::optional<std::int64_t> first_wait;
    std::optional<std::string> first_responder;
    if (thread.first_response) {
      first_wait = thread.first_response->wait.count();
      first_responder = thread.first_response->agent_id;
    }
    std::optional<std::int64_t> response_time;
    if (thread.response_time) response_time = thread.response_time->count();
    std::optional<std::int64_t> greeting;
    if (thread.greeting) greeting = thread.greeting->id;
    std::optional<int> queue_outcome;
    std::optional<std::int64_t> queue_wait;
    if (thread.queue) {
      queue_outcome = static_cast<int>(thread.queue->outcome);
      queue_wait = thread.queue->waited.count();
      add(number, thread, *thread.queue);
    }
    const std::string_view country = thread.country.code();
    const std::int64_t started_at = unix_microseconds(thread.started_at);
    chats_.print(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
        number, started_at, thread.duration.count(), thread.agents_chatting_duration.count(),
        or_null(first_wait), or_null(response_time), or_null(first_responder),
        static_cast<int>(thread.started_by), or_null(rating),
        value_of<bool>(thread, "routing", "continuous").value_or(false) ? 1 : 0, or_null(greeting),
        or_null(value_of<std::string>(thread, "shop", "plan")), country.empty() ? "\\N" : country,
        or_null(queue_outcome), or_null(queue_wait), joined(thread.agents), joined(thread.tags),
        joined(thread.groups), joined(event_types), joined(thread.goals), joined(thread.sales));
    for (const auto& agent : thread.agents) chat_agents_.print("{}\t{}\n", number, agent);
    for (const auto& tag : thread.tags) chat_tags_.print("{}\t{}\n", number, tag);
    for (const auto group : thread.groups) chat_groups_.print("{}\t{}\n", number, group);
    int submission_number = 0;
    for (const chat::SurveySubmission& submission : thread.submissions) {
      submissions_.print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", number, started_at,
                         submission_number++,
                         submission.type == chat::SurveyType::pre_chat ? "pre_chat" : "post_chat",
                         submission.form_id, unix_microseconds(submission.submitted_at),
                         joined(submission.answers), joined(thread.groups));
    }
    for (const chat::ChattingInterval& interval : thread.chatting) {
      chatting_.print("{}\t{}\t{}\t{}\n", number, interval.agent_id,
                      unix_microseconds(interval.from), unix_microseconds(interval.to));
    }
  }

  // A wait in the queue. Only of a customer who left are the ids known.
  void add(std::int64_t number, const chat::Thread& thread, const chat::Queue& queue) {
    const bool has_pre_chat_form =
        std::ranges::any_of(thread.submissions, [](const chat::SurveySubmission& submission) {
          return submission.type == chat::SurveyType::pre_chat;
        });
    waits_.print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:02x}\t{}\t{}\n", number,
                 unix_microseconds(thread.started_at), static_cast<int>(queue.outcome),
                 queue.waited.count(), unix_microseconds(queue.began_at), queue.thread_id,
                 queue.chat_id, fmt::join(queue.customer.value_or(chat::CustomerDigest{}), ""),
                 thread.groups.empty() ? 0 : thread.groups.front(), has_pre_chat_form ? 1 : 0);
  }

  const std::string folder_;
  fmt::ostream chats_ = table("chats");
  fmt::ostream chat_agents_ = table("chat_agents");
  fmt::ostream chat_tags_ = table("chat_tags");
  fmt::ostream chat_groups_ = table("chat_groups");
  fmt::ostream submissions_ = table("submissions");
  fmt::ostream waits_ = table("waits");
  fmt::ostream greeting_events_ = table("greeting_events");
  fmt::ostream chatting_ = table("chatting");
  fmt::ostream agents_ = table("agents");
  std::map<std::string, std::map<std::int64_t, int>> statuses_of_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> labels_;
};

}  // namespace
}  // namespace chatreports

int main(int argc, char** argv) {
  using namespace chatreports;
  generate::Options options{1'000'000, 365, 200, 1, parse_rfc3339("2022-01-01T00:00:00Z")->instant};
  std::string folder;
  CLI::App program("Facts of generated chats as tables");
  program.add_option("--chats", options.chats);
  program.add_option("--into", folder)->required();
  CLI11_PARSE(program, argc, argv);
  Tables tables(folder);
  ChangeNumber number;
  for_each_record(options, [&](const chat::Record& record) {
    ++number.value;
    if (const auto change = change_of(record, number)) tables.add(*change);
    if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
      for (const chat::FormLabel& label : chat->labels) tables.add(label);
    }
  });
  tables.finish();
  return 0;
}
