// RecordParser accepts or refuses any bytes, and accepted records keep the invariants of chat/.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ingest/parse_record.h"

namespace {

using chatreports::Result;
namespace chat = chatreports::chat;

template <class T>
bool is_set(const std::vector<T>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

void check(const chat::ChatRecord& record) {
  const chat::ThreadRecord& thread = record.thread;
  CHECK(!record.thread_id.empty() && record.thread_id.size() <= chat::max_id_bytes);
  CHECK(thread.from_chat_record);
  CHECK(!thread.ended_at || *thread.ended_at >= thread.started_at);
  CHECK(is_set(thread.supervisors) && is_set(thread.other_agents) && is_set(thread.queued_at));
  CHECK(is_set(thread.agents) && is_set(thread.groups) && is_set(thread.tags));
  CHECK(thread.tags.size() <= chat::max_elements && thread.events.size() <= chat::max_events);
  for (std::size_t i = 1; i < thread.properties.size(); ++i) {
    const auto& left = thread.properties[i - 1];
    const auto& right = thread.properties[i];
    CHECK(std::tie(left.name_space, left.name) < std::tie(right.name_space, right.name));
  }
  for (const chat::Event& event : thread.events) {
    const bool by_agent = event.author == chat::AuthorKind::agent;
    CHECK(by_agent == !event.agent_id.empty());
    const auto holds = [&event](const std::vector<std::string>& ids) {
      return std::ranges::binary_search(ids, event.agent_id);
    };
    CHECK(!by_agent || holds(thread.agents) || holds(thread.supervisors) ||
          holds(thread.other_agents));
    CHECK((event.author == chat::AuthorKind::unlisted) == (event.author_digest != 0));
    CHECK(event.filled_form.has_value() == (event.type == chat::EventType::filled_form));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static chatreports::ingest::RecordParser parser;
  parser.parse({reinterpret_cast<const char*>(data), size}, [](Result<chat::Record> record) {
    if (!record) {
      CHECK(!record.error().message.empty());
    } else if (const auto* read = std::get_if<chat::ChatRecord>(&*record)) {
      check(*read);
    }
  });
  return 0;
}
