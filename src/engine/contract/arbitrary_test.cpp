#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/contract/arbitrary.h"
#include "time/rfc3339.h"

namespace chatreports::engine::contract {
namespace {

using report::Field;
using report::Predicate;
using report::Value;

template <class T>
rc::Gen<std::vector<T>> set_of(rc::Gen<T> element, std::size_t most) {
  return rc::gen::map(rc::gen::container<std::vector<T>>(std::move(element)),
                      [most](std::vector<T> values) {
                        std::sort(values.begin(), values.end());
                        values.erase(std::unique(values.begin(), values.end()), values.end());
                        if (values.size() > most) values.resize(most);
                        return values;
                      });
}

rc::Gen<std::string> agent() {
  return rc::gen::element<std::string>("ann@example.com", "bob@example.com", "cid@example.com",
                                       "dan@example.com", "Ann@example.com");
}
rc::Gen<std::string> tag() {
  return rc::gen::element<std::string>("spam", "support", "sales", "zażółć", "spam ", "");
}
rc::Gen<std::int64_t> small_id() {
  return rc::gen::element<std::int64_t>(0, 1, 2, 7, -3, 1LL << 40);
}
rc::Gen<Value> property_value() {
  return rc::gen::element<Value>(Value(true), Value(false), Value(std::int64_t{1}),
                                 Value(std::int64_t{0}), Value(std::string("true")),
                                 Value(std::string("1")));
}
rc::Gen<std::pair<std::string, std::string>> property_name() {
  return rc::gen::element(std::pair<std::string, std::string>("routing", "continuous"),
                          std::pair<std::string, std::string>("rating", "score"),
                          std::pair<std::string, std::string>("shop", "plan"));
}
rc::Gen<std::string> answer() {
  return rc::gen::element<std::string>("f1:0", "f1:1", "f2:0");
}

// Mostly short, sometimes longer than the 71 minutes that four bytes hold, sometimes absurd.
rc::Gen<Duration> duration() {
  return rc::gen::map(
      rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 90 * microseconds_per_second),
                     rc::gen::inRange<std::int64_t>(0, 10'000 * microseconds_per_second),
                     rc::gen::just<std::int64_t>(200'000'000'000'000'000)),
      [](std::int64_t microseconds) { return Duration{microseconds}; });
}

rc::Gen<std::vector<chat::Property>> properties() {
  return rc::gen::map(rc::gen::container<std::map<std::pair<std::string, std::string>, Value>>(
                          property_name(), property_value()),
                      [](const std::map<std::pair<std::string, std::string>, Value>& values) {
                        std::vector<chat::Property> list;
                        for (const auto& [name, value] : values)
                          list.push_back({name.first, name.second, value});
                        return list;
                      });
}

rc::Gen<chat::SurveySubmission> submission() {
  return rc::gen::build<chat::SurveySubmission>(
      rc::gen::set(&chat::SurveySubmission::form_id, rc::gen::element<std::string>("10", "9", "")),
      rc::gen::set(&chat::SurveySubmission::type,
                   rc::gen::element(chat::SurveyType::pre_chat, chat::SurveyType::post_chat)),
      rc::gen::set(&chat::SurveySubmission::submitted_at, arbitrary_instant()),
      rc::gen::set(&chat::SurveySubmission::answers, set_of(answer(), 3)));
}

rc::Gen<Field> field() {
  using Kind = Field::Kind;
  return rc::gen::oneOf(
      rc::gen::map(
          rc::gen::element(Kind::agent, Kind::tag, Kind::group, Kind::event_type, Kind::goal,
                           Kind::sale, Kind::greeting, Kind::first_responder, Kind::started_by),
          [](Kind kind) { return Field{kind, {}, {}}; }),
      rc::gen::map(property_name(), [](const std::pair<std::string, std::string>& name) {
        return Field{Kind::property, name.first, name.second};
      }));
}

rc::Gen<Value> value_of(const Field& of) {
  const auto texts = [](rc::Gen<std::string> gen) {
    return rc::gen::map(std::move(gen), [](std::string text) { return Value(std::move(text)); });
  };
  const auto integers = [](rc::Gen<std::int64_t> gen) {
    return rc::gen::map(std::move(gen), [](std::int64_t number) { return Value(number); });
  };
  switch (of.kind) {
    case Field::Kind::agent:
    case Field::Kind::first_responder:
      return texts(agent());
    case Field::Kind::tag:
      return texts(tag());
    case Field::Kind::property:
      return property_value();
    case Field::Kind::event_type:
      return integers(rc::gen::inRange<std::int64_t>(0, 7));
    case Field::Kind::started_by:
      return integers(rc::gen::inRange<std::int64_t>(0, 3));
    default:
      return integers(small_id());
  }
}

rc::Gen<TimeRange> range() {
  return rc::gen::map(rc::gen::pair(arbitrary_instant(), arbitrary_instant()),
                      [](std::pair<Instant, Instant> ends) {
                        return TimeRange{std::min(ends.first, ends.second),
                                         std::max(ends.first, ends.second)};
                      });
}

rc::Gen<Predicate> leaf() {
  const auto on_field = rc::gen::mapcat(field(), [](const Field& of) {
    return rc::gen::mapcat(rc::gen::container<std::vector<Value>>(value_of(of)),
                           [of](const std::vector<Value>& values) {
                             return rc::gen::element(
                                 Predicate{false, report::Exists{of}},
                                 Predicate{false, report::HasAny{of, values}},
                                 Predicate{false, report::HasEvery{of, values}});
                           });
  });
  const auto submitted = rc::gen::map(
      rc::gen::tuple(rc::gen::element(chat::SurveyType::pre_chat, chat::SurveyType::post_chat),
                     rc::gen::maybe(range()),
                     rc::gen::maybe(rc::gen::container<std::vector<std::string>>(answer())),
                     rc::gen::arbitrary<bool>()),
      [](const auto& parts) {
        const auto& [type, at, answers, none_of] = parts;
        report::Submitted test{type, std::nullopt, std::nullopt, none_of};
        if (at) test.at = *at;
        if (answers) test.answers = *answers;
        return Predicate{false, test};
      });
  const auto sent = rc::gen::map(
      range(), [](const TimeRange& at) { return Predicate{false, report::GreetingSent{at}}; });
  return rc::gen::weightedOneOf<Predicate>({{6, on_field}, {1, submitted}, {1, sent}});
}

}  // namespace

rc::Gen<Instant> arbitrary_instant() {
  constexpr std::int64_t day = 86'400 * microseconds_per_second;
  return rc::gen::map(
      rc::gen::weightedOneOf<std::int64_t>({
          {4, rc::gen::inRange<std::int64_t>(-3 * 3'600, 3 * 3'600)},
          {4, rc::gen::inRange<std::int64_t>(-5 * 86'400, 5 * 86'400)},
          {1, rc::gen::inRange<std::int64_t>(-400 * 86'400, 400 * 86'400)},
      }),
      [](std::int64_t seconds) {
        // Some on the second, some off it.
        const std::int64_t fraction = seconds % 3 == 0 ? 0 : (seconds * 7'919) % day % 1'000'000;
        return Instant{middle.microseconds + seconds * microseconds_per_second + fraction};
      });
}

rc::Gen<chat::Thread> arbitrary_thread() {
  return rc::gen::map(
      rc::gen::tuple(
          rc::gen::build<chat::Thread>(
              rc::gen::set(&chat::Thread::started_at, arbitrary_instant()),
              rc::gen::set(&chat::Thread::duration, duration()),
              rc::gen::set(&chat::Thread::agents_chatting_duration, duration()),
              rc::gen::set(&chat::Thread::started_by,
                           rc::gen::element(chat::StartedBy::customer_from_greeting,
                                            chat::StartedBy::customer_without_greeting,
                                            chat::StartedBy::agent)),
              rc::gen::set(&chat::Thread::agents, set_of(agent(), 3)),
              rc::gen::set(&chat::Thread::groups, set_of(small_id(), 2)),
              rc::gen::set(&chat::Thread::tags, set_of(tag(), 3)),
              rc::gen::set(&chat::Thread::properties, properties()),
              rc::gen::set(
                  &chat::Thread::event_types,
                  set_of(rc::gen::map(rc::gen::inRange(0, 7),
                                      [](int type) { return static_cast<chat::EventType>(type); }),
                         7)),
              rc::gen::set(&chat::Thread::goals, set_of(small_id(), 2)),
              rc::gen::set(&chat::Thread::sales, set_of(small_id(), 2)),
              rc::gen::set(
                  &chat::Thread::submissions,
                  rc::gen::scale(
                      0.1, rc::gen::container<std::vector<chat::SurveySubmission>>(submission())))),
          rc::gen::maybe(rc::gen::tuple(agent(), duration(), duration())),
          rc::gen::maybe(rc::gen::pair(small_id(), arbitrary_instant()))),
      [](const auto& parts) {
        auto [thread, response, greeting] = parts;
        if (response) {
          thread.first_response =
              chat::FirstResponse{std::get<0>(*response), std::get<1>(*response)};
          thread.response_time = std::get<2>(*response);
        }
        if (greeting) thread.greeting = chat::Greeting{greeting->first, greeting->second};
        return thread;
      });
}

rc::Gen<chat::GreetingRecord> arbitrary_greeting_event() {
  return rc::gen::map(
      rc::gen::tuple(small_id(), rc::gen::element<std::string>("u1", "u2", "u3", "u4"),
                     rc::gen::element(chat::GreetingEvent::displayed, chat::GreetingEvent::canceled,
                                      chat::GreetingEvent::goal),
                     rc::gen::maybe(small_id()), arbitrary_instant()),
      [](const auto& parts) {
        const auto& [id, unique_id, event, group, at] = parts;
        chat::GreetingRecord record{id, unique_id, event, std::nullopt, at};
        if (group) record.group_id = *group;
        return record;
      });
}

rc::Gen<Predicate> arbitrary_predicate(int depth) {
  const auto maybe_negated = [](const rc::Gen<Predicate>& gen) {
    return rc::gen::map(rc::gen::pair(gen, rc::gen::arbitrary<bool>()),
                        [](std::pair<Predicate, bool> parts) {
                          parts.first.negated = parts.second;
                          return parts.first;
                        });
  };
  if (depth == 0) return maybe_negated(leaf());
  return rc::gen::oneOf(
      maybe_negated(leaf()),
      maybe_negated(rc::gen::map(rc::gen::resize(3, rc::gen::container<std::vector<Predicate>>(
                                                        arbitrary_predicate(depth - 1))),
                                 [](std::vector<Predicate> predicates) {
                                   return Predicate{false, report::All{std::move(predicates)}};
                                 })));
}

rc::Gen<report::Plan> arbitrary_plan(LicenseId license) {
  const auto zone = rc::gen::element<std::string>(
      "UTC", "Europe/Warsaw", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
      "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "Antarctica/Troll");
  const auto distribution =
      rc::gen::element(Distribution::hour, Distribution::day, Distribution::day_hours,
                       Distribution::month, Distribution::year);
  const auto buckets = rc::gen::map(
      rc::gen::tuple(zone, distribution, range(), rc::gen::inRange(0, 8)), [](const auto& parts) {
        const auto& [name, chosen, of, whole] = parts;
        return whole == 0 ? Buckets::whole(of) : *Buckets::make(*Zone::named(name), of, chosen);
      });
  const auto measure =
      rc::gen::map(rc::gen::pair(rc::gen::element(report::Column::count, report::Column::duration,
                                                  report::Column::agents_chatting_duration,
                                                  report::Column::response_time,
                                                  report::Column::first_response_time),
                                 rc::gen::maybe(arbitrary_predicate(0))),
                   [](const auto& parts) {
                     report::Measure made{parts.first, std::nullopt};
                     if (parts.second) made.where = *parts.second;
                     return made;
                   });
  const auto chats = rc::gen::map(
      rc::gen::pair(
          rc::gen::maybe(field()),
          rc::gen::resize(
              4, rc::gen::nonEmpty(rc::gen::container<std::vector<report::Measure>>(measure)))),
      [](const auto& parts) {
        report::ChatsSource source{std::nullopt, parts.second};
        if (parts.first) source.group_by = *parts.first;
        return source;
      });
  const auto predicate = rc::gen::weightedOneOf<Predicate>(
      {{1, rc::gen::construct<Predicate>()}, {4, arbitrary_predicate(1)}});
  const auto of_chats =
      rc::gen::map(rc::gen::tuple(chats, rc::gen::arbitrary<bool>(), predicate, buckets),
                   [license](const auto& parts) {
                     const auto& [source, any_start, where, into] = parts;
                     return report::Plan{license, source, any_start, where, into};
                   });
  const auto of_submissions = rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<bool>(), predicate, buckets), [license](const auto& parts) {
        const auto& [any_start, where, into] = parts;
        return report::Plan{license, report::SubmissionsSource{}, any_start, where, into};
      });
  const auto greeting_field =
      rc::gen::element(Field{Field::Kind::greeting, {}, {}}, Field{Field::Kind::group, {}, {}});
  const auto greeting_predicate = rc::gen::map(
      rc::gen::tuple(greeting_field, rc::gen::inRange(0, 4), rc::gen::arbitrary<bool>(),
                     rc::gen::container<std::vector<std::int64_t>>(small_id())),
      [](const auto& parts) {
        const auto& [of, form, negated, ids] = parts;
        const std::vector<Value> values(ids.begin(), ids.end());
        if (form == 0) return Predicate{};
        if (form == 1) return Predicate{negated, report::Exists{of}};
        if (form == 2) return Predicate{negated, report::HasAny{of, values}};
        return Predicate{negated, report::HasEvery{of, values}};
      });
  const auto of_events =
      rc::gen::map(rc::gen::pair(greeting_predicate, buckets), [license](const auto& parts) {
        return report::Plan{license, report::GreetingEventsSource{}, false, parts.first,
                            parts.second};
      });
  return rc::gen::weightedOneOf<report::Plan>({{6, of_chats}, {1, of_submissions}, {1, of_events}});
}

rc::Gen<std::vector<chat::Change>> arbitrary_changes() {
  const auto step = rc::gen::tuple(rc::gen::inRange(1, 3), rc::gen::inRange(0, 5),
                                   rc::gen::inRange<std::int64_t>(1, 30), arbitrary_thread(),
                                   arbitrary_greeting_event());
  return rc::gen::map(
      rc::gen::container<
          std::vector<std::tuple<int, int, std::int64_t, chat::Thread, chat::GreetingRecord>>>(
          step),
      [](const auto& steps) {
        std::map<std::pair<int, std::int64_t>, Instant> starts;
        std::map<std::tuple<int, std::string, chat::GreetingEvent>, chat::GreetingRecord> events;
        std::vector<chat::Change> changes;
        for (const auto& [license, kind, number, thread, event] : steps) {
          chat::Change change;
          change.number = {static_cast<std::int64_t>(changes.size()) + 1};
          change.license = {license};
          if (kind == 0) {
            chat::GreetingChange greeting{std::nullopt, event};
            const auto [known, added] =
                events.try_emplace({license, event.unique_id, event.event}, event);
            if (!added) {
              greeting.previous = known->second;
              known->second = event;
            }
            change.what = greeting;
          } else {
            chat::ThreadChange of_thread{{number}, std::nullopt, thread};
            const auto [known, added] = starts.try_emplace({license, number}, thread.started_at);
            if (!added) {
              of_thread.previous_started_at = known->second;
              known->second = thread.started_at;
            }
            change.what = of_thread;
          }
          changes.push_back(std::move(change));
        }
        return changes;
      });
}

std::string describe(const report::Plan& plan) {
  std::string text =
      fmt::format("source {}, any_start {}, range {} to {}, {} keys", plan.source.index(),
                  plan.any_start, format_rfc3339(plan.buckets.range().from),
                  format_rfc3339(plan.buckets.range().to), plan.buckets.keys().size());
  if (!plan.buckets.keys().empty()) {
    text += fmt::format(" ({} … {})", plan.buckets.keys().front(), plan.buckets.keys().back());
  }
  return text;
}

std::string describe(const report::Table& table) {
  std::string text;
  if (const auto* cells = std::get_if<std::vector<report::ChatsCell>>(&table)) {
    for (const report::ChatsCell& cell : *cells) {
      text += fmt::format("bucket {}", cell.bucket);
      if (cell.group) {
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
  } else {
    for (const auto& cell : std::get<std::vector<report::GreetingEventsCell>>(table)) {
      text += fmt::format("bucket {} greeting {}: {} {} {}; ", cell.bucket, cell.greeting_id,
                          cell.displayed, cell.canceled, cell.goals);
    }
  }
  return text;
}

}  // namespace chatreports::engine::contract
