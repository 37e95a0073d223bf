#include "pull/livechat.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/utf8.h"
#include "chat/ids.h"
#include "chat/limits.h"
#include "pull/api_answer.h"
#include "pull/json.h"
#include "time/rfc3339.h"

namespace chatreports::pull {
namespace {

constexpr std::string_view accounts_api = "https://accounts.livechat.com";
constexpr int rows_of_page = 100;  // the most that the API allows

// Before the first ":" or "-" of a token is its region, if it is one of these.
std::string region_of(std::string_view token) {
  const std::string_view prefix = token.substr(0, token.find_first_of(":-"));
  return prefix == "dal" || prefix == "fra" ? std::string(prefix) : std::string();
}

struct ApiError {
  std::string type;
  std::string message;
  std::string region;
};

std::string base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t byte = at; byte < at + 3; ++byte) {
      bits = bits << 8U | (byte < text.size() ? static_cast<unsigned char>(text[byte]) : 0U);
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
      encoded += at + digit > text.size() ? '=' : digits[bits >> (18 - 6 * digit) & 63U];
    }
  }
  return encoded;
}

// Also an answer of 200 may be an error, which is its first member. A page of chats is not parsed
// for that.
std::optional<ApiError> error_in(std::string_view json) {
  constexpr std::size_t most_before_error = 32;
  if (json.substr(0, most_before_error).find("\"error\"") == json.npos) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::object error;
  if (parser.parse(json.data(), json.size())["error"].get(error) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  const auto text = [&error](std::string_view pointer) {
    std::string_view found;
    return error.at_pointer(pointer).get(found) == simdjson::SUCCESS ? std::string(found) : "";
  };
  return ApiError{text("/type"), text("/message"), text("/data/region")};
}

FailureKind kind_of(std::string_view type, int status, bool has_page_id) {
  struct Known {
    std::string_view type;
    FailureKind kind;
  };
  constexpr std::array known = {
      Known{"authentication", FailureKind::credentials},
      Known{"authorization", FailureKind::rights},
      Known{"missing_access", FailureKind::rights},
      Known{"license_expired", FailureKind::credentials},
      Known{"license_not_found", FailureKind::credentials},
      Known{"wrong_product_version", FailureKind::lasting},
      Known{"unsupported_version", FailureKind::lasting},
      Known{"not_found", FailureKind::lasting},
  };
  if (type == "validation") return has_page_id ? FailureKind::cursor : FailureKind::lasting;
  const auto found = std::ranges::find(known, type, &Known::type);
  if (found != known.end()) return found->kind;
  if (status == 401) return FailureKind::credentials;
  if (status == 403) return FailureKind::rights;
  return FailureKind::temporary;
}

std::string body_of(const ChatsQuery& query) {
  // With a page id, the API takes nothing else.
  if (!query.page_id.empty()) return fmt::format(R"({{"page_id":{}}})", as_json(query.page_id));
  std::string filters;
  if (query.from) filters += fmt::format(R"("from":"{}")", format_rfc3339(*query.from));
  if (query.to) {
    filters += fmt::format(R"({}"to":"{}")", filters.empty() ? "" : ",", format_rfc3339(*query.to));
  }
  return fmt::format(R"({{"filters":{{{}}},"sort_order":"{}","limit":{}}})", filters,
                     query.is_ascending ? "asc" : "desc", rows_of_page);
}

// The agents or bots that are in the groups, and their names.
chat::AgentRecord agent_of(simdjson::dom::object from, bool is_bot) {
  chat::AgentRecord agent;
  std::string_view text;
  if (from["id"].get(text) == simdjson::SUCCESS) agent.id = text;
  if (from["name"].get(text) == simdjson::SUCCESS) {
    agent.name = shortened(text, chat::max_id_bytes);
  }
  if (from["timezone"].get(text) == simdjson::SUCCESS && !text.empty()) agent.timezone = text;
  agent.is_bot = is_bot || chat::is_bot_id(agent.id);
  simdjson::dom::array groups;
  if (from["groups"].get(groups) == simdjson::SUCCESS) {
    agent.groups.emplace();
    for (const simdjson::dom::element group : groups) {
      std::int64_t id = 0;
      if (group["id"].get(id) == simdjson::SUCCESS) agent.groups->push_back(id);
    }
    std::ranges::sort(*agent.groups);
    const auto repeated = std::ranges::unique(*agent.groups);
    agent.groups->erase(repeated.begin(), repeated.end());
  }
  return agent;
}

chat::GroupRecord group_of(simdjson::dom::object from) {
  chat::GroupRecord group;
  std::string_view name;
  if (from["id"].get(group.id) != simdjson::SUCCESS) group.id = 0;
  if (from["name"].get(name) == simdjson::SUCCESS) group.name = shortened(name, chat::max_id_bytes);
  return group;
}

std::optional<chat::AgentStatusRecord> status_of(simdjson::dom::object from) {
  std::string_view id;
  std::string_view name;
  if (from["agent_id"].get(id) != simdjson::SUCCESS ||
      from["status"].get(name) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  const auto status = chat::agent_status_of(name);
  if (!status) return std::nullopt;
  return chat::AgentStatusRecord{std::string(id), *status, {}, true};
}

struct ListCall {
  std::string_view action;
  std::string_view body;
};

// Which statuses and names the API has of everybody. Without "all", it lists the caller's bots.
ListCall call_of(List what) {
  switch (what) {
    case List::agents:
      return {"configuration/action/list_agents", R"({"fields":["groups"]})"};
    case List::bots:
      return {"configuration/action/list_bots", R"({"all":true,"fields":["groups"]})"};
    case List::groups:
      return {"configuration/action/list_groups", "{}"};
    case List::statuses:
      return {"agent/action/list_routing_statuses", R"({"filters":{}})"};
  }
  return {};
}

}  // namespace

LiveChat::LiveChat(LiveChatAccount account, HttpLimits limits)
    : account_(std::move(account)), client_(limits), region_(region_of(account_.token)) {}

bool LiveChat::has_credentials(std::string_view text) const {
  const std::string encoded = base64(account_.account_id + ':' + account_.token);
  return text.find(account_.token) != text.npos || text.find(encoded) != text.npos;
}

Answer<std::string> LiveChat::call(std::string_view action, const std::string& body,
                                   const std::stop_token& stop) {
  const std::string region_before = region_;
  auto answer = call_once(action, body, stop);
  if (answer || region_ == region_before) return answer;
  return call_once(action, body, stop);
}

// If the account is in another region, notes it.
Answer<std::string> LiveChat::call_once(std::string_view action, const std::string& body,
                                        const std::stop_token& stop) {
  HttpRequest request{.url = fmt::format("{}/v{}/{}", account_.api, account_.version, action),
                      .user = account_.account_id,
                      .password = account_.token,
                      .body = body};
  if (!region_.empty()) request.headers.push_back("X-Region: " + region_);
  auto response = send(client_, request, stop);
  if (!response) return std::unexpected(std::move(response.error()));
  const auto error = error_in(response->body);
  if (response->status == 200 && !error) return std::move(response->body);
  if (error && error->type == "misdirected_request") {
    if (error->region == "dal" || error->region == "fra") region_ = error->region;
  }
  const std::string_view type = error ? std::string_view(error->type) : std::string_view();
  const bool has_page_id = body.starts_with(R"({"page_id":)");
  std::string message = fmt::format("{} was answered with {}", action, response->status);
  const bool echoes = error && (has_credentials(error->type) || has_credentials(error->message));
  if (error && !echoes) {
    message += fmt::format(", {}: {}", shown(type), shown(error->message));
  }
  return std::unexpected(Failure{kind_of(type, response->status, has_page_id), std::move(message),
                                 response->retry_after});
}

Answer<std::string> LiveChat::owner(const std::stop_token& stop) {
  const std::string_view api =
      account_.api == LiveChatAccount().api ? accounts_api : std::string_view(account_.api);
  const auto response = send(client_,
                             {.method = HttpMethod::get,
                              .url = fmt::format("{}/v2/organizations/my", api),
                              .user = account_.account_id,
                              .password = account_.token},
                             stop);
  if (!response) return std::unexpected(response.error());
  constexpr int too_many_requests = 429;
  constexpr int first_of_servers = 500;
  if (response->status == too_many_requests || response->status >= first_of_servers) {
    return std::unexpected(
        Failure{FailureKind::temporary,
                fmt::format("organizations/my was answered with {}", response->status),
                response->retry_after});
  }
  simdjson::dom::parser parser;
  std::string_view id;
  const bool is_told = response->status == 200 &&
                       parser.parse(response->body)["id"].get(id) == simdjson::SUCCESS &&
                       id.size() <= chat::max_id_bytes;
  return is_told ? std::string(id) : std::string();
}

Answer<std::optional<Instant>> LiveChat::newest(const std::stop_token& stop) {
  const auto page = chats({}, stop);
  if (!page) return std::unexpected(page.error());
  return page->latest;
}

Answer<std::optional<Instant>> LiveChat::oldest(std::optional<Instant> since,
                                                const std::stop_token& stop) {
  const auto page = chats({.is_ascending = true, .from = since}, stop);
  if (!page) return std::unexpected(page.error());
  if (page->is_empty()) return std::nullopt;
  // Rows that are no records have no time.
  return page->earliest.value_or(since.value_or(earliest_instant));
}

Answer<ChatsPage> LiveChat::chats(const ChatsQuery& query, const std::stop_token& stop) {
  constexpr std::string_view action = "agent/action/list_archives";
  const auto json = call(action, body_of(query), stop);
  if (!json) return std::unexpected(json.error());
  simdjson::dom::parser parser;
  simdjson::dom::object answer;
  simdjson::dom::array rows;
  ChatsPage page;
  if (parser.parse(*json).get(answer) != simdjson::SUCCESS ||
      answer["chats"].get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(action));
  }
  const auto next = answer["next_page_id"];
  if (next.error() == simdjson::SUCCESS && !next.is_null()) {
    std::string_view id;
    if (next.get(id) != simdjson::SUCCESS) return std::unexpected(not_as_expected(action));
    page.next_page_id = id;
  }
  std::optional<Instant> before;
  parser_.parse(*json, [&](Result<chat::Record>&& record) {
    if (!record) {
      if (page.refused++ == 0) page.first_refusal = std::move(record.error().message);
      return;
    }
    if (const auto* const one = std::get_if<chat::ChatRecord>(&*record)) {
      const Instant at = one->thread.started_at;
      if (before && (query.is_ascending ? at < *before : at > *before)) page.is_in_order = false;
      before = at;
      page.digest = page.digest * 31 + std::hash<std::string>()(one->thread_id);
      page.earliest = std::min(page.earliest.value_or(at), at);
      page.latest = std::max(page.latest.value_or(at), at);
    }
    page.records.push_back(std::move(*record));
  });
  return page;
}

Answer<std::vector<chat::Record>> LiveChat::list(List what, const std::stop_token& stop) {
  const auto [action, body] = call_of(what);
  const auto json = call(action, std::string(body), stop);
  if (!json) return std::unexpected(json.error());
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  if (parser.parse(*json).get(rows) != simdjson::SUCCESS) {
    return std::unexpected(not_as_expected(action));
  }
  std::vector<chat::Record> records;
  for (const simdjson::dom::element row : rows) {
    simdjson::dom::object object;
    if (row.get(object) != simdjson::SUCCESS) return std::unexpected(not_as_expected(action));
    switch (what) {
      case List::agents:
      case List::bots:
        records.emplace_back(agent_of(object, what == List::bots));
        break;
      case List::groups:
        records.emplace_back(group_of(object));
        break;
      case List::statuses:
        if (auto status = status_of(object)) records.emplace_back(*std::move(status));
        break;
    }
  }
  // An agent without an id can't be stored.
  std::erase_if(records, [](const chat::Record& record) {
    const auto* const agent = std::get_if<chat::AgentRecord>(&record);
    return agent != nullptr && (agent->id.empty() || agent->id.size() > chat::max_id_bytes);
  });
  return records;
}

}  // namespace chatreports::pull
