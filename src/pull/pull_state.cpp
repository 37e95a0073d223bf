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
    Time{"begin", &PullState::begin},
    Time{"history_from", &PullState::history_from},
    Time{"newest", &PullState::newest},
    Time{"read_again_at", &PullState::read_again_at},
    Time{"read_at_night_at", &PullState::read_at_night_at},
    Time{"succeeded_at", &PullState::succeeded_at},
    Time{"failed_at", &PullState::failed_at},
};

Error unreadable() {
  return {ErrorKind::invalid, "how far chats were fetched is not in the form of this version"};
}

}  // namespace

std::string format_pull_state(const PullState& state) {
  std::string text = fmt::format(R"({{"history_is_done":{})", state.history_is_done);
  for (const Time& time : times) {
    const std::optional<Instant>& at = state.*time.of;
    if (at) text += fmt::format(R"(,"{}":{})", time.key, unix_microseconds(*at));
  }
  text += R"(,"failure":)";
  append_json_string(text, valid_utf8(state.failure));
  return text + "}";
}

Result<PullState> parse_pull_state(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  PullState state;
  std::string_view failure;
  if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS ||
      object["history_is_done"].get(state.history_is_done) != simdjson::SUCCESS ||
      object["failure"].get(failure) != simdjson::SUCCESS) {
    return std::unexpected(unreadable());
  }
  state.failure = failure;
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
