#pragma once
// Arbitrary records for property tests.

#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "chat/merge.h"
#include "chat/record.h"

namespace chatreports::store {

// Extreme ones more often than chance would.
inline rc::Gen<std::int64_t> any_integer() {
  return rc::gen::oneOf(
      rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(-3, 4),
      rc::gen::element(std::numeric_limits<std::int64_t>::min(),
                       std::numeric_limits<std::int64_t>::max(),
                       unix_microseconds(earliest_instant), unix_microseconds(latest_instant),
                       std::int64_t{1'600'000'000'000'000}));
}

inline rc::Gen<Instant> any_instant() {
  return rc::gen::map(any_integer(),
                      [](std::int64_t value) { return from_unix_microseconds(value); });
}

inline rc::Gen<std::optional<Instant>> maybe_instant() {
  return rc::gen::apply(
      [](bool there, Instant at) { return there ? std::optional(at) : std::nullopt; },
      rc::gen::arbitrary<bool>(), any_instant());
}

// Any bytes at all, the empty text and zero bytes among them.
inline rc::Gen<std::string> any_text() {
  return rc::gen::string<std::string>();
}

template <class T>
rc::Gen<std::vector<T>> ascending(rc::Gen<T> element) {
  return rc::gen::map(rc::gen::container<std::vector<T>>(std::move(element)),
                      [](std::vector<T> list) {
                        std::sort(list.begin(), list.end());
                        list.erase(std::unique(list.begin(), list.end()), list.end());
                        return list;
                      });
}

inline rc::Gen<chat::Property> any_property() {
  return rc::gen::exec([] {
    chat::Property property;
    if (*rc::gen::arbitrary<bool>()) {
      property.name_space = *rc::gen::element<std::string>("routing", "rating", "lc2", "source");
      property.name = *rc::gen::element<std::string>("continuous", "score", "comment", "client_id",
                                                     "greeting_unique_id", "unknown");
    } else {
      property.name_space = *any_text();
      property.name = *any_text();
    }
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        property.value = *rc::gen::arbitrary<bool>();
        break;
      case 1:
        property.value = *any_integer();
        break;
      default:
        property.value = *any_text();
    }
    return property;
  });
}

inline rc::Gen<chat::Country> any_country() {
  return rc::gen::element(chat::Country(), chat::country_of("NO"), chat::country_of("SE"));
}

inline rc::Gen<chat::Event> any_event() {
  return rc::gen::exec([] {
    chat::Event event;
    event.key =
        *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, 4));
    event.type = static_cast<chat::EventType>(*rc::gen::inRange(0, 9));
    event.created_at = *any_instant();
    event.author = static_cast<chat::AuthorKind>(*rc::gen::inRange(0, 4));
    if (event.author == chat::AuthorKind::agent) {
      event.agent_id =
          *rc::gen::oneOf(any_text(), rc::gen::element<std::string>("a@x", "b@x", "c@x"));
    }
    if (event.author == chat::AuthorKind::unlisted) {
      event.author_digest = *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(),
                                            rc::gen::element<std::uint64_t>(5, 6));
    }
    event.visible_to_customer = *rc::gen::arbitrary<bool>();
    event.automatic_welcome = *rc::gen::arbitrary<bool>();
    event.automatic_greeting = *rc::gen::inRange(0, 4) == 0;
    if (event.type == chat::EventType::system_message) {
      event.system_message = static_cast<chat::SystemMessage>(*rc::gen::inRange(0, 7));
    }
    if (event.type == chat::EventType::filled_form && *rc::gen::arbitrary<bool>()) {
      chat::FilledForm form;
      form.form_id = *any_text();
      const int type = *rc::gen::inRange(0, 3);
      if (type > 0) form.type = static_cast<chat::SurveyType>(type - 1);
      form.answers = *rc::gen::container<std::vector<std::string>>(any_text());
      event.filled_form = form;
    }
    return event;
  });
}

inline rc::Gen<std::vector<chat::Achievement>> any_achievements() {
  return rc::gen::container<std::vector<chat::Achievement>>(rc::gen::exec([] {
    return chat::Achievement{*any_integer(), *maybe_instant(), *rc::gen::arbitrary<bool>()};
  }));
}

inline rc::Gen<chat::Update> any_update() {
  return rc::gen::exec([]() -> chat::Update {
    const auto layer = static_cast<chat::Layer>(*rc::gen::inRange(0, 2));
    const auto value = [] {
      return *rc::gen::arbitrary<bool>() ? std::optional((*any_property()).value) : std::nullopt;
    };
    switch (*rc::gen::inRange(0, 10)) {
      case 0: {
        chat::EventUpdate update{*any_event(), *rc::gen::arbitrary<std::uint64_t>(),
                                 *rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<bool>()};
        update.event.author = chat::AuthorKind::nobody;
        update.event.agent_id.clear();
        update.event.author_digest = 0;
        return update;
      }
      case 1:
        return chat::EventPropertyUpdate{*rc::gen::arbitrary<std::uint64_t>(),
                                         static_cast<chat::EventProperty>(*rc::gen::inRange(0, 3)),
                                         value()};
      case 2:
        return chat::TagUpdate{*any_text(), *rc::gen::arbitrary<bool>()};
      case 3:
        return chat::PropertyUpdate{layer, *any_text(), *any_text(), value()};
      case 4:
        return chat::GroupsUpdate{layer, *ascending(any_integer())};
      case 5:
        return chat::PresenceUpdate{*any_text(), *rc::gen::arbitrary<bool>(),
                                    *rc::gen::arbitrary<bool>()};
      case 6:
        return chat::QueueUpdate{*any_instant()};
      case 7:
        return chat::UserPresenceUpdate{*rc::gen::arbitrary<std::uint64_t>(),
                                        *rc::gen::arbitrary<bool>()};
      case 8:
        return chat::GroupUpdate{*any_integer(), *rc::gen::arbitrary<bool>()};
      default:
        return chat::EndUpdate{};
    }
  });
}

inline rc::Gen<chat::ThreadRecord> any_thread_record() {
  return rc::gen::exec([] {
    chat::ThreadRecord record;
    record.from_chat_record = *rc::gen::arbitrary<bool>();
    record.started_at = *any_instant();
    record.ended_at = *maybe_instant();
    record.agents =
        *ascending(rc::gen::oneOf(any_text(), rc::gen::element<std::string>("a@x", "b@x")));
    if (*rc::gen::inRange(0, 3) == 0) {
      record.supervisors = *ascending(any_text());
      record.other_agents = *ascending(any_text());
      record.known_agents = *ascending(any_text());
    }
    record.groups = *ascending(any_integer());
    record.tags = *ascending(any_text());
    record.properties = *ascending(any_property());
    record.chat_properties = *ascending(any_property());
    if (*rc::gen::arbitrary<bool>()) {
      // Most of what a chat has its thread has, too.
      record.chat_properties.insert(record.chat_properties.end(), record.properties.begin(),
                                    record.properties.end());
      std::sort(record.chat_properties.begin(), record.chat_properties.end());
      record.chat_properties.erase(
          std::unique(record.chat_properties.begin(), record.chat_properties.end()),
          record.chat_properties.end());
    }
    record.events = *rc::gen::container<std::vector<chat::Event>>(any_event());
    if (*rc::gen::arbitrary<bool>()) {
      for (std::size_t at = 0; at < record.events.size(); ++at) record.events[at].key = at + 1;
    }
    record.goals = *any_achievements();
    record.sales = *any_achievements();
    record.greeting_displayed_at = *maybe_instant();
    record.is_active = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>()) record.customer = chat::customer_digest(*any_text());
    if (*rc::gen::arbitrary<bool>()) record.country = *any_country();
    if (*rc::gen::arbitrary<bool>()) record.visit_country = *any_country();
    if (*rc::gen::inRange(0, 3) == 0) record.queues_duration = *any_integer();
    if (*rc::gen::inRange(0, 3) == 0) {
      record.queued_at = *ascending(any_instant());
      record.queue_stays.push_back({*any_instant(), *any_instant(), *rc::gen::arbitrary<bool>()});
    }
    record.is_beginning = *rc::gen::arbitrary<bool>();
    for (int count = *rc::gen::inRange(0, 4); count > 0; --count) {
      record.updates.push_back({*any_update(),
                                {*any_instant(), *rc::gen::arbitrary<bool>()},
                                *rc::gen::arbitrary<bool>(),
                                *rc::gen::arbitrary<bool>()});
    }
    if (!chat::needs_customer(record)) record.customer.reset();
    return record;
  });
}

}  // namespace chatreports::store
