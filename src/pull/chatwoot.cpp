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
    case 404:
      // Anything else is the answer of a proxy.
      return error == "Resource could not be found" ? FailureKind::gone : FailureKind::temporary;
    case 400:
    case 405:
    case 422:
      return FailureKind::lasting;
    default:
      return status >= 300 && status < 400 ? FailureKind::lasting : FailureKind::temporary;
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

namespace {

// A conversation that is to be read. Without its shape it is asked for first, and read even if it
// is known.
struct Target {
  std::int64_t id = 0;
  std::optional<ChatwootConversation> shape = {};
};

// What the store has already. A mark counts once the records of its answer are stored.
class ReadMarks {
 public:
  // What was read and not stored does not count.
  void begin() { pending_.clear(); }
  void read(const ChatwootConversation& conversation) {
    pending_[conversation.id] = conversation.updated_at;
  }
  void rated(std::int64_t conversation, std::int64_t message, std::int64_t rating) {
    if (ratings_.size() >= most_remembered) ratings_.clear();
    ratings_[conversation] = {message, rating};
  }

  void store() {
    if (conversations_.size() + stored_ratings_.size() >= most_remembered) {
      conversations_.clear();
      stored_ratings_.clear();
    }
    for (const auto& [id, updated_at] : pending_) {
      if (updated_at) conversations_[id] = *updated_at;
      const auto rating = ratings_.find(id);
      if (rating == ratings_.end()) continue;
      stored_ratings_.insert(rating->second);
      ratings_.erase(rating);
    }
    pending_.clear();
  }

  bool has(const ChatwootConversation& conversation) const {
    const auto known = conversations_.find(conversation.id);
    return known != conversations_.end() && conversation.updated_at &&
           known->second >= *conversation.updated_at;
  }
  bool has_rating(std::int64_t message, std::int64_t rating) const {
    return stored_ratings_.contains({message, rating});
  }

 private:
  std::map<std::int64_t, std::optional<Instant>> pending_;
  std::map<std::int64_t, Instant> conversations_;
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> ratings_;  // by conversation
  std::set<std::pair<std::int64_t, std::int64_t>> stored_ratings_;
};

void refuse(ChatsPage& page, std::string reason) {
  if (page.refused++ == 0) page.first_refusal = std::move(reason);
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
  void begin();
  void stored();
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
  Answer<void> find_active(Instant since, const std::stop_token& stop);
  Answer<void> find_rated(std::chrono::seconds within, const std::stop_token& stop);
  void add_changed(array rows);
  Answer<void> add_threads(const std::vector<Target>& targets, std::optional<Instant> from,
                           ChatsPage& page, const std::stop_token& stop);
  Answer<void> add_threads_of(const Target& target, std::optional<Instant> from, ChatsPage& page,
                              const std::stop_token& stop);
  bool is_hopeless(const Failure& failure, std::int64_t id, const std::stop_token& stop);
  Answer<ChatwootConversation> shape_of(std::int64_t id, const std::stop_token& stop);
  Answer<std::vector<ChatwootMessage>> messages_of(const ChatwootConversation& conversation,
                                                   const std::stop_token& stop);
  Answer<std::vector<ChatwootChange>> changes_of(const ChatwootConversation& conversation,
                                                 const std::stop_token& stop);
  std::vector<ChatwootConversation> conversations_of(array rows, ChatsPage& page) const;
  Answer<std::map<std::int64_t, std::vector<std::int64_t>>> groups_of_agents(
      const std::stop_token& stop);

  const ChatwootAccount account_;
  const Duration between_requests_;
  HttpClient client_;
  simdjson::dom::parser parser_;
  std::string json_;  // the answer that parser_ has parsed last
  // Whether the account tells reporting events, once that is known.
  std::optional<bool> has_reporting_events_;
  // What changed_chats has found, until its last page was asked for.
  std::vector<Target> changed_;
  ChatsPage found_;  // what could not be read of it
  ReadMarks marks_;
  std::map<std::int64_t, int> failures_;  // of conversations, in a row
  std::vector<std::int64_t> in_flight_;   // hints of an answer that is not stored yet

  using Clock = std::chrono::steady_clock;
  mutable std::mutex mutex_;
  std::set<std::int64_t> hints_;                     // guarded by mutex_
  std::map<std::int64_t, Clock::time_point> later_;  // guarded by mutex_; to be read again then
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
  for (const element row : rows) {
    auto conversation = parse_chatwoot_conversation(row);
    if (!conversation) {
      refuse(page, "a conversation without a number or a time");
    } else if (conversation->account != 0 &&
               fmt::format("{}", conversation->account) != account_.account) {
      refuse(page, fmt::format("conversation {} is of account {}, not of {}", conversation->id,
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
  // One that is of a far day by mistake must not make a page of each day until then.
  const auto tomorrow = std::chrono::floor<days>(std::chrono::system_clock::now()) + days(1);
  if (query.page_id.empty()) here->day = std::min<std::chrono::sys_days>(here->day, tomorrow);
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
  std::vector<Target> targets;
  for (ChatwootConversation& one : conversations_of(rows, page)) {
    page.digest = page.digest * 31 + static_cast<std::uint64_t>(one.id);
    targets.push_back({one.id, std::move(one)});
  }
  if (auto added = add_threads(targets, query.from, page, stop); !added) {
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
  const std::vector<Target> some(changed_.begin() + static_cast<std::ptrdiff_t>(first),
                                 changed_.begin() + static_cast<std::ptrdiff_t>(end));
  if (auto added = add_threads(some, query.from, page, stop); !added) {
    return std::unexpected(std::move(added.error()));
  }
  if (end < changed_.size()) page.next_page_id = fmt::format("{}", end);
  return page;
}

void Chatwoot::Implementation::add_changed(array rows) {
  for (ChatwootConversation& one : conversations_of(rows, found_)) {
    if (!marks_.has(one)) changed_.push_back({one.id, std::move(one)});
  }
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
  if (!answer && answer.error().kind == FailureKind::lasting) {
    // It is too long.
    if (auto found = find_active(since, stop); !found) return found;
  } else if (!answer) {
    return std::unexpected(answer.error());
  } else {
    array rows;
    if (answer->at_pointer("/data/payload").get(rows) != simdjson::SUCCESS) {
      return std::unexpected(not_as_expected(path));
    }
    add_changed(rows);
  }
  constexpr std::size_t most_kept_bytes = std::size_t{1} << 20;
  if (json_.size() > most_kept_bytes) {
    json_ = {};
    parser_ = simdjson::dom::parser();
  }
  return find_rated(within, stop);
}

// The same by pages. Whatever changes a conversation also writes a sentence into it.
Answer<void> Chatwoot::Implementation::find_active(Instant since, const std::stop_token& stop) {
  constexpr std::string_view path = "/conversations";
  for (int number = 1;; ++number) {
    const auto answer = get(
        fmt::format("{}?status=all&sort_by=last_activity_at_desc&page={}", path, number), {}, stop);
    if (!answer) return std::unexpected(answer.error());
    array rows;
    if (answer->at_pointer("/data/payload").get(rows) != simdjson::SUCCESS) {
      return std::unexpected(not_as_expected(path));
    }
    std::int64_t last_activity = 0;
    for (const element row : rows) {
      if (row["last_activity_at"].get(last_activity) != simdjson::SUCCESS) last_activity = 0;
    }
    add_changed(rows);
    const auto since_seconds = unix_microseconds(since) / microseconds_per_second;
    if (rows.size() == 0 || last_activity < since_seconds) return {};
  }
}

// A rating does not change its conversation. Who is no administrator may not ask, and gets ratings
// with the next change.
Answer<void> Chatwoot::Implementation::find_rated(std::chrono::seconds within,
                                                  const std::stop_token& stop) {
  constexpr std::string_view path = "/csat_survey_responses";
  constexpr int most_pages = 40;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  // The clock there may differ.
  const auto from = now - within - std::chrono::hours(1);
  const auto until = now + std::chrono::hours(24);
  std::set<std::int64_t> rated;
  for (int number = 1; number <= most_pages; ++number) {
    const auto answer =
        get(fmt::format("{}?page={}&since={}&until={}&sort=-created_at", path, number,
                        from.time_since_epoch().count(), until.time_since_epoch().count()),
            {}, stop);
    if (!answer && answer.error().kind != FailureKind::temporary) return {};
    if (!answer) return std::unexpected(answer.error());
    array rows;
    if (answer->get(rows) != simdjson::SUCCESS) return std::unexpected(not_as_expected(path));
    const std::size_t before = rated.size();
    std::size_t known = 0;
    for (const element row : rows) {
      std::int64_t conversation = 0;
      std::int64_t message = 0;
      std::int64_t rating = 0;
      if (row["conversation_id"].get(conversation) != simdjson::SUCCESS || conversation <= 0 ||
          row["message_id"].get(message) != simdjson::SUCCESS ||
          row["rating"].get(rating) != simdjson::SUCCESS) {
        continue;
      }
      if (marks_.has_rating(message, rating)) {
        ++known;
        continue;
      }
      marks_.rated(conversation, message, rating);
      rated.insert(conversation);
    }
    if (rows.size() == 0 || (rated.size() == before && known == 0)) break;
  }
  for (const Target& target : changed_) rated.erase(target.id);
  for (const std::int64_t id : rated) changed_.push_back({id});
  return {};
}

Answer<void> Chatwoot::Implementation::add_threads(const std::vector<Target>& targets,
                                                   std::optional<Instant> from, ChatsPage& page,
                                                   const std::stop_token& stop) {
  for (const Target& target : targets) {
    const auto added = add_threads_of(target, from, page, stop);
    if (added) {
      failures_.erase(target.id);
      continue;
    }
    if (!is_hopeless(added.error(), target.id, stop)) return added;
    refuse(page,
           fmt::format("conversation {} can't be read: {}", target.id, added.error().message));
    constexpr std::chrono::hours time_before_next{1};
    const std::scoped_lock lock(mutex_);
    if (later_.size() < most_hints) later_[target.id] = Clock::now() + time_before_next;
  }
  return {};
}

// One conversation that fails again and again must not hold up all others, which answer.
bool Chatwoot::Implementation::is_hopeless(const Failure& failure, std::int64_t id,
                                           const std::stop_token& stop) {
  constexpr int most_failures = 3;
  if (stop.stop_requested() || failure.kind == FailureKind::credentials ||
      failure.kind == FailureKind::rights) {
    return false;
  }
  if (failures_.size() >= most_hints) failures_.clear();
  if (++failures_[id] < most_failures || !created("desc", true, stop)) return false;
  failures_.erase(id);
  return true;
}

Answer<ChatwootConversation> Chatwoot::Implementation::shape_of(std::int64_t id,
                                                                const std::stop_token& stop) {
  const std::string path = fmt::format("/conversations/{}", id);
  const auto answer = get(path, {}, stop);
  if (!answer) return std::unexpected(answer.error());
  auto conversation = parse_chatwoot_conversation(*answer);
  if (!conversation) return std::unexpected(not_as_expected(path));
  return *std::move(conversation);
}

Answer<void> Chatwoot::Implementation::add_threads_of(const Target& target,
                                                      std::optional<Instant> from, ChatsPage& page,
                                                      const std::stop_token& stop) {
  if (target.shape && marks_.has(*target.shape)) return {};
  const auto conversation =
      target.shape ? Answer<ChatwootConversation>(*target.shape) : shape_of(target.id, stop);
  if (!conversation && conversation.error().kind == FailureKind::gone) return {};
  if (!conversation) return std::unexpected(conversation.error());
  const auto messages = messages_of(*conversation, stop);
  if (!messages && messages.error().kind == FailureKind::gone) return {};
  if (!messages) return std::unexpected(messages.error());
  std::vector<ChatwootChange> changes;
  const bool may_have_changed = std::ranges::any_of(*messages, &ChatwootMessage::is_activity);
  if (may_have_changed && has_reporting_events_.value_or(true)) {
    auto told = changes_of(*conversation, stop);
    if (!told) return std::unexpected(std::move(told.error()));
    changes = *std::move(told);
  }
  for (chat::ChatRecord& record :
       chatwoot_threads(*conversation, *messages, changes, account_.groups)) {
    const Instant at = record.thread.started_at;
    if (from && at < *from) continue;
    page.earliest = std::min(page.earliest.value_or(at), at);
    page.latest = std::max(page.latest.value_or(at), at);
    page.records.emplace_back(std::move(record));
  }
  // A bot that was removed is in no list, and would be taken for a person.
  std::set<std::string> bots;
  for (const ChatwootMessage& message : *messages) {
    if (message.is_bot) bots.insert(message.agent_id);
  }
  for (const std::string& bot : bots) {
    chat::AgentRecord record;
    record.id = bot;
    record.is_bot = true;
    page.records.emplace_back(std::move(record));
  }
  marks_.read(*conversation);
  return {};
}

void Chatwoot::Implementation::begin() {
  marks_.begin();
  for (const std::int64_t id : std::exchange(in_flight_, {})) hint(id);
}

void Chatwoot::Implementation::stored() {
  marks_.store();
  in_flight_.clear();
}

void Chatwoot::Implementation::hint(std::int64_t chat) {
  const std::scoped_lock lock(mutex_);
  if (hints_.size() < most_hints) hints_.insert(chat);
}

bool Chatwoot::Implementation::has_hints() const {
  const std::scoped_lock lock(mutex_);
  const auto now = Clock::now();
  return !hints_.empty() ||
         std::ranges::any_of(later_, [now](const auto& one) { return one.second <= now; });
}

Answer<ChatsPage> Chatwoot::Implementation::hinted_chats(const ChatsQuery& query,
                                                         const std::stop_token& stop) {
  std::vector<Target> targets;
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(later_, [this, now = Clock::now()](const auto& one) {
      const bool is_due = one.second <= now;
      if (is_due) hints_.insert(one.first);
      return is_due;
    });
    while (!hints_.empty() && targets.size() < conversations_a_page) {
      targets.push_back({hints_.extract(hints_.begin()).value()});
    }
  }
  for (const Target& target : targets) in_flight_.push_back(target.id);
  ChatsPage page;
  page.is_by_day = true;
  if (auto added = add_threads(targets, query.from, page, stop); !added) {
    begin();
    return std::unexpected(std::move(added.error()));
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

Answer<std::vector<ChatwootMessage>> Chatwoot::Implementation::messages_of(
    const ChatwootConversation& conversation, const std::stop_token& stop) {
  const std::string path = fmt::format("/conversations/{}/messages", conversation.id);
  std::vector<ChatwootMessage> messages;
  std::int64_t last = 0;
  while (messages.size() < chat::max_events) {
    const auto answer = get(fmt::format("{}?after={}", path, last), {}, stop);
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

// Returns nothing if this installation does not tell them. One that has told them once does, and
// fails if it does not now: otherwise the conversation would be cut otherwise than before.
Answer<std::vector<ChatwootChange>> Chatwoot::Implementation::changes_of(
    const ChatwootConversation& conversation, const std::stop_token& stop) {
  const std::string path = fmt::format("/conversations/{}/reporting_events", conversation.id);
  const auto url = fmt::format("{}/api/v1/accounts/{}{}", account_.url, account_.account, path);
  wait_for(between_requests_, stop);
  auto response = send(
      client_,
      {.method = HttpMethod::get, .url = url, .headers = {"api_access_token: " + account_.token}},
      stop);
  const bool is_missing =
      response && (response->status == not_found_status || response->status == 401 ||
                   response->status == 402 || response->status == 403);
  if (is_missing && !has_reporting_events_.value_or(false)) {
    has_reporting_events_ = false;
    return {};
  }
  auto json = body_of(std::move(response), path);
  if (!json) {
    Failure failure = std::move(json.error());
    if (failure.kind == FailureKind::gone) failure.kind = FailureKind::temporary;
    return std::unexpected(std::move(failure));
  }
  json_ = *std::move(json);
  array rows;
  if (parser_.parse(json_).get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(path));
  }
  has_reporting_events_ = true;
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
    if (!answer && answer.error().kind == FailureKind::gone) continue;
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
  implementation_->begin();
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

void Chatwoot::stored() {
  implementation_->stored();
}

Answer<std::string> Chatwoot::register_webhook(const std::string& url,
                                               const std::stop_token& stop) {
  return implementation_->register_webhook(url, stop);
}

std::uint64_t Chatwoot::requests() const {
  return implementation_->requests();
}

}  // namespace chatreports::pull
