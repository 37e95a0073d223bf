#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "chat/ids.h"
#include "engine/contract/chance.h"

namespace chatreports::engine::contract {
namespace {

using report::Field;
using report::Predicate;
using report::Value;

constexpr Instant middle =
    from_unix_microseconds(1'616'893'200 * microseconds_per_second);  // 2021-03-28T01:00:00Z

template <class Make>
auto some_list(Chance& chance, std::int64_t most, Make make) {
  std::vector<decltype(make(chance))> values;
  for (std::int64_t count = chance.below(most + 1); count > 0; --count) {
    values.push_back(make(chance));
  }
  return values;
}

template <class Make>
auto some_set(Chance& chance, std::int64_t most, Make make) {
  auto values = some_list(chance, most, make);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::string some_agent(Chance& chance) {
  if (const auto rare = chance.rare_value()) return fmt::format("agent{}@example.com", *rare);
  return chance.one_of<std::string>({"ann@example.com", "bob@example.com", "cid@example.com",
                                     "dan@example.com", "Ann@example.com"});
}
std::string some_tag(Chance& chance) {
  if (const auto rare = chance.rare_value()) return fmt::format("tag {}", *rare);
  return chance.one_of<std::string>({"spam", "support", "sales", "zażółć", "spam ", ""});
}
std::int64_t some_id(Chance& chance) {
  if (const auto rare = chance.rare_value()) return 1'000 + *rare;
  return chance.one_of<std::int64_t>({0, 1, 2, 7, -3, std::int64_t{1} << 40});
}
std::string some_country(Chance& chance) {
  return chance.one_of<std::string>({"NO", "SE", "PL", ""});
}
Value some_property_value(Chance& chance) {
  if (const auto rare = chance.rare_value()) return fmt::format("value {}", *rare);
  return chance.one_of<Value>(
      {true, false, std::int64_t{1}, std::int64_t{0}, std::string("true"), std::string("1")});
}
std::string some_answer(Chance& chance) {
  if (const auto rare = chance.rare_value()) return fmt::format("f3:{}", *rare);
  return chance.one_of<std::string>({"f1:0", "f1:1", "f2:0"});
}
chat::SurveyType some_survey_type(Chance& chance) {
  return chance.one_of({chat::SurveyType::pre_chat, chat::SurveyType::post_chat});
}

// Mostly short, sometimes longer than the 71 minutes that four bytes hold, sometimes absurd.
Duration some_duration(Chance& chance) {
  if (chance.one_in(10)) return Duration(200'000'000'000'000'000);
  return Duration(
      chance.below(chance.one_of<std::int64_t>({90, 10'000}) * microseconds_per_second));
}

TimeRange some_range(Chance& chance) {
  const Instant one = some_instant(chance);
  const Instant other = some_instant(chance);
  return {std::min(one, other), std::max(one, other)};
}

Field some_field(Chance& chance) {
  using Kind = Field::Kind;
  if (chance.one_in(4)) {
    if (const auto rare = chance.rare_value()) {
      return Field::property("shop", fmt::format("rare {}", *rare));
    }
    return chance.one_in(2) ? Field::property("rating", "score")
                            : Field::property("routing", "continuous");
  }
  return Field::of(
      chance.one_of({Kind::agent, Kind::tag, Kind::group, Kind::event_type, Kind::goal, Kind::sale,
                     Kind::greeting, Kind::first_responder, Kind::started_by, Kind::rating,
                     Kind::country, Kind::queue_outcome}));
}

Value some_value_of(Chance& chance, const Field& field) {
  switch (field.kind) {
    case Field::Kind::agent:
    case Field::Kind::first_responder:
      return some_agent(chance);
    case Field::Kind::tag:
      return some_tag(chance);
    case Field::Kind::property:
      return some_property_value(chance);
    case Field::Kind::event_type:
      return chance.below(8);
    case Field::Kind::country:
      return some_country(chance);
    case Field::Kind::queue_outcome:
    case Field::Kind::rating:
      return chance.below(2);
    case Field::Kind::started_by:
      return chance.below(3);
    default:
      return some_id(chance);
  }
}

Predicate some_test_of(Chance& chance, const Field& field) {
  const auto values =
      some_list(chance, 4, [&field](Chance& inner) { return some_value_of(inner, field); });
  const bool negated = chance.one_in(2);
  switch (chance.below(3)) {
    case 0:
      return {negated, report::Exists{field}};
    case 1:
      return {negated, report::HasAny{field, values}};
    default:
      return {negated, report::HasEvery{field, values}};
  }
}

Buckets some_buckets(Chance& chance) {
  const TimeRange range = some_range(chance);
  if (chance.one_in(8)) return Buckets::whole(range);
  const auto zone = Zone::named(
      chance.one_of<std::string>({"UTC", "Europe/Warsaw", "Asia/Kathmandu", "Australia/Lord_Howe",
                                  "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia",
                                  "Africa/Casablanca", "Asia/Tehran", "Antarctica/Troll"}));
  return *Buckets::make(
      *zone, range,
      chance.one_of({Distribution::hour, Distribution::day, Distribution::day_hours,
                     Distribution::month, Distribution::year}));
}

report::Measure some_measure(Chance& chance) {
  report::Measure measure{
      chance.one_of({report::Column::count, report::Column::duration,
                     report::Column::agents_chatting_duration, report::Column::response_time,
                     report::Column::first_response_time, report::Column::queue_wait}),
      std::nullopt};
  if (measure.column != report::Column::count && chance.one_in(3)) {
    measure.aggregate = chance.one_of({report::Aggregate::minimum, report::Aggregate::maximum});
  }
  if (chance.one_in(2)) measure.where = some_predicate(chance, 0);
  return measure;
}

chat::Queue some_queue(Chance& chance) {
  chat::Queue queue;
  queue.began_at = some_instant(chance);
  queue.waited = chance.one_in(4) ? Duration{} : some_duration(chance);
  if (chance.one_in(2)) {
    queue.outcome = chat::QueueOutcome::entered;
    return queue;
  }
  queue.thread_id = fmt::format("T{}", chance.below(1'000'000));
  queue.chat_id = chance.one_of<std::string>({"C1", "C2", "C3", "C4", "", ""});
  if (chance.one_in(2)) queue.customer = chat::CustomerDigest{1, 2, 3};
  return queue;
}

// Changes in the order in which a store numbers them, with what was known before each.
class History {
 public:
  // Adds a change of one of that many threads, or of something else.
  void add_some(Chance& chance, LicenseId license, std::int64_t threads) {
    chat::Change change{{static_cast<std::int64_t>(changes_.size()) + 1}, license, {}};
    if (chance.one_in(40)) {
      change.what = some_removal(chance, license, threads);
    } else if (chance.one_in(5)) {
      chat::GreetingChange greeting{std::nullopt, some_greeting_event(chance)};
      const auto [known, added] = events_.try_emplace(
          {license, greeting.event.unique_id, greeting.event.event}, greeting.event);
      if (!added) greeting.previous = std::exchange(known->second, greeting.event);
      change.what = std::move(greeting);
    } else if (chance.one_in(3)) {
      change.what = chat::StatusChange{some_status(chance)};
    } else if (chance.one_in(8)) {
      change.what = chat::AgentChange{some_agent(chance), some_set(chance, 2, some_id)};
    } else {
      chat::ThreadChange thread{{chance.below(threads)}, std::nullopt, some_thread(chance)};
      const auto [known, added] =
          starts_.try_emplace({license, thread.thread}, thread.facts.started_at);
      if (!added) {
        thread.previous_started_at = std::exchange(known->second, thread.facts.started_at);
      }
      change.what = std::move(thread);
    }
    changes_.push_back(std::move(change));
  }

  std::vector<chat::Change> changes() && { return std::move(changes_); }

 private:
  // In a large world, few removals remove much.
  chat::Removal some_removal(Chance& chance, LicenseId license, std::int64_t threads) {
    constexpr std::int64_t few_threads = 100;
    if (chance.one_in(10)) {
      return chat::AgentRemoval{chat::author_id_of(chat::author_digest(some_agent(chance)))};
    }
    if (chance.one_in(10)) {
      const Instant before = some_instant(chance) - std::chrono::days(100);
      std::erase_if(starts_, [&](const auto& known) {
        return known.first.first == license && known.second < before;
      });
      std::erase_if(events_, [&](const auto& known) {
        return std::get<0>(known.first) == license && known.second.at < before;
      });
      return chat::TimeRemoval{before};
    }
    if (threads < few_threads && chance.one_in(10)) {
      std::erase_if(starts_, [&](const auto& known) { return known.first.first == license; });
      std::erase_if(events_,
                    [&](const auto& known) { return std::get<0>(known.first) == license; });
      return chat::LicenseRemoval{};
    }
    const ThreadNumber thread{chance.below(threads)};
    starts_.erase({license, thread});
    return chat::ThreadRemoval{thread};
  }

  std::map<std::pair<LicenseId, ThreadNumber>, Instant> starts_;
  std::map<std::tuple<LicenseId, std::string, chat::GreetingEvent>, chat::GreetingRecord> events_;
  std::vector<chat::Change> changes_;
};

}  // namespace

Instant some_instant(Chance& chance) {
  const auto reach = chance.one_of<std::int64_t>({10'800, 432'000, 34'560'000});
  const std::int64_t seconds = chance.below(2 * reach) - reach;
  const std::int64_t fraction = chance.one_in(2) ? 0 : chance.below(microseconds_per_second);
  return middle + std::chrono::seconds(seconds) + Duration(fraction);
}

chat::Thread some_thread(Chance& chance) {
  chat::Thread thread;
  thread.started_at = some_instant(chance);
  thread.duration = some_duration(chance);
  thread.agents_chatting_duration = some_duration(chance);
  thread.started_by = static_cast<chat::StartedBy>(chance.below(3));
  thread.agents = some_set(chance, 3, some_agent);
  thread.groups = some_set(chance, 2, some_id);
  thread.tags = some_set(chance, 3, some_tag);
  thread.goals = some_set(chance, 2, some_id);
  thread.sales = some_set(chance, 2, some_id);
  thread.event_types = some_set(
      chance, 4, [](Chance& inner) { return static_cast<chat::EventType>(inner.below(8)); });
  if (!chance.one_in(3)) {
    thread.properties.push_back({"rating", "score", some_property_value(chance)});
  }
  if (!chance.one_in(3)) {
    thread.properties.push_back({"routing", "continuous", some_property_value(chance)});
  }
  if (chance.one_in(4)) thread.properties.push_back({"shop", "plan", some_property_value(chance)});
  if (const auto rare = chance.rare_value()) {
    thread.properties.push_back({"shop", fmt::format("rare {}", *rare), true});
  }
  if (!chance.one_in(3)) {
    thread.first_response = chat::FirstResponse{some_agent(chance), some_duration(chance)};
    thread.response_time = some_duration(chance);
  }
  if (chance.one_in(2)) thread.rating = static_cast<chat::Rating>(chance.below(2));
  if (chance.one_in(2)) thread.greeting = chat::Greeting{some_id(chance), some_instant(chance)};
  for (const std::string& agent : thread.agents) {
    Instant from = thread.started_at;
    while (chance.one_in(2)) {
      from = from + Duration{1 + chance.below(40'000 * microseconds_per_second)};
      const Instant to = from + Duration(1) + some_duration(chance);
      thread.chatting.push_back({agent, from, to});
      from = to;
    }
  }
  thread.submissions = some_list(chance, 2, [](Chance& inner) {
    return chat::SurveySubmission{inner.one_of<std::string>({"10", "9", ""}),
                                  some_survey_type(inner), some_instant(inner),
                                  some_set(inner, 3, some_answer)};
  });
  thread.country = chat::country_of(some_country(chance));
  if (chance.one_in(2)) thread.queue = some_queue(chance);
  return thread;
}

chat::GreetingRecord some_greeting_event(Chance& chance) {
  chat::GreetingRecord event;
  event.greeting_id = some_id(chance);
  event.unique_id = chance.one_of<std::string>({"u1", "u2", "u3", "u4", "u5", "u6"});
  if (const auto rare = chance.rare_value()) event.unique_id += fmt::format("-{}", *rare);
  event.event = static_cast<chat::GreetingEvent>(chance.below(3));
  if (chance.one_in(2)) event.group_id = some_id(chance);
  event.at = some_instant(chance);
  return event;
}

chat::AgentStatusRecord some_status(Chance& chance) {
  return {some_agent(chance), static_cast<chat::AgentStatus>(chance.below(3)),
          some_instant(chance)};
}

Predicate some_predicate(Chance& chance, int depth) {
  if (depth > 0 && chance.one_in(2)) {
    report::All all;
    for (std::int64_t count = chance.below(4); count > 0; --count) {
      all.predicates.push_back(some_predicate(chance, depth - 1));
    }
    return {chance.one_in(2), std::move(all)};
  }
  if (chance.one_in(6)) {
    report::Submitted test{some_survey_type(chance), std::nullopt, std::nullopt, chance.one_in(2)};
    if (chance.one_in(2)) test.at = some_range(chance);
    if (!chance.one_in(3)) test.answers = some_list(chance, 3, some_answer);
    return {chance.one_in(2), std::move(test)};
  }
  if (chance.one_in(6)) return {chance.one_in(2), report::GreetingSent{some_range(chance)}};
  return some_test_of(chance, some_field(chance));
}

report::Plan some_plan(Chance& chance, LicenseId license) {
  report::Plan plan{
      license, report::SubmissionsSource{}, chance.one_in(4), {}, some_buckets(chance)};
  if (!chance.one_in(4)) plan.predicate = some_predicate(chance, 1);
  switch (chance.below(11)) {
    case 0:
      break;
    case 10:
      plan.source = report::DeparturesSource{1 + chance.below(3), 1 + chance.below(4)};
      break;
    case 8: {
      const auto status = chance.one_of(
          {chat::AgentStatus::accepting_chats, chat::AgentStatus::not_accepting_chats});
      const Instant until = chance.one_in(4) ? latest_instant : some_instant(chance);
      plan.source = report::StatusTimesSource{status, chance.one_in(2), until};
      plan.any_start = false;
      plan.predicate = {};
      if (!chance.one_in(3)) {
        plan.predicate = some_test_of(chance, chance.one_in(2) ? Field::agent() : Field::group());
      }
      break;
    }
    case 9:
      plan.source = report::ChattingTimesSource{};
      plan.any_start = true;
      plan.buckets = Buckets::whole(plan.buckets.range());
      break;
    case 1:
      plan.source = report::GreetingEventsSource{};
      if (chance.one_in(2)) plan.source = report::GreetingEventsSource{some_range(chance)};
      plan.any_start = false;
      plan.predicate = {};
      if (chance.one_in(2)) {
        plan.predicate =
            some_test_of(chance, chance.one_in(2) ? Field::greeting() : Field::group());
      }
      break;
    default: {
      report::ChatsSource source{std::nullopt, {some_measure(chance)}};
      while (chance.one_in(2)) source.measures.push_back(some_measure(chance));
      if (chance.one_in(2)) source.group_by = some_field(chance);
      plan.source = std::move(source);
    }
  }
  return plan;
}

std::vector<chat::Change> some_changes(const std::vector<std::uint64_t>& seeds) {
  History history;
  for (const std::uint64_t seed : seeds) {
    Chance chance(seed);
    const LicenseId license{1 + chance.below(2)};
    history.add_some(chance, license, 30);
  }
  return std::move(history).changes();
}

std::vector<chat::Change> some_large_history(std::uint64_t seed, std::int64_t threads,
                                             std::int64_t changes) {
  History history;
  Chance chance(seed, 500);
  for (std::int64_t change = 0; change < changes; ++change) {
    const LicenseId license{chance.one_in(20) ? 2 : 1};
    history.add_some(chance, license, threads);
  }
  return std::move(history).changes();
}

std::string describe(const report::Table& table) {
  std::string text;
  if (const auto* cells = std::get_if<report::ChatsTable>(&table)) {
    for (const report::ChatsCell cell : *cells) {
      text += fmt::format("bucket {}", cell.bucket);
      if (cell.group != nullptr) {
        std::visit([&text](const auto& value) { text += fmt::format(" group {}", value); },
                   *cell.group);
      }
      for (const report::Sum figure : cell.figures) {
        text += fmt::format(" {}", static_cast<double>(figure));
      }
      text += "; ";
    }
  } else if (const auto* answers = std::get_if<std::vector<report::SubmissionsCell>>(&table)) {
    for (const report::SubmissionsCell& cell : *answers) {
      text += fmt::format("group {} form {} answer {}: {}; ", cell.group, cell.form_id, cell.answer,
                          cell.count);
    }
  } else if (const auto* departures = std::get_if<report::DeparturesTable>(&table)) {
    text += fmt::format("{} departures, {} without a form; ", departures->departures,
                        departures->without_pre_chat_form);
    for (const report::DepartureCell& cell : departures->page) {
      text += fmt::format("thread {} of chat {} group {}: {}; ", cell.thread_id, cell.chat_id,
                          cell.group, cell.waited.count());
    }
  } else if (const auto* times = std::get_if<std::vector<report::TimesCell>>(&table)) {
    for (const report::TimesCell& cell : *times) {
      text +=
          fmt::format("bucket {} agent {}: {}; ", cell.bucket, cell.agent_id, cell.time.count());
    }
  } else {
    for (const auto& cell : std::get<std::vector<report::GreetingEventsCell>>(table)) {
      text += fmt::format("bucket {} greeting {}: {} {} {}; ", cell.bucket, cell.greeting_id,
                          cell.displayed, cell.canceled, cell.goals);
    }
  }
  return text;
}

}  // namespace chatreports::engine::contract
