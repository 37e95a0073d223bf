#include "pull/chatwoot.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "chat/limits.h"
#include "pull/api_answer.h"
#include "pull/chatwoot_parse.h"
#include "pull/json.h"
#include "pull/wait.h"
#include "time/rfc3339.h"

namespace chatreports::pull {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::size_t conversations_a_page = 25;
constexpr std::size_t most_hints = 10'000;
constexpr std::size_t most_remembered = 100'000;  // conversations that were read
constexpr int oldest_major = 3;
constexpr int oldest_minor = 6;
constexpr int not_found_status = 404;

std::string date_of(std::chrono::sys_days day) {
  return format_rfc3339(day).substr(0, 10);
}

// Where a walk through days is: the day, the page of its conversations, and how many of them came.
struct DayPage {
  std::chrono::sys_days day;
  std::uint64_t page = 1;
  std::uint64_t seen = 0;
  std::string text() const { return fmt::format("{}/{}/{}", date_of(day), page, seen); }
};

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<DayPage> parse_day_page(std::string_view text) {
  constexpr std::size_t date_bytes = 10;
  const std::size_t slash = text.rfind('/');
  if (slash == text.npos || slash <= date_bytes) return std::nullopt;
  const auto day = parse_rfc3339(fmt::format("{}T00:00:00Z", text.substr(0, date_bytes)));
  const auto page = number_in(text.substr(date_bytes + 1, slash - date_bytes - 1));
  const auto seen = number_in(text.substr(slash + 1));
  if (!day || !page || !seen) return std::nullopt;
  return DayPage{std::chrono::floor<std::chrono::days>(day->instant), *page, *seen};
}

std::string error_in(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return {};
  for (const std::string_view key : {"error", "message"}) {
    std::string_view text;
    if (object[key].get(text) == simdjson::SUCCESS) return std::string(text);
  }
  return {};
}

FailureKind kind_of(int status, std::string_view error) {
  switch (status) {
    case 401:
      // So it answers also somebody who is no administrator.
      return error == "You are not authorized to do this action" ? FailureKind::rights
                                                                 : FailureKind::credentials;
    case 402:
    case 403:
      return FailureKind::rights;
    case 400:
    case 404:
    case 405:
    case 422:
      return FailureKind::lasting;
    default:
      return FailureKind::temporary;
  }
}

// "4.15.1"
bool is_too_old(std::string_view version) {
  const std::size_t dot = version.find('.');
  if (dot == version.npos) return false;
  const std::string_view rest = version.substr(dot + 1);
  const auto major = number_in(version.substr(0, dot));
  const auto minor = number_in(rest.substr(0, rest.find('.')));
  if (!major || !minor) return false;
  return std::pair(*major, *minor) <
         std::pair<std::uint64_t, std::uint64_t>(oldest_major, oldest_minor);
}

// Returns 0 for a row that has none.
std::int64_t id_of(element row) {
  std::int64_t id = 0;
  return row["id"].get(id) == simdjson::SUCCESS ? id : 0;
}

std::optional<std::string> name_of(element row) {
  std::string_view name;
  if (row["name"].get(name) != simdjson::SUCCESS) return std::nullopt;
  return std::string(shortened(name, chat::max_id_bytes));
}

std::optional<chat::AgentStatus> status_of(element row) {
  std::string_view name;
  if (row["availability_status"].get(name) != simdjson::SUCCESS) return std::nullopt;
  if (name == "online") return chat::AgentStatus::accepting_chats;
  if (name == "busy") return chat::AgentStatus::not_accepting_chats;
  if (name == "offline") return chat::AgentStatus::offline;
  return std::nullopt;
}

Failure stopped() {
  return {FailureKind::temporary, "stopped"};
}

}  // namespace

class Chatwoot::Implementation {
 public:
  Implementation(ChatwootAccount account, Duration between_requests, HttpLimits limits)
      : account_(std::move(account)), between_requests_(between_requests), client_(limits) {}

  Answer<std::string> owner(const std::stop_token& stop);
  Answer<std::optional<Instant>> created(std::string_view order, bool is_newest,
                                         const std::stop_token& stop);
  Answer<ChatsPage> chats_of_day(const ChatsQuery& query, const std::stop_token& stop);
  Answer<ChatsPage> changed_chats(const ChatsQuery& query, const std::stop_token& stop);
  Answer<ChatsPage> hinted_chats(const ChatsQuery& query, const std::stop_token& stop);
  void hint(std::int64_t chat);
  bool has_hints() const;
  Answer<std::string> register_webhook(const std::string& url, const std::stop_token& stop);
  Answer<std::vector<chat::Record>> list(List what, const std::stop_token& stop);
  Answer<std::vector<ChatwootMembership>> memberships(const std::stop_token& stop);
  std::uint64_t requests() const { return client_.requests(); }

 private:
  Answer<std::string> call(std::string_view path, const std::string& body,
                           const std::stop_token& stop);
  Answer<void> remove(std::string_view path, const std::stop_token& stop);
  Answer<void> remove_webhooks_to(std::string_view url, const std::stop_token& stop);
  Answer<std::string> body_of(Answer<HttpResponse> response, std::string_view path) const;
  Answer<element> get(std::string_view path, const std::string& body, const std::stop_token& stop);
  Answer<void> find_changed(Instant since, const std::stop_token& stop);
  Answer<void> find_rated(std::chrono::seconds within, const std::stop_token& stop);
  Answer<void> add_threads(const std::vector<ChatwootConversation>& conversations,
                           std::optional<Instant> from, ChatsPage& page,
                           const std::stop_token& stop);
  Answer<std::optional<std::vector<ChatwootMessage>>> messages_of(
      const ChatwootConversation& conversation, const std::stop_token& stop);
  Answer<std::optional<std::vector<ChatwootChange>>> changes_of(
      const ChatwootConversation& conversation, const std::stop_token& stop);
  std::vector<ChatwootConversation> conversations_of(array rows, ChatsPage& page) const;
  Answer<std::map<std::int64_t, std::vector<std::int64_t>>> groups_of_agents(
      const std::stop_token& stop);

  const ChatwootAccount account_;
  const Duration between_requests_;
  HttpClient client_;
  simdjson::dom::parser parser_;
  std::string json_;                  // the answer that parser_ has parsed last
  bool has_reporting_events_ = true;  // until it is found that the account has none
  // What changed_chats has found, until its last page was asked for.
  std::vector<ChatwootConversation> changed_;
  ChatsPage found_;  // what could not be read of it
  // When the conversations that were read last had changed, so that none is read twice.
  std::map<std::int64_t, Instant> read_as_of_;

  mutable std::mutex mutex_;
  std::set<std::int64_t> hints_;  // guarded by mutex_
};

// Returns the body of the answer for a path of the account. A body makes it POST. It waits first,
// so that a page does not come as a burst.
Answer<std::string> Chatwoot::Implementation::call(std::string_view path, const std::string& body,
                                                   const std::stop_token& stop) {
  wait_for(between_requests_, stop);
  if (stop.stop_requested()) return std::unexpected(stopped());
  return body_of(
      send(client_,
           {.method = body.empty() ? HttpMethod::get : HttpMethod::post,
            .url = fmt::format("{}/api/v1/accounts/{}{}", account_.url, account_.account, path),
            .headers = {"api_access_token: " + account_.token},
            .body = body},
           stop),
      path);
}

// Its error has nothing of the token.
Answer<std::string> Chatwoot::Implementation::body_of(Answer<HttpResponse> response,
                                                      std::string_view path) const {
  if (!response) return std::unexpected(std::move(response.error()));
  if (response->status == 200) return std::move(response->body);
  const std::string error = error_in(response->body);
  std::string message =
      fmt::format("{} was answered with {}", path.substr(0, path.find('?')), response->status);
  const bool echoes = error.find(account_.token) != error.npos;
  if (!error.empty() && !echoes) message += ": " + shown(error);
  constexpr int too_many_requests = 429;
  // It does not say how long to wait; its limits count by the minute.
  if (response->status == too_many_requests && !response->retry_after) {
    response->retry_after = std::chrono::seconds(60);
  }
  return std::unexpected(
      Failure{kind_of(response->status, error), std::move(message), response->retry_after});
}

// The answer holds until the next one.
Answer<element> Chatwoot::Implementation::get(std::string_view path, const std::string& body,
                                              const std::stop_token& stop) {
  auto json = call(path, body, stop);
  if (!json) return std::unexpected(std::move(json.error()));
  json_ = *std::move(json);
  element root;
  if (parser_.parse(json_).get(root) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path.substr(0, path.find('?'))));
  }
  return root;
}

Answer<std::string> Chatwoot::Implementation::owner(const std::stop_token& stop) {
  const auto response =
      send(client_, {.method = HttpMethod::get, .url = account_.url + "/api"}, stop);
  if (!response) return std::unexpected(response.error());
  simdjson::dom::parser parser;
  std::string_view version;
  // A proxy may not let it through; then the version is not known.
  if (response->status == 200 &&
      parser.parse(response->body)["version"].get(version) == simdjson::SUCCESS &&
      is_too_old(version)) {
    return std::unexpected(
        Failure{FailureKind::lasting, fmt::format("it is Chatwoot {}, and {}.{} or later is needed",
                                                  shown(version), oldest_major, oldest_minor)});
  }
  return fmt::format("{} account {}", account_.url, account_.account);
}

Answer<std::vector<ChatwootMembership>> Chatwoot::Implementation::memberships(
    const std::stop_token& stop) {
  constexpr std::string_view path = "/profile";
  const auto json = body_of(send(client_,
                                 {.method = HttpMethod::get,
                                  .url = fmt::format("{}/api/v1{}", account_.url, path),
                                  .headers = {"api_access_token: " + account_.token}},
                                 stop),
                            path);
  if (!json) return std::unexpected(json.error());
  simdjson::dom::parser parser;
  array rows;
  if (parser.parse(*json)["accounts"].get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  std::vector<ChatwootMembership> memberships;
  for (const element row : rows) {
    memberships.push_back({fmt::format("{}", id_of(row)), name_of(row).value_or("")});
  }
  return memberships;
}

Answer<std::optional<Instant>> Chatwoot::Implementation::created(std::string_view order,
                                                                 bool is_newest,
                                                                 const std::stop_token& stop) {
  constexpr std::string_view path = "/conversations";
  const auto answer =
      get(fmt::format("{}?status=all&sort_by=created_at_{}&page=1", path, order), {}, stop);
  if (!answer) return std::unexpected(answer.error());
  array rows;
  if (answer->at_pointer("/data/payload").get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  std::optional<Instant> found;
  for (const element row : rows) {
    const auto conversation = parse_chatwoot_conversation(row);
    if (!conversation) continue;
    const Instant at = conversation->created_at;
    found = is_newest ? std::max(found.value_or(at), at) : std::min(found.value_or(at), at);
  }
  return found;
}

std::vector<ChatwootConversation> Chatwoot::Implementation::conversations_of(
    array rows, ChatsPage& page) const {
  std::vector<ChatwootConversation> conversations;
  const auto refuse = [&page](std::string reason) {
    if (page.refused++ == 0) page.first_refusal = std::move(reason);
  };
  for (const element row : rows) {
    auto conversation = parse_chatwoot_conversation(row);
    if (!conversation) {
      refuse("a conversation without a number or a time");
    } else if (conversation->account != 0 &&
               fmt::format("{}", conversation->account) != account_.account) {
      refuse(fmt::format("conversation {} is of account {}, not of {}", conversation->id,
                         conversation->account, account_.account));
    } else {
      conversations.push_back(*std::move(conversation));
    }
  }
  return conversations;
}

// Of a day, in UTC, backwards from the end of the range. In Chatwoot's order a page has what was
// active last: what becomes active meanwhile is told among the changes.
Answer<ChatsPage> Chatwoot::Implementation::chats_of_day(const ChatsQuery& query,
                                                         const std::stop_token& stop) {
  constexpr std::string_view path = "/conversations/filter";
  using std::chrono::days;
  const Instant from = query.from.value_or(earliest_instant);
  std::optional<DayPage> here;
  if (!query.page_id.empty()) {
    here = parse_day_page(query.page_id);
    if (!here) return std::unexpected(not_as_expected(path));
  } else if (query.to) {
    here = DayPage{.day = std::chrono::floor<days>(*query.to)};
  } else {
    const auto newest_one = created("desc", true, stop);
    if (!newest_one) return std::unexpected(newest_one.error());
    if (*newest_one) here = DayPage{.day = std::chrono::floor<days>(**newest_one)};
  }
  ChatsPage page;
  page.is_by_day = true;
  if (!here) return page;
  const std::string filter = fmt::format(
      R"({{"payload":[{{"attribute_key":"created_at","filter_operator":"is_greater_than",)"
      R"("values":["{}"],"query_operator":"AND"}},)"
      R"({{"attribute_key":"created_at","filter_operator":"is_less_than",)"
      R"("values":["{}"],"query_operator":null}}]}})",
      date_of(here->day - days(1)), date_of(here->day + days(1)));
  const auto answer = get(fmt::format("{}?page={}", path, here->page), filter, stop);
  if (!answer) return std::unexpected(answer.error());
  array rows;
  if (answer->at_pointer("/payload").get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  std::uint64_t all = 0;
  const bool knows_all = answer->at_pointer("/meta/all_count").get(all) == simdjson::SUCCESS;
  here->seen += rows.size();
  const bool is_last_of_day = rows.size() == 0 || (knows_all && here->seen >= all);
  const auto conversations = conversations_of(rows, page);
  if (auto added = add_threads(conversations, query.from, page, stop); !added) {
    return std::unexpected(std::move(added.error()));
  }
  if (!is_last_of_day) {
    ++here->page;
    page.next_page_id = here->text();
    return page;
  }
  page.reached = std::max<Instant>(here->day, from);
  if (here->day > from) page.next_page_id = DayPage{.day = here->day - days(1)}.text();
  return page;
}

// Lists all that has changed first, and then reads it, a page at a time.
Answer<ChatsPage> Chatwoot::Implementation::changed_chats(const ChatsQuery& query,
                                                          const std::stop_token& stop) {
  std::size_t first = 0;
  if (query.page_id.empty()) {
    if (auto found = find_changed(*query.changed_since, stop); !found) {
      return std::unexpected(std::move(found.error()));
    }
  } else {
    const auto place = number_in(query.page_id);
    if (!place || *place > changed_.size()) {
      return std::unexpected(Failure{FailureKind::cursor, "the list of changes is gone"});
    }
    first = static_cast<std::size_t>(*place);
  }
  const std::size_t end = std::min(first + conversations_a_page, changed_.size());
  ChatsPage page = std::exchange(found_, {});
  page.is_by_day = true;
  const std::vector<ChatwootConversation> some(
      changed_.begin() + static_cast<std::ptrdiff_t>(first),
      changed_.begin() + static_cast<std::ptrdiff_t>(end));
  if (auto added = add_threads(some, query.from, page, stop); !added) {
    return std::unexpected(std::move(added.error()));
  }
  if (end < changed_.size()) page.next_page_id = fmt::format("{}", end);
  return page;
}

Answer<void> Chatwoot::Implementation::find_changed(Instant since, const std::stop_token& stop) {
  constexpr std::string_view path = "/conversations";
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const auto within = std::chrono::ceil<std::chrono::seconds>(
      std::max<Duration>(now - since, std::chrono::seconds(1)));
  changed_.clear();
  found_ = {};
  const auto answer =
      get(fmt::format("{}?status=all&updated_within={}", path, within.count()), {}, stop);
  if (!answer) return std::unexpected(answer.error());
  array rows;
  if (answer->at_pointer("/data/payload").get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  changed_ = conversations_of(rows, found_);
  std::erase_if(changed_, [this](const ChatwootConversation& conversation) {
    const auto known = read_as_of_.find(conversation.id);
    return known != read_as_of_.end() && known->second == conversation.updated_at;
  });
  return find_rated(within, stop);
}

// A rating does not change its conversation. Who is no administrator may not ask, and gets ratings
// with the next change.
Answer<void> Chatwoot::Implementation::find_rated(std::chrono::seconds within,
                                                  const std::stop_token& stop) {
  constexpr std::string_view path = "/csat_survey_responses";
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  // The clock there may be ahead.
  const auto until = now + std::chrono::hours(24);
  std::set<std::int64_t> rated;
  for (int number = 1;; ++number) {
    const auto answer = get(
        fmt::format("{}?page={}&since={}&until={}&sort=-created_at", path, number,
                    (now - within).time_since_epoch().count(), until.time_since_epoch().count()),
        {}, stop);
    if (!answer && (answer.error().kind == FailureKind::rights ||
                    answer.error().kind == FailureKind::lasting)) {
      return {};
    }
    if (!answer) return std::unexpected(answer.error());
    array rows;
    if (answer->get(rows) != simdjson::SUCCESS) return std::unexpected(not_as_expected(path));
    const std::size_t before = rated.size();
    for (const element row : rows) {
      std::int64_t conversation = 0;
      if (row["conversation_id"].get(conversation) == simdjson::SUCCESS) rated.insert(conversation);
    }
    if (rows.size() == 0 || rated.size() == before) break;
  }
  for (const ChatwootConversation& conversation : changed_) rated.erase(conversation.id);
  for (const std::int64_t id : rated) {
    const auto answer = get(fmt::format("{}/{}", "/conversations", id), {}, stop);
    if (!answer && answer.error().kind == FailureKind::lasting) continue;  // it was deleted
    if (!answer) return std::unexpected(answer.error());
    if (auto conversation = parse_chatwoot_conversation(*answer)) {
      changed_.push_back(*std::move(conversation));
    }
  }
  return {};
}

Answer<void> Chatwoot::Implementation::add_threads(
    const std::vector<ChatwootConversation>& conversations, std::optional<Instant> from,
    ChatsPage& page, const std::stop_token& stop) {
  std::set<std::string> bots;
  for (const ChatwootConversation& conversation : conversations) {
    auto messages = messages_of(conversation, stop);
    if (!messages) return std::unexpected(std::move(messages.error()));
    if (!*messages) continue;
    const bool may_have_changed = std::ranges::any_of(**messages, &ChatwootMessage::is_activity);
    std::optional<std::vector<ChatwootChange>> changes;
    if (may_have_changed && has_reporting_events_) {
      auto told = changes_of(conversation, stop);
      if (!told) return std::unexpected(std::move(told.error()));
      changes = *std::move(told);
    }
    for (const ChatwootMessage& message : **messages) {
      if (message.is_bot) bots.insert(message.agent_id);
    }
    for (chat::ChatRecord& record :
         chatwoot_threads(conversation, **messages, changes, account_.groups)) {
      const Instant at = record.thread.started_at;
      if (from && at < *from) continue;
      page.earliest = std::min(page.earliest.value_or(at), at);
      page.latest = std::max(page.latest.value_or(at), at);
      page.records.emplace_back(std::move(record));
    }
    if (read_as_of_.size() >= most_remembered) read_as_of_.clear();
    read_as_of_[conversation.id] = conversation.updated_at;
  }
  // One that was removed is in no list, and would be taken for a person.
  for (const std::string& bot : bots) {
    chat::AgentRecord record;
    record.id = bot;
    record.is_bot = true;
    page.records.emplace_back(std::move(record));
  }
  return {};
}

void Chatwoot::Implementation::hint(std::int64_t chat) {
  const std::scoped_lock lock(mutex_);
  if (hints_.size() < most_hints) hints_.insert(chat);
}

bool Chatwoot::Implementation::has_hints() const {
  const std::scoped_lock lock(mutex_);
  return !hints_.empty();
}

Answer<ChatsPage> Chatwoot::Implementation::hinted_chats(const ChatsQuery& query,
                                                         const std::stop_token& stop) {
  std::vector<std::int64_t> ids;
  {
    const std::scoped_lock lock(mutex_);
    while (!hints_.empty() && ids.size() < conversations_a_page) {
      ids.push_back(hints_.extract(hints_.begin()).value());
    }
  }
  const auto again = [&](Failure failure) {
    for (const std::int64_t id : ids) hint(id);
    return std::unexpected(std::move(failure));
  };
  ChatsPage page;
  page.is_by_day = true;
  std::vector<ChatwootConversation> conversations;
  for (const std::int64_t id : ids) {
    const auto answer = get(fmt::format("/conversations/{}", id), {}, stop);
    if (!answer && answer.error().kind == FailureKind::lasting) continue;  // it was deleted
    if (!answer) return again(answer.error());
    if (auto conversation = parse_chatwoot_conversation(*answer)) {
      conversations.push_back(*std::move(conversation));
    }
  }
  if (auto added = add_threads(conversations, query.from, page, stop); !added) {
    return again(std::move(added.error()));
  }
  return page;
}

Answer<void> Chatwoot::Implementation::remove(std::string_view path, const std::stop_token& stop) {
  const auto response =
      send(client_,
           {.method = HttpMethod::remove,
            .url = fmt::format("{}/api/v1/accounts/{}{}", account_.url, account_.account, path),
            .headers = {"api_access_token: " + account_.token}},
           stop);
  if (!response) return std::unexpected(response.error());
  constexpr int no_content = 204;
  if (response->status == no_content || response->status == not_found_status) return {};
  const auto done = body_of(*response, path);
  if (!done) return std::unexpected(done.error());
  return {};
}

Answer<void> Chatwoot::Implementation::remove_webhooks_to(std::string_view url,
                                                          const std::stop_token& stop) {
  constexpr std::string_view path = "/webhooks";
  const auto answer = get(path, {}, stop);
  if (!answer) return std::unexpected(answer.error());
  array rows;
  if (answer->at_pointer("/payload/webhooks").get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  std::vector<std::int64_t> ids;
  for (const element row : rows) {
    std::string_view its;
    if (row["url"].get(its) == simdjson::SUCCESS && its == url) ids.push_back(id_of(row));
  }
  for (const std::int64_t id : ids) {
    if (auto removed = remove(fmt::format("{}/{}", path, id), stop); !removed) return removed;
  }
  return {};
}

Answer<std::string> Chatwoot::Implementation::register_webhook(const std::string& url,
                                                               const std::stop_token& stop) {
  constexpr std::string_view path = "/webhooks";
  if (auto removed = remove_webhooks_to(url, stop); !removed) {
    return std::unexpected(std::move(removed.error()));
  }
  const auto answer =
      get(path,
          fmt::format(R"({{"webhook":{{"url":{},"name":"chatreports","subscriptions":[)"
                      R"("conversation_created","conversation_updated",)"
                      R"("conversation_status_changed","message_created","message_updated"]}}}})",
                      as_json(url)),
          stop);
  if (!answer) return std::unexpected(answer.error());
  std::string_view secret;
  if (answer->at_pointer("/payload/webhook/secret").get(secret) == simdjson::SUCCESS &&
      !secret.empty()) {
    return std::string(secret);
  }
  if (auto removed = remove_webhooks_to(url, stop); !removed) {
    return std::unexpected(std::move(removed.error()));
  }
  return std::unexpected(
      Failure{FailureKind::lasting,
              "it does not sign webhooks, which it does since version 4.12; without --public-url "
              "chats are fetched every few minutes all the same"});
}

// Returns nothing if the conversation is gone.
Answer<std::optional<std::vector<ChatwootMessage>>> Chatwoot::Implementation::messages_of(
    const ChatwootConversation& conversation, const std::stop_token& stop) {
  const std::string path = fmt::format("/conversations/{}/messages", conversation.id);
  std::vector<ChatwootMessage> messages;
  std::int64_t last = 0;
  while (messages.size() < chat::max_events) {
    const auto answer = get(fmt::format("{}?after={}", path, last), {}, stop);
    if (!answer && answer.error().kind == FailureKind::lasting) return std::nullopt;
    if (!answer) return std::unexpected(answer.error());
    array rows;
    if (answer->at_pointer("/payload").get(rows) != simdjson::SUCCESS) {
      return std::unexpected(not_as_expected(path));
    }
    const std::int64_t before = last;
    for (const element row : rows) {
      auto message = parse_chatwoot_message(row);
      if (!message || message->id <= before) continue;
      last = std::max(last, message->id);
      if (messages.size() < chat::max_events) messages.push_back(*std::move(message));
    }
    // The last page has fewer than a hundred, and an empty one after it costs a request for each
    // conversation.
    constexpr std::size_t messages_a_page = 100;
    if (last == before || rows.size() < messages_a_page) break;
  }
  return messages;
}

// Returns nothing if this installation does not tell them.
Answer<std::optional<std::vector<ChatwootChange>>> Chatwoot::Implementation::changes_of(
    const ChatwootConversation& conversation, const std::stop_token& stop) {
  const std::string path = fmt::format("/conversations/{}/reporting_events", conversation.id);
  const auto answer = get(path, {}, stop);
  if (!answer &&
      (answer.error().kind == FailureKind::lasting || answer.error().kind == FailureKind::rights)) {
    has_reporting_events_ = false;
    return std::nullopt;
  }
  if (!answer) return std::unexpected(answer.error());
  array rows;
  if (answer->get(rows) != simdjson::SUCCESS) return std::unexpected(not_as_expected(path));
  std::vector<ChatwootChange> changes;
  for (const element row : rows) {
    if (const auto change = parse_chatwoot_change(row)) changes.push_back(*change);
  }
  return changes;
}

// By the number of the agent.
Answer<std::map<std::int64_t, std::vector<std::int64_t>>>
Chatwoot::Implementation::groups_of_agents(const std::stop_token& stop) {
  const bool is_teams = account_.groups == ChatwootGroups::teams;
  const auto groups = list(List::groups, stop);
  if (!groups) return std::unexpected(groups.error());
  std::map<std::int64_t, std::vector<std::int64_t>> of_agents;
  for (const chat::Record& record : *groups) {
    const std::int64_t group = std::get<chat::GroupRecord>(record).id;
    const auto answer = get(is_teams ? fmt::format("/teams/{}/team_members", group)
                                     : fmt::format("/inbox_members/{}", group),
                            {}, stop);
    if (!answer && answer.error().kind == FailureKind::lasting) continue;  // it was deleted
    if (!answer) return std::unexpected(answer.error());
    array rows;
    if (answer->get(rows) != simdjson::SUCCESS &&
        answer->at_pointer("/payload").get(rows) != simdjson::SUCCESS) {
      return std::unexpected(not_as_expected(is_teams ? "/team_members" : "/inbox_members"));
    }
    for (const element row : rows) of_agents[id_of(row)].push_back(group);
  }
  for (auto& [agent, its] : of_agents) {
    std::ranges::sort(its);
    const auto twice = std::ranges::unique(its);
    its.erase(twice.begin(), twice.end());
  }
  return of_agents;
}

Answer<std::vector<chat::Record>> Chatwoot::Implementation::list(List what,
                                                                 const std::stop_token& stop) {
  std::map<std::int64_t, std::vector<std::int64_t>> groups;
  if (what == List::agents) {
    auto of_agents = groups_of_agents(stop);
    if (!of_agents) return std::unexpected(std::move(of_agents.error()));
    groups = *std::move(of_agents);
  }
  const std::string_view path = what == List::bots                         ? "/agent_bots"
                                : what != List::groups                     ? "/agents"
                                : account_.groups == ChatwootGroups::teams ? "/teams"
                                                                           : "/inboxes";
  const auto answer = get(path, {}, stop);
  if (!answer) return std::unexpected(answer.error());
  array rows;
  if (answer->get(rows) != simdjson::SUCCESS &&
      answer->at_pointer("/payload").get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  std::vector<chat::Record> records;
  for (const element row : rows) {
    const std::int64_t id = id_of(row);
    if (id <= 0) continue;
    switch (what) {
      case List::agents:
      case List::bots: {
        chat::AgentRecord agent;
        agent.is_bot = what == List::bots;
        agent.id = fmt::format("{}{}", agent.is_bot ? "bot-" : "", id);
        agent.name = name_of(row);
        if (!agent.is_bot) agent.groups = groups[id];
        records.emplace_back(std::move(agent));
        break;
      }
      case List::groups: {
        chat::GroupRecord group;
        group.id = id;
        group.name = name_of(row);
        records.emplace_back(std::move(group));
        break;
      }
      case List::statuses:
        if (const auto status = status_of(row)) {
          records.emplace_back(chat::AgentStatusRecord{fmt::format("{}", id), *status, {}, true});
        }
        break;
    }
  }
  return records;
}

Chatwoot::Chatwoot(ChatwootAccount account, Duration between_requests, HttpLimits limits)
    : implementation_(
          std::make_unique<Implementation>(std::move(account), between_requests, limits)) {}

Chatwoot::~Chatwoot() = default;

Answer<std::string> Chatwoot::owner(const std::stop_token& stop) {
  return implementation_->owner(stop);
}

Answer<std::optional<Instant>> Chatwoot::newest(const std::stop_token& stop) {
  return implementation_->created("desc", true, stop);
}

Answer<std::optional<Instant>> Chatwoot::oldest(std::optional<Instant> since,
                                                const std::stop_token& stop) {
  auto found = implementation_->created("asc", false, stop);
  if (found && *found && since) return std::max(**found, *since);
  return found;
}

Answer<ChatsPage> Chatwoot::chats(const ChatsQuery& query, const std::stop_token& stop) {
  if (query.is_hinted) return implementation_->hinted_chats(query, stop);
  return query.changed_since ? implementation_->changed_chats(query, stop)
                             : implementation_->chats_of_day(query, stop);
}

Answer<std::vector<chat::Record>> Chatwoot::list(List what, const std::stop_token& stop) {
  return implementation_->list(what, stop);
}

Answer<std::vector<ChatwootMembership>> Chatwoot::memberships(const std::stop_token& stop) {
  return implementation_->memberships(stop);
}

void Chatwoot::hint(std::int64_t chat) {
  implementation_->hint(chat);
}

bool Chatwoot::has_hints() const {
  return implementation_->has_hints();
}

Answer<std::string> Chatwoot::register_webhook(const std::string& url,
                                               const std::stop_token& stop) {
  return implementation_->register_webhook(url, stop);
}

std::uint64_t Chatwoot::requests() const {
  return implementation_->requests();
}

}  // namespace chatreports::pull
