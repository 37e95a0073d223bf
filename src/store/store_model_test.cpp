// Writes random sequences of records into a store and into a model of maps. A view follows the
// store as an engine does, by replaying changes. All three must always agree.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "chat/derive.h"
#include "chat/merge.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using GreetingKey = std::pair<std::string, chat::GreetingEvent>;

// The facts of a licence.
struct Facts {
  std::map<std::int64_t, chat::Thread> threads;  // by the store's number
  std::map<GreetingKey, chat::GreetingRecord> greetings;
};

struct ModelLicense {
  std::map<std::string, chat::ThreadRecord> threads;
  std::map<GreetingKey, chat::GreetingRecord> greetings;
  std::set<std::string> agents;
};

class Model {
 public:
  void write(LicenseId license, const chat::Record& record) {
    ModelLicense& known = licenses_[license];
    if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
      chat::ThreadRecord& thread = known.threads[chat->thread_id];
      if (chat->is_restricted) {
        chat::add_restricted(thread, chat->thread);
      } else {
        chat::merge(thread, chat->thread);
      }
    } else if (const auto* agent = std::get_if<chat::AgentRecord>(&record)) {
      known.agents.insert(agent->id);
    } else if (const auto* achievement = std::get_if<chat::AchievementRecord>(&record)) {
      chat::merge(known.threads[achievement->thread_id], *achievement);
    } else if (const auto* greeting = std::get_if<chat::GreetingRecord>(&record)) {
      known.greetings[{greeting->unique_id, greeting->event}] = *greeting;
    }
  }

  // The facts of complete threads, sorted, because the model has no numbers for them.
  std::vector<chat::Thread> threads(LicenseId license) {
    std::vector<chat::Thread> threads;
    const ModelLicense& known = licenses_[license];
    for (auto [id, record] : known.threads) {
      if (!record.from_chat_record) continue;
      record.greeting_displayed_at.reset();
      if (const auto unique_id = chat::greeting_unique_id(record)) {
        const auto found = known.greetings.find({*unique_id, chat::GreetingEvent::displayed});
        if (found != known.greetings.end()) record.greeting_displayed_at = found->second.at;
      }
      record.known_agents.assign(known.agents.begin(), known.agents.end());
      threads.push_back(chat::derive(record));
    }
    return threads;
  }

  const std::map<GreetingKey, chat::GreetingRecord>& greetings(LicenseId license) {
    return licenses_[license].greetings;
  }

 private:
  std::map<LicenseId, ModelLicense> licenses_;
};

// Follows a store, and checks the changes that it gets.
class View {
 public:
  void follow(Store& store, std::size_t batch_size) {
    const ChangeNumber last = *store.last_change();
    std::set<std::int64_t> numbers;
    std::optional<Order> before;
    const auto done =
        store.replay(applied_, batch_size, [&](std::span<const chat::Change> changes) {
          RC_ASSERT(!changes.empty());
          RC_ASSERT(changes.size() <= batch_size);
          for (const chat::Change& change : changes) {
            RC_ASSERT(change.number > applied_);
            RC_ASSERT(change.number <= last);
            RC_ASSERT(numbers.insert(change.number.value).second);
            const auto order = apply(change);
            RC_ASSERT((!before || *before <= order));
            before = order;
          }
          return Result<void>();
        });
    RC_ASSERT(done.has_value());
    applied_ = last;
  }

  std::map<LicenseId, Facts>& licenses() { return licenses_; }

 private:
  // By licence, threads first, then greeting events, then agents, by time.
  using Order = std::tuple<std::int64_t, int, std::int64_t>;
  Order apply(const chat::Change& change) {
    Facts& facts = licenses_[change.license];
    if (const auto* thread = std::get_if<chat::ThreadChange>(&change.what)) {
      const auto known = facts.threads.find(thread->thread.value);
      RC_ASSERT(thread->previous_started_at.has_value() == (known != facts.threads.end()));
      if (thread->previous_started_at) {
        RC_ASSERT(*thread->previous_started_at == known->second.started_at);
      }
      facts.threads[thread->thread.value] = thread->facts;
      return {change.license.value, 0, unix_microseconds(thread->facts.started_at)};
    }
    if (std::holds_alternative<chat::AgentChange>(change.what)) return {change.license.value, 2, 0};
    const auto& greeting = std::get<chat::GreetingChange>(change.what);
    const GreetingKey key{greeting.event.unique_id, greeting.event.event};
    const auto known = facts.greetings.find(key);
    RC_ASSERT(greeting.previous.has_value() == (known != facts.greetings.end()));
    if (greeting.previous) RC_ASSERT(*greeting.previous == known->second);
    facts.greetings[key] = greeting.event;
    return {change.license.value, 1, unix_microseconds(greeting.event.at)};
  }

  std::map<LicenseId, Facts> licenses_;
  ChangeNumber applied_;
};

// Few different values, so that records meet.
rc::Gen<Instant> few_instants() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(0, 4), [](std::int64_t value) {
    return from_unix_microseconds(1'600'000'000'000'000 + value * 1'000'000);
  });
}

std::string few_unique_ids() {
  return fmt::format("unique{}", *rc::gen::inRange(0, 2));
}

std::string few_agents() {
  return *rc::gen::element<std::string>("ann", "bob");
}

chat::ThreadRecord any_thread() {
  chat::ThreadRecord thread;
  thread.from_chat_record = true;
  thread.started_at = *few_instants();
  if (*rc::gen::arbitrary<bool>()) thread.ended_at = *few_instants();
  if (*rc::gen::arbitrary<bool>()) thread.tags = {"tag"};
  if (*rc::gen::arbitrary<bool>()) {
    thread.properties = {{"lc2", "greeting_id", std::int64_t{5}},
                         {"lc2", "greeting_unique_id", few_unique_ids()}};
  }
  if (*rc::gen::arbitrary<bool>()) {
    chat::Event event;
    event.key = 1;
    event.created_at = *few_instants();
    event.author = chat::AuthorKind::unlisted;
    event.author_digest = chat::author_digest(few_agents());
    event.automatic_greeting = *rc::gen::inRange(0, 4) == 0;
    thread.events = {event};
  }
  if (*rc::gen::arbitrary<bool>()) {
    thread.goals = {{*rc::gen::inRange(0, 2), std::nullopt, true}};
  }
  return thread;
}

rc::Gen<chat::Record> any_record() {
  return rc::gen::exec([]() -> chat::Record {
    const std::string thread_id = fmt::format("THREAD000{}", *rc::gen::inRange(0, 4));
    switch (*rc::gen::inRange(0, 6)) {
      case 5:
        return chat::AgentRecord{few_agents(), few_unique_ids(), {}, {}};
      case 0: {
        chat::AchievementRecord record;
        record.kind = static_cast<chat::AchievementKind>(*rc::gen::inRange(0, 2));
        record.thread_id = thread_id;
        record.id = *rc::gen::inRange(0, 2);
        if (*rc::gen::arbitrary<bool>()) record.at = *few_instants();
        return record;
      }
      case 1: {
        chat::GreetingRecord record;
        record.greeting_id = *rc::gen::inRange(0, 2);
        record.unique_id = few_unique_ids();
        record.event = static_cast<chat::GreetingEvent>(*rc::gen::inRange(0, 3));
        if (*rc::gen::arbitrary<bool>()) record.group_id = *rc::gen::inRange(0, 2);
        record.at = *few_instants();
        return record;
      }
      default:
        return chat::ChatRecord{thread_id, any_thread(), {}, *rc::gen::inRange(0, 4) == 0};
    }
  });
}

void check_agreement(View& view, Model& model, LicenseId license) {
  const Facts& facts = view.licenses()[license];
  std::vector<chat::Thread> threads;
  for (const auto& [number, thread] : facts.threads) threads.push_back(thread);
  auto expected = model.threads(license);
  RC_ASSERT(std::is_permutation(threads.begin(), threads.end(), expected.begin(), expected.end()));
  RC_ASSERT(facts.greetings == model.greetings(license));
}

// Makes all ids collide in a few digests.
void make_digests_meet(const TemporaryFolder& folder) {
  auto database = Database::open(folder.data() + "/chatreports.sqlite");
  RC_ASSERT(database.has_value());
  RC_ASSERT(
      database
          ->execute("INSERT OR IGNORE INTO row_index "
                    "SELECT one.digest, other.number FROM row_index AS one, row_index AS other")
          .has_value());
}

RC_GTEST_PROP(StoreModel, store_model_and_follower_agree, ()) {
  const TemporaryFolder folder;
  auto store = Store::open(folder.data());
  RC_ASSERT(store.has_value());
  auto other = Store::open(folder.data());
  RC_ASSERT(other.has_value());
  Model model;
  View follower;
  const int steps = *rc::gen::inRange(1, 12);
  for (int step = 0; step < steps; ++step) {
    const LicenseId license{*rc::gen::inRange(1, 3)};
    const auto records = *rc::gen::container<std::vector<chat::Record>>(any_record());
    for (const chat::Record& record : records) model.write(license, record);
    if (*rc::gen::inRange(0, 4) == 0) std::swap(store, other);
    const auto written = (*store)->write(license, records);
    RC_ASSERT(written.has_value());
    RC_ASSERT(written->written + written->unchanged == records.size());

    switch (*rc::gen::inRange(0, 7)) {
      case 0:  // also in the middle of an import
        store->reset();
        store = Store::open(folder.data());
        RC_ASSERT(store.has_value());
        break;
      case 1:
      case 2:
        RC_ASSERT((*store)->begin_import(*rc::gen::inRange<std::size_t>(1, 20)).has_value());
        break;
      case 3:
        RC_ASSERT((*store)->end_import().has_value());
        break;
      case 4:  // all digests collide
        make_digests_meet(folder);
        break;
      default:
        break;
    }
    // Sometimes follows several steps at once.
    if (*rc::gen::arbitrary<bool>()) follower.follow(**store, *rc::gen::inRange<std::size_t>(1, 5));
  }
  follower.follow(**store, 3);
  View newcomer;
  newcomer.follow(**store, 1'000);
  for (const LicenseId license : {LicenseId{1}, LicenseId{2}}) {
    check_agreement(follower, model, license);
    check_agreement(newcomer, model, license);
  }
  RC_ASSERT(follower.licenses()[LicenseId{1}].threads == newcomer.licenses()[LicenseId{1}].threads);
}

std::string few_chats() {
  return *rc::gen::element<std::string>("chat", "PJ0MRSHTDG");
}

// Webhooks about few threads.
chat::WebhookRecord any_webhook() {
  chat::WebhookRecord record;
  const int thread = *rc::gen::inRange(-1, 4);
  if (thread >= 0) record.thread_id = fmt::format("thread{}", thread);
  if (thread < 0 || *rc::gen::arbitrary<bool>()) record.chat_id = few_chats();
  record.time = {*few_instants(), *rc::gen::arbitrary<bool>()};
  if (thread >= 0 && *rc::gen::inRange(0, 5) == 0) record.beginning = any_thread();
  for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
    const auto layer = thread < 0 ? chat::Layer::chat : chat::Layer::thread;
    switch (*rc::gen::inRange(0, 9)) {
      case 0: {
        chat::PropertyUpdate update{layer, "lc2", "greeting_unique_id", few_unique_ids()};
        if (*rc::gen::arbitrary<bool>()) update.name = "other";
        if (*rc::gen::arbitrary<bool>()) update.value.reset();
        record.updates.emplace_back(update);
        break;
      }
      case 1:
        record.updates.emplace_back(chat::GroupsUpdate{layer, {*rc::gen::inRange(0, 3)}});
        break;
      case 2: {
        chat::EventUpdate update;
        update.event.key = *rc::gen::inRange<std::uint64_t>(1, 4);
        update.event.created_at = *few_instants();
        update.author = chat::author_digest(few_agents());
        if (thread < 0) record.event_id = fmt::format("event{}", update.event.key);
        update.is_edit = *rc::gen::arbitrary<bool>();
        record.updates.emplace_back(update);
        break;
      }
      case 3:
        record.updates.emplace_back(chat::TagUpdate{"tag", *rc::gen::arbitrary<bool>()});
        break;
      case 4:
        record.updates.emplace_back(
            chat::PresenceUpdate{few_agents(), *rc::gen::arbitrary<bool>()});
        break;
      case 5:
        record.updates.emplace_back(chat::QueueUpdate{*few_instants()});
        break;
      case 6:
        record.updates.emplace_back(chat::UserPresenceUpdate{chat::author_digest(few_agents()),
                                                             *rc::gen::arbitrary<bool>()});
        break;
      case 7:
        record.updates.emplace_back(
            chat::GroupUpdate{*rc::gen::inRange(0, 3), *rc::gen::arbitrary<bool>()});
        break;
      default:
        record.updates.emplace_back(chat::EndUpdate{});
    }
  }
  return record;
}

// One write of many records equals many writes of one.
RC_GTEST_PROP(StoreModel, a_batch_equals_its_records_one_by_one, ()) {
  const auto records =
      *rc::gen::container<std::vector<chat::Record>>(rc::gen::exec([]() -> chat::Record {
        if (*rc::gen::arbitrary<bool>()) return any_webhook();
        if (*rc::gen::inRange(0, 8) == 0) {
          return chat::QueueRecord{"thread1", {*few_instants(), *few_instants()}};
        }
        chat::Record record = *any_record();
        if (auto* chat = std::get_if<chat::ChatRecord>(&record)) {
          if (*rc::gen::arbitrary<bool>()) chat->chat_id = few_chats();
        }
        return record;
      }));
  const auto written_in = [&](std::size_t size) {
    const TemporaryFolder folder;
    auto store = Store::open(folder.data());
    RC_ASSERT(store.has_value());
    std::uint64_t written = 0;
    auto rest = std::span<const chat::Record>(records);
    while (!rest.empty()) {
      const auto part = rest.first(std::min(size, rest.size()));
      const auto summary = (*store)->write(LicenseId{1}, part);
      RC_ASSERT(summary.has_value());
      written += summary->written;
      rest = rest.subspan(part.size());
    }
    View view;
    view.follow(**store, 100);
    std::vector<chat::Thread> threads;
    for (const auto& [number, thread] : view.licenses()[LicenseId{1}].threads) {
      threads.push_back(thread);
    }
    return std::tuple(written, threads, view.licenses()[LicenseId{1}].greetings);
  };
  const auto one_by_one = written_in(1);
  const auto together = written_in(records.size() + 1);
  RC_ASSERT(std::get<0>(one_by_one) == std::get<0>(together));
  RC_ASSERT(std::get<1>(one_by_one) == std::get<1>(together));
  RC_ASSERT(std::get<2>(one_by_one) == std::get<2>(together));
}

// Records of which no two replace each other have the same result in any order.
RC_GTEST_PROP(StoreModel, the_order_of_kinds_does_not_matter, ()) {
  std::vector<chat::Record> records;
  for (int thread = 0; thread < 3; ++thread) {
    const std::string thread_id = fmt::format("THREAD000{}", thread);
    records.emplace_back(chat::ChatRecord{thread_id, any_thread()});
    records.emplace_back(chat::AchievementRecord{chat::AchievementKind::goal, thread_id, 0, {}});
    records.emplace_back(chat::AchievementRecord{chat::AchievementKind::sale, thread_id, 1,
                                                 from_unix_microseconds(1'600'000'000'000'000)});
  }
  for (int unique = 0; unique < 2; ++unique) {
    records.emplace_back(chat::GreetingRecord{5, fmt::format("unique{}", unique),
                                              chat::GreetingEvent::displayed, std::nullopt,
                                              *few_instants()});
  }
  records.emplace_back(chat::AgentRecord{"bob", {}, {}, {}});
  const auto facts_after = [](const std::vector<chat::Record>& update) {
    const TemporaryFolder folder;
    auto store = Store::open(folder.data());
    RC_ASSERT(store.has_value());
    for (const chat::Record& record : update) {
      RC_ASSERT((*store)->write(LicenseId{1}, {&record, 1}).has_value());
    }
    View view;
    view.follow(**store, 100);
    std::vector<chat::Thread> threads;
    for (const auto& [number, thread] : view.licenses()[LicenseId{1}].threads) {
      threads.push_back(thread);
    }
    return threads;
  };
  auto shuffled = records;
  for (std::size_t place = shuffled.size(); place > 1; --place) {
    std::swap(shuffled[place - 1], shuffled[*rc::gen::inRange<std::size_t>(0, place)]);
  }
  const auto first = facts_after(records);
  const auto second = facts_after(shuffled);
  RC_ASSERT(first.size() == 3u);
  RC_ASSERT(std::is_permutation(first.begin(), first.end(), second.begin(), second.end()));
}

}  // namespace
}  // namespace chatreports::store
