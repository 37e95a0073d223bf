// A chat is lived through: a webhook tells of each step, and at each an archive could be fetched.
// However webhooks and archives come, in any order, any number of times, a store that has them all
// knows the same facts as one that has the last archive.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "ingest/parse_record.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"
#include "time/rfc3339.h"

namespace chatreports {
namespace {

constexpr std::int64_t beginning = 1'617'868'800;  // 2021-04-08T08:00:00Z
constexpr LicenseId license{7};

using Properties = std::map<std::string, std::int64_t>;  // of the namespace `n`

struct Event {
  std::string thread_id;
  int number = 0;
  std::int64_t at = 0;
  std::string type;
  std::string author;
  bool is_hidden = false;
  bool is_welcome = false;
  bool is_greeting = false;

  std::string id() const { return fmt::format("{}_{}", thread_id, number); }
  std::string json() const {
    static constexpr std::array system_messages = {
        R"("manual_archived_agent")", R"("rating.chat_rated","text_vars":{"score":"good"})",
        R"("rating.chat_rated","text_vars":{"score":"bad"})", R"("rating.chat_rating_canceled")",
        R"("routing.assigned_other")"};
    return fmt::format(
        R"({{"id":"{}","created_at":"{}","type":"{}","author_id":"{}","visibility":"{}",)"
        R"("properties":{{"lc2":{{"welcome_message":{},"greeting_id":{},"form_type":"prechat"}}}},)"
        R"("form_id":"5","fields":[{{"id":"6","answer":{{"id":"{}"}}}}],)"
        R"("system_message_type":{}}})",
        id(), format_rfc3339(Instant(std::chrono::seconds(at))), type, author,
        is_hidden ? "agents" : "all", is_welcome, is_greeting ? "9" : "null", number % 3,
        system_messages[static_cast<std::size_t>(number) % system_messages.size()]);
  }
};

// Sue supervises: the customer can't see her. Cid is in no list of users, and Otto in no thread's.
constexpr std::string_view supervisor = "sue";

struct Sent {
  std::int64_t at = 0;
  bool is_only_in_webhook = false;  // no archive carries it
  bool is_of_whole_chat = false;    // a property of the chat, for all of its threads
  std::string json;
};

struct Archive {
  std::int64_t last_event_at = 0;
  std::string json;
};

struct ChatThread {
  std::string id;
  std::int64_t started_at = 0;
  std::optional<std::int64_t> ended_at;
  std::set<std::string> users = {"customer"};
  std::set<std::string> tags;
  Properties properties;
  std::set<int> groups;
  std::vector<Event> events;
};

// A chat of one or two threads, one after the other.
class Life {
 public:
  explicit Life(std::uint64_t seed) : chance_(seed) {
    if (some(0, 1) == 0) {
      sent_.push_back({now_, true, false, R"({"record":"agent","id":"cid"})"});
      remember_archives();
    }
    const int threads = some(1, 2);
    for (int number = 1; number <= threads; ++number) {
      begin(fmt::format("T{}", number));
      for (int steps = some(0, 14); steps > 0; --steps) live();
      if (number < threads || some(0, 1) == 0) end();
    }
    for (int steps = some(0, 3); steps > 0; --steps) live_after();
    remember_archives();
  }

  const std::vector<Sent>& sent() const { return sent_; }
  // Of all threads that there were after each webhook, and at the end.
  const std::vector<std::vector<Archive>>& archives() const { return archives_; }
  int some(int least, int most) { return std::uniform_int_distribution<int>(least, most)(chance_); }

 private:
  ChatThread& thread() { return threads_.back(); }
  // Webhooks never come at the same moment; events may.
  void wait() { now_ += some(1, 3); }
  static std::string time(std::int64_t at) {
    return format_rfc3339(Instant(std::chrono::seconds(at)));
  }

  void send(std::string_view action, const std::string& payload, bool is_only_in_webhook = false) {
    sent_.push_back({now_, is_only_in_webhook, action.starts_with("chat_properties"),
                     fmt::format(R"({{"action":"{}","received_at":"{}","payload":{{{}}}}})", action,
                                 time(now_), payload)});
    remember_archives();
  }
  // Where the thread is not named, it is the one that is running.
  std::string ids() {
    if (some(0, 3) == 0) return R"("chat_id":"C1")";
    return fmt::format(R"("chat_id":"C1","thread_id":"{}")", thread().id);
  }

  static std::string json_of(const Properties& properties) {
    std::vector<std::string> members;
    for (const auto& [name, value] : properties) {
      members.push_back(fmt::format(R"("{}":{})", name, value));
    }
    return fmt::format(R"({{"n":{{{}}}}})", fmt::join(members, ","));
  }
  template <class Texts>
  static std::string json_of(const Texts& texts) {
    std::vector<std::string> elements;
    for (const auto& text : texts) elements.push_back(fmt::format(R"("{}")", text));
    return fmt::format("[{}]", fmt::join(elements, ","));
  }

  std::string chat_json(const ChatThread& of) {
    std::vector<std::string> users;
    for (const std::string& id : of.users) {
      users.push_back(fmt::format(R"({{"id":"{}","type":"{}","visibility":"{}"}})", id,
                                  id == "customer" ? "customer" : "agent",
                                  id == supervisor ? "agents" : "all"));
    }
    users.emplace_back(R"({"id":"otto","type":"agent"})");
    std::vector<std::string> events;
    for (const Event& event : of.events) events.push_back(event.json());
    const std::string ended =
        of.ended_at ? fmt::format(R"("ended_at":"{}",)", time(*of.ended_at)) : "";
    return fmt::format(
        R"({{"id":"C1","users":[{}],"properties":{},"thread":{{"id":"{}","created_at":"{}",{})"
        R"("user_ids":{},"tags":{},"properties":{},"access":{{"group_ids":[{}]}},"events":[{}]}}}})",
        fmt::join(users, ","), json_of(properties_), of.id, time(of.started_at), ended,
        json_of(of.users), json_of(of.tags), json_of(of.properties), fmt::join(of.groups, ","),
        fmt::join(events, ","));
  }

  void remember_archives() {
    std::vector<Archive> archives;
    for (const ChatThread& of : threads_) {
      std::int64_t last = std::max(of.started_at, of.ended_at.value_or(0));
      for (const Event& event : of.events) last = std::max(last, event.at);
      archives.push_back({last, chat_json(of)});
    }
    archives_.push_back(std::move(archives));
  }

  void begin(const std::string& id) {
    wait();
    const std::set<int> groups = threads_.empty() ? std::set<int>{0} : thread().groups;
    threads_.push_back({id, now_, {}, {"customer", "ann"}, {}, {}, groups, {}});
    if (some(0, 1) == 0) add_event("message", "customer");
    send("incoming_chat", R"("chat":)" + chat_json(thread()));
  }

  Event& add_event(const std::string& type, const std::string& author) {
    thread().events.push_back({thread().id, static_cast<int>(thread().events.size()) + 1, now_,
                               type, author, false, false});
    return thread().events.back();
  }

  std::string some_agent() {
    return std::array{"ann", "ann", "bob", "sue"}[static_cast<std::size_t>(some(0, 3))];
  }

  void live() {
    // Events of the same moment come one after the other.
    if (some(0, 2) != 0) wait();
    switch (some(0, 6)) {
      case 0:
      case 1: {
        const bool is_customer = some(0, 1) == 0;
        std::string author = is_customer ? "customer" : some_agent();
        if (!is_customer && !thread().users.contains(author))
          author = some(0, 1) == 0 ? "cid" : "otto";
        static const std::vector<std::string> types = {"message",        "file",   "filled_form",
                                                       "system_message", "system", "message"};
        Event& event = add_event(types[static_cast<std::size_t>(some(0, 5))], author);
        event.is_hidden =
            !is_customer && (author == supervisor ? some(0, 3) != 0 : some(0, 3) == 0);
        event.is_welcome = !is_customer && some(0, 3) == 0;
        event.is_greeting = !is_customer && some(0, 3) == 0;
        send("incoming_event", ids() + R"(,"event":)" + event.json());
        return;
      }
      case 2: {
        wait();
        const std::string agent = some_agent();
        thread().users.insert(agent);
        send("user_added_to_chat",
             ids() + fmt::format(R"(,"user_type":"agent","user":{{"id":"{}","type":"agent",)"
                                 R"("visibility":"{}"}})",
                                 agent, agent == supervisor ? "agents" : "all"),
             true);
        return;
      }
      case 3: {
        wait();
        const std::string agent = some_agent();
        if (!thread().users.contains(agent)) return;
        // LiveChat leaves out the type, too.
        const std::string type = some(0, 1) == 0 ? R"(,"user_type":"agent")" : "";
        send("user_removed_from_chat", ids() + type + fmt::format(R"(,"user_id":"{}")", agent),
             true);
        return;
      }
      case 4:
        return change_groups();
      case 5:
        return change_event();
      default:
        return live_after();
    }
  }

  void change_groups() {
    wait();
    if (some(0, 2) == 0) {
      const int group = some(0, 3);
      const bool is_gone = thread().groups.erase(group) == 1;
      if (!is_gone) thread().groups.insert(group);
      return send(is_gone ? "chat_access_revoked" : "chat_access_granted",
                  fmt::format(R"("id":"C1","access":{{"group_ids":[{}]}})", group));
    }
    thread().groups = {some(0, 3), some(0, 3)};
    const std::string groups = fmt::format(R"("group_ids":[{}])", fmt::join(thread().groups, ","));
    if (some(0, 1) == 0) {
      send("chat_access_updated", fmt::format(R"("id":"C1","access":{{{}}})", groups));
    } else {
      send("chat_transferred", ids() + fmt::format(R"(,"transferred_to":{{{}}})", groups));
    }
  }

  void change_event() {
    if (thread().events.empty()) return;
    wait();
    const int last = static_cast<int>(thread().events.size()) - 1;
    Event& event = thread().events[static_cast<std::size_t>(some(0, last))];
    const int change = some(0, 2);
    if (change == 0) {
      event.is_hidden = !event.is_hidden;
      // The webhook carries the whole event, as it is now.
      send("event_updated", ids() + R"(,"event":)" + event.json());
    } else if (change == 1) {
      event.is_greeting = !event.is_greeting;
      send(event.is_greeting ? "event_properties_updated" : "event_properties_deleted",
           ids() + fmt::format(R"(,"event_id":"{}","properties":{{"lc2":{}}})", event.id(),
                               event.is_greeting ? R"({"greeting_id":9})" : R"(["greeting_id"])"));
    } else {
      event.is_welcome = !event.is_welcome;
      send(
          "event_properties_updated",
          ids() + fmt::format(R"(,"event_id":"{}","properties":{{"lc2":{{"welcome_message":{}}}}})",
                              event.id(), event.is_welcome));
    }
  }

  // What may happen to a thread that has ended, too.
  void live_after() {
    wait();
    const std::string name = fmt::format("p{}", some(0, 2));
    switch (some(0, 3)) {
      case 0: {
        const std::string tag = fmt::format("tag{}", some(0, 2));
        if (thread().tags.erase(tag) == 1) {
          return send("thread_untagged", ids() + fmt::format(R"(,"tag":"{}")", tag));
        }
        thread().tags.insert(tag);
        return send("thread_tagged", ids() + fmt::format(R"(,"tag":"{}")", tag));
      }
      case 1: {
        const bool is_of_chat = some(0, 1) == 0;
        Properties& properties = is_of_chat ? properties_ : thread().properties;
        if (properties.erase(name) == 0) return;
        return send(is_of_chat ? "chat_properties_deleted" : "thread_properties_deleted",
                    (is_of_chat ? R"("chat_id":"C1")" : ids()) +
                        fmt::format(R"(,"properties":{{"n":["{}"]}})", name));
      }
      default: {
        const bool is_of_chat = some(0, 1) == 0;
        (is_of_chat ? properties_ : thread().properties)[name] = some(0, 5);
        const Properties sent = {{name, (is_of_chat ? properties_ : thread().properties)[name]}};
        return send(
            is_of_chat ? "chat_properties_updated" : "thread_properties_updated",
            (is_of_chat ? R"("chat_id":"C1")" : ids()) + R"(,"properties":)" + json_of(sent));
      }
    }
  }

  void end() {
    wait();
    thread().ended_at = now_;
    send("chat_deactivated", ids(), true);
  }

  std::mt19937_64 chance_;
  std::int64_t now_ = beginning;
  Properties properties_;
  std::vector<ChatThread> threads_;
  std::vector<Sent> sent_;
  std::vector<std::vector<Archive>> archives_;
};

std::vector<chat::Thread> facts_after(const std::vector<std::string>& input) {
  const store::TemporaryFolder folder;
  const auto store = store::Store::open(folder.data());
  RC_ASSERT(store.has_value());
  ingest::RecordParser parser;
  for (const std::string& json : input) {
    parser.parse(json, [&](Result<chat::Record> record) {
      if (!record) RC_FAIL(json + ": " + record.error().message);
      chat::stamp(*record, Instant(std::chrono::seconds(beginning + 1'000'000)));
      RC_ASSERT((*store)->write(license, {&*record, 1}).has_value());
    });
  }
  std::vector<chat::Thread> facts;
  const auto done = (*store)->replay({0}, 1'000, [&](std::span<const chat::Change> changes) {
    for (const chat::Change& change : changes) {
      const auto* thread = std::get_if<chat::ThreadChange>(&change.what);
      if (thread != nullptr) facts.push_back(thread->facts);
    }
    return Result<void>();
  });
  RC_ASSERT(done.has_value());
  return facts;
}

std::vector<chat::Thread> expected_facts(const Life& life) {
  std::vector<std::string> input;
  for (const Archive& archive : life.archives().back()) input.push_back(archive.json);
  for (const Sent& sent : life.sent()) {
    if (sent.is_only_in_webhook) input.push_back(sent.json);
  }
  return facts_after(input);
}

void check(Life& life, std::vector<std::string> input, std::mt19937_64& chance) {
  for (std::size_t again = input.size() / 3; again > 0; --again) {
    input.push_back(input[chance() % input.size()]);
  }
  std::shuffle(input.begin(), input.end(), chance);
  if (facts_after(input) == expected_facts(life)) return;
  std::string message = fmt::format("{}\n\nis not\n", fmt::join(input, "\n"));
  for (const Archive& archive : life.archives().back()) message += archive.json + '\n';
  RC_FAIL(message);
}

RC_GTEST_PROP(Disorder, WebhooksAloneTellWhatTheArchiveTells, (std::uint64_t seed)) {
  Life life(seed);
  std::mt19937_64 chance(seed);
  std::vector<std::string> input;
  for (const Sent& sent : life.sent()) input.push_back(sent.json);
  check(life, input, chance);
}

// An archive tells all that happened before the last event in it, so webhooks of before may be
// missing. Those about the whole chat may not if another thread of the chat is still to come: no
// archive has that thread, and everything else outranks its beginning.
RC_GTEST_PROP(Disorder, AnArchiveOfAnyMomentAndWebhooksTellTheSame, (std::uint64_t seed)) {
  Life life(seed);
  std::mt19937_64 chance(seed);
  const std::size_t moment = chance() % life.archives().size();
  const std::vector<Archive>& archives = life.archives()[moment];
  std::vector<std::string> input;
  const bool more_threads_come = archives.size() < life.archives().back().size();
  std::int64_t known_until = archives.empty() ? 0 : archives.front().last_event_at;
  for (const Archive& archive : archives) {
    input.push_back(archive.json);
    known_until = std::min(known_until, archive.last_event_at);
  }
  for (std::size_t at = 0; at < life.sent().size(); ++at) {
    const Sent& sent = life.sent()[at];
    const bool is_known = at <= moment && sent.at <= known_until && !sent.is_only_in_webhook &&
                          !(sent.is_of_whole_chat && more_threads_come);
    if (!is_known || chance() % 2 == 0) input.push_back(sent.json);
  }
  check(life, input, chance);
}

}  // namespace
}  // namespace chatreports
