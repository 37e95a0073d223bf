#include "generated.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "chat/derive.h"
#include "ingest/parse_record.h"

namespace chatreports {

void for_each_record(const generate::Options& options,
                     const std::function<void(chat::Record&&)>& take) {
  ingest::RecordParser parser;
  const auto take_record = [&take](Result<chat::Record> record) {
    CHECK(record.has_value());
    take(*std::move(record));
  };
  generate::generate(options, [&](std::string_view lines) {
    while (!lines.empty()) {
      const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
      parser.parse(lines.substr(0, end), take_record);
      lines.remove_prefix(end + 1);
    }
    return true;
  });
}

std::optional<chat::Change> change_of(const chat::Record& record, ChangeNumber number) {
  chat::Change change{number, {1}, {}};
  if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
    change.what = chat::ThreadChange{
        {number.value}, std::nullopt, chat::derive(chat->thread, {chat->thread_id, chat->chat_id})};
  } else if (const auto* greeting = std::get_if<chat::GreetingRecord>(&record)) {
    change.what = chat::GreetingChange{std::nullopt, *greeting};
  } else if (const auto* agent = std::get_if<chat::AgentRecord>(&record)) {
    change.what = chat::AgentChange{agent->id, agent->groups.value_or(std::vector<std::int64_t>())};
  } else if (const auto* status = std::get_if<chat::AgentStatusRecord>(&record)) {
    change.what = chat::StatusChange{*status};
  } else {
    return std::nullopt;
  }
  return change;
}

void for_each_change(const generate::Options& options,
                     const std::function<void(chat::Change&&)>& take) {
  ChangeNumber number;
  for_each_record(options, [&](const chat::Record& record) {
    ++number.value;
    if (auto change = change_of(record, number)) take(*std::move(change));
  });
}

void fill(engine::Engine& engine, const generate::Options& options) {
  constexpr std::size_t batch = 65'536;
  std::vector<chat::Change> changes;
  const auto apply = [&] {
    CHECK(engine.apply(changes).has_value());
    changes.clear();
  };
  for_each_change(options, [&](chat::Change&& change) {
    changes.push_back(std::move(change));
    if (changes.size() == batch) apply();
  });
  apply();
}

}  // namespace chatreports
