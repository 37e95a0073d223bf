#include "pull/pull_state.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <utility>

#include "base/json_text.h"
#include "base/utf8.h"

namespace chatreports::pull {
namespace {

struct Time {
  std::string_view key;
  std::optional<Instant> PullState::* of;
};

constexpr std::array times = {
    Time{"since", &PullState::since},
    Time{"begin", &PullState::begin},
    Time{"history_from", &PullState::history_from},
    Time{"newest", &PullState::newest},
    Time{"changes_from", &PullState::changes_from},
    Time{"read_again_at", &PullState::read_again_at},
    Time{"read_at_night_at", &PullState::read_at_night_at},
    Time{"statuses_stored_at", &PullState::statuses_stored_at},
    Time{"succeeded_at", &PullState::succeeded_at},
    Time{"failed_at", &PullState::failed_at},
};

struct Text {
  std::string_view key;
  std::string PullState::* of;
};

constexpr std::array texts = {Text{"owner", &PullState::owner},
                              Text{"failure", &PullState::failure}};

Error unreadable() {
  return {ErrorKind::invalid, "how far chats were fetched is not in the form of this version"};
}

}  // namespace

std::string format_pull_state(const PullState& state) {
  std::string text = fmt::format(R"({{"history_is_done":{},"begun_at":{})", state.history_is_done,
                                 unix_microseconds(state.begun_at));
  for (const Time& time : times) {
    const std::optional<Instant>& at = state.*time.of;
    if (at) text += fmt::format(R"(,"{}":{})", time.key, unix_microseconds(*at));
  }
  for (const Text& one : texts) {
    text += fmt::format(R"(,"{}":)", one.key);
    append_json_string(text, valid_utf8(state.*one.of));
  }
  text += R"(,"statuses":{)";
  for (const auto& [agent, status] : state.statuses) {
    if (text.back() != '{') text += ',';
    append_json_string(text, valid_utf8(agent));
    text += fmt::format(R"(:"{}")", chat::name_of(status));
  }
  return text + "}}";
}

Result<PullState> parse_pull_state(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  PullState state;
  std::int64_t begun_at = 0;
  if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS ||
      object["history_is_done"].get(state.history_is_done) != simdjson::SUCCESS ||
      object["begun_at"].get(begun_at) != simdjson::SUCCESS) {
    return std::unexpected(unreadable());
  }
  state.begun_at = from_unix_microseconds(begun_at);
  for (const Text& one : texts) {
    std::string_view value;
    if (object[one.key].get(value) != simdjson::SUCCESS) return std::unexpected(unreadable());
    state.*one.of = value;
  }
  simdjson::dom::object statuses;
  if (object["statuses"].get(statuses) != simdjson::SUCCESS) return std::unexpected(unreadable());
  for (const auto& [agent, name] : statuses) {
    std::string_view value;
    if (name.get(value) != simdjson::SUCCESS) return std::unexpected(unreadable());
    const auto status = chat::agent_status_of(value);
    if (!status) return std::unexpected(unreadable());
    state.statuses.emplace(agent, *status);
  }
  for (const Time& time : times) {
    const auto found = object[time.key];
    if (found.error() == simdjson::NO_SUCH_FIELD) continue;
    std::int64_t microseconds = 0;
    if (found.get(microseconds) != simdjson::SUCCESS) return std::unexpected(unreadable());
    state.*time.of = from_unix_microseconds(microseconds);
  }
  return state;
}

}  // namespace chatreports::pull
