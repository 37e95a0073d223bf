// Facts that depend on other records (which authors are agents), and facts for later reports: ids
// of chats, waits in the queue, labels of forms. An export contains everything that is known, and
// another store that imports it knows the same.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "chat/record_size.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr LicenseId license{1};

std::unique_ptr<Store> open(const TemporaryFolder& folder) {
  auto store = Store::open(folder.data());
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

WriteSummary write(Store& store, const std::vector<chat::Record>& records, LicenseId of = license) {
  const auto summary = store.write(of, records);
  if (!summary) throw std::runtime_error(summary.error().message);
  return *summary;
}

std::vector<chat::Thread> facts_of(Store& store) {
  std::vector<chat::Thread> facts;
  const auto done = store.replay({0}, 100, [&](std::span<const chat::Change> changes) {
    for (const chat::Change& change : changes) {
      const auto* thread = std::get_if<chat::ThreadChange>(&change.what);
      if (thread != nullptr) facts.push_back(thread->facts);
    }
    return Result<void>();
  });
  if (!done) throw std::runtime_error(done.error().message);
  return facts;
}

std::vector<chat::Record> records_of(Store& store, LicenseId of = license) {
  std::vector<chat::Record> all;
  const auto done = store.export_records(of, [&](std::span<const chat::Record> records) {
    all.insert(all.end(), records.begin(), records.end());
    return Result<void>();
  });
  if (!done) throw std::runtime_error(done.error().message);
  return all;
}

template <class Kind>
std::vector<Kind> records_of_kind(Store& store) {
  std::vector<Kind> found;
  for (const chat::Record& record : records_of(store)) {
    if (const auto* one = std::get_if<Kind>(&record)) found.push_back(*one);
  }
  return found;
}

chat::ChatRecord chat(const std::string& thread_id, const std::string& chat_id = "") {
  chat::ChatRecord record;
  record.thread_id = thread_id;
  record.chat_id = chat_id;
  record.thread.from_chat_record = true;
  record.thread.started_at = from_unix_microseconds(100);
  return record;
}

chat::Event said_by_unlisted(const std::string& id) {
  chat::Event event;
  event.key = 1;
  event.created_at = from_unix_microseconds(110);
  event.author = chat::AuthorKind::unlisted;
  event.author_digest = chat::author_digest(id);
  return event;
}

// An archive, and a webhook about another thread.
std::vector<chat::Record> chats_of_bob() {
  chat::ChatRecord archive = chat("T1");
  archive.thread.events = {said_by_unlisted("bob")};
  chat::Event update = said_by_unlisted("bob");
  update.author = chat::AuthorKind::nobody;
  update.author_digest = 0;
  return {archive, chat("T2"),
          chat::WebhookRecord{"T2",
                              {},
                              {},
                              {chat::EventUpdate{update, chat::author_digest("bob")}},
                              {from_unix_microseconds(120)}}};
}

TEST(UnlistedAuthors, are_agents_whom_the_licence_knows_in_any_order) {
  const chat::Record bob = chat::AgentRecord{"bob", {}, {}, {}};
  for (std::size_t place = 0; place <= 3; ++place) {
    const TemporaryFolder folder;
    const auto store = open(folder);
    write(*store, {chat::AgentRecord{"ann", {}, {}, {}}});
    write(*store, {bob}, LicenseId{2});
    std::vector<chat::Record> records = chats_of_bob();
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(place), bob);
    for (const chat::Record& record : records) write(*store, {record});
    for (const chat::Thread& thread : facts_of(*store)) {
      EXPECT_THAT(thread.agents, ElementsAre("bob")) << place;
      EXPECT_EQ(thread.started_by, chat::StartedBy::agent) << place;
    }
  }
}

TEST(UnlistedAuthors, are_customers_until_an_agent_is_known) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  write(*store, chats_of_bob());
  for (const chat::Thread& thread : facts_of(*store)) EXPECT_THAT(thread.agents, IsEmpty());
  // Only the first record of an agent changes threads.
  const auto before = *store->last_change();
  write(*store, {chat::AgentRecord{"bob", {}, {}, {}}});
  EXPECT_EQ(store->last_change()->value, before.value + 3);
  write(*store, {chat::AgentRecord{"bob", "Bob", {}, {}}});
  EXPECT_EQ(store->last_change()->value, before.value + 4);
  for (const chat::Thread& thread : facts_of(*store)) {
    EXPECT_THAT(thread.agents, ElementsAre("bob"));
  }
}

TEST(UnlistedAuthors, are_found_again_after_an_import_that_ended_early) {
  const TemporaryFolder folder;
  {
    const auto store = open(folder);
    ASSERT_TRUE(store->begin_import().has_value());
    write(*store, chats_of_bob());
  }
  const auto store = open(folder);
  write(*store, {chat::AgentRecord{"bob", {}, {}, {}}});
  for (const chat::Thread& thread : facts_of(*store)) {
    EXPECT_THAT(thread.agents, ElementsAre("bob"));
  }
}

// Another store of the folder may write in between.
TEST(UnlistedAuthors, are_looked_up_in_records_that_others_wrote) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto other = open(folder);
  chat::ChatRecord early = chat("T0");
  early.thread.events = {said_by_unlisted("bob")};
  write(*store, {early});
  write(*other, {chat::AgentRecord{"bob", {}, {}, {}}});
  write(*store, chats_of_bob());
  for (const chat::Thread& thread : facts_of(*store)) {
    EXPECT_THAT(thread.agents, ElementsAre("bob"));
  }
}

TEST(UnlistedAuthors, of_many_threads_become_agents_in_an_import_alone) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  std::vector<chat::Record> chats;
  for (std::size_t number = 0; number <= chat::max_threads_of_record; ++number) {
    chat::ChatRecord record = chat("T" + std::to_string(number));
    record.thread.events = {said_by_unlisted("bob")};
    chats.emplace_back(std::move(record));
  }
  write(*store, chats);
  const auto before = *store->last_change();
  chat::GroupRecord group;
  group.id = 1;
  group.members = {{"ann", "bob"}};
  const std::vector<chat::Record> bob = {chat::AgentRecord{"bob", {}, {}, {}}, group};
  const auto refused = store->write(license, bob);
  ASSERT_TRUE(refused.has_value());
  ASSERT_EQ(refused->refused.size(), 2U);
  EXPECT_THAT(refused->refused[0].reason, StartsWith("id: more than 5000 threads have events of"));
  EXPECT_THAT(refused->refused[1].reason, StartsWith("members: more than 5000 threads"));
  EXPECT_EQ(*store->last_change(), before);
  ASSERT_TRUE(store->begin_import().has_value());
  write(*store, bob);
  ASSERT_TRUE(store->end_import().has_value());
  for (const chat::Thread& thread : facts_of(*store)) {
    ASSERT_THAT(thread.agents, ElementsAre("bob"));
  }
}

TEST(ChatIds, are_stored_unchanged) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const std::vector<std::string> ids = {"PJ0MRSHTDG", "pj0mrshtdg", "a chat of another system", "",
                                        "#1a"};
  for (std::size_t at = 0; at < ids.size(); ++at) {
    write(*store, {chat(fmt::format("T{}", at), ids[at])});
  }
  const auto chats = records_of_kind<chat::ChatRecord>(*store);
  ASSERT_EQ(chats.size(), ids.size());
  for (std::size_t at = 0; at < ids.size(); ++at) EXPECT_EQ(chats[at].chat_id, ids[at]);
}

TEST(RestrictedThreads, remove_nothing) {
  chat::ChatRecord whole = chat("T1");
  whole.thread.tags = {"vip"};
  whole.thread.events = {said_by_unlisted("c")};
  chat::ChatRecord restricted = chat("T1");
  restricted.is_restricted = true;
  restricted.thread.tags = {"late"};
  for (const bool told_before : {false, true}) {
    const TemporaryFolder folder;
    const auto store = open(folder);
    if (told_before) {
      write(*store, {chat::WebhookRecord{
                        "T1", {}, {}, {chat::TagUpdate{"vip"}}, {from_unix_microseconds(99)}}});
    } else {
      write(*store, {whole});
    }
    write(*store, {restricted});
    EXPECT_THAT(facts_of(*store).at(0).tags, ElementsAre("late", "vip"));
    EXPECT_EQ(write(*store, {restricted}).unchanged, 1u);
    write(*store, {whole});
    EXPECT_EQ(facts_of(*store).at(0).event_types, std::vector{chat::EventType::message});
  }
}

TEST(QueueRecords, stay_when_a_chat_record_comes) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const chat::QueueRecord left{"T1",
                               {from_unix_microseconds(110), from_unix_microseconds(120), false}};
  const chat::QueueRecord entered{"T1",
                                  {from_unix_microseconds(100), from_unix_microseconds(105), true}};
  write(*store, {left});
  EXPECT_THAT(facts_of(*store), IsEmpty());
  chat::ChatRecord archive = chat("T1");
  archive.thread.queues_duration = 7;
  write(*store, {chat::WebhookRecord{"T1",
                                     {},
                                     {},
                                     {chat::QueueUpdate{from_unix_microseconds(101)}},
                                     {from_unix_microseconds(102)}},
                 archive, entered, chat("T1")});
  EXPECT_EQ(write(*store, {left, entered}).unchanged, 2u);
  EXPECT_THAT(records_of_kind<chat::QueueRecord>(*store), ElementsAre(entered, left));
  const auto kept = records_of_kind<chat::ChatRecord>(*store).at(0).thread;
  EXPECT_THAT(kept.queued_at, ElementsAre(from_unix_microseconds(101)));
  EXPECT_EQ(kept.queues_duration, std::nullopt) << "the last chat record told none";
}

TEST(FormLabels, are_the_latest_by_time_in_any_order) {
  std::vector<chat::FormLabel> update = {{"f", "q", "", "Why", from_unix_microseconds(1)},
                                         {"f", "q", "", "Why?", from_unix_microseconds(3)},
                                         {"f", "q", "", "Which", from_unix_microseconds(2)},
                                         {"f", "q", "0", "A", from_unix_microseconds(5)},
                                         {"f", "q", "0", "B", from_unix_microseconds(5)},
                                         {"g", "q", "", "Other", from_unix_microseconds(1)}};
  std::ranges::sort(update, {}, &chat::FormLabel::label);
  do {
    const TemporaryFolder folder;
    const auto store = open(folder);
    // With a chat and alone, in one transaction and in several.
    chat::ChatRecord with_labels = chat("T1");
    with_labels.labels = {update[0], update[1], update[2]};
    write(*store, {with_labels, update[3]});
    write(*store, {update[4], update[5]});
    EXPECT_EQ(write(*store, {update[4]}).written, 0u);
    EXPECT_THAT(records_of_kind<chat::FormLabel>(*store),
                ElementsAre(chat::FormLabel{"f", "q", "", "Why?", from_unix_microseconds(3)},
                            chat::FormLabel{"f", "q", "0", "B", from_unix_microseconds(5)},
                            chat::FormLabel{"g", "q", "", "Other", from_unix_microseconds(1)}));
    EXPECT_EQ(*store->form_labels(license), records_of_kind<chat::FormLabel>(*store));
    std::ranges::rotate(update, update.begin() + 1);
  } while (update[0].label != "A");
}

TEST(FormLabels, beyond_the_limit_are_left_out_of_chats_and_refused_alone) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto label = [](std::int64_t number) {
    return chat::FormLabel{"f", fmt::format("{}", number), "", "Why", from_unix_microseconds(1)};
  };
  std::vector<chat::Record> labels;
  for (std::int64_t number = 0; number < chat::max_labels; ++number) {
    labels.emplace_back(label(number));
  }
  ASSERT_TRUE(store->write(license, labels).has_value());
  const auto more = store->write(license, std::vector<chat::Record>{label(chat::max_labels)});
  ASSERT_TRUE(more.has_value());
  ASSERT_EQ(more->refused.size(), 1u);
  EXPECT_THAT(more->refused[0].reason, StartsWith("the licence has 20000 labels of forms"));
  chat::ChatRecord chat_record = chat("T1");
  chat_record.labels = {label(chat::max_labels), label(0)};
  chat_record.labels[1].label = "Why not?";
  chat_record.labels[1].at = from_unix_microseconds(2);
  const auto written = store->write(license, std::vector<chat::Record>{chat_record});
  ASSERT_TRUE(written.has_value());
  EXPECT_TRUE(written->refused.empty());
  const auto known = store->form_labels(license);
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(std::ssize(*known), chat::max_labels);
  EXPECT_EQ(known->front().label, "Why not?");
  // Other licences have their own.
  const auto other = store->write(LicenseId{2}, std::vector<chat::Record>{label(1)});
  EXPECT_TRUE(other.has_value() && other->refused.empty());
}

// A cached answer is true until the next change.
TEST(FormLabels, with_another_text_are_changes) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto label = [](const std::string& text, std::int64_t at) {
    return chat::FormLabel{"f", "q", "", text, from_unix_microseconds(at)};
  };
  write(*store, {label("Why", 1)});
  const ChangeNumber first = store->last_change().value();
  EXPECT_GT(first, ChangeNumber{0});
  write(*store, {label("Why", 5), label("When", 4)});
  EXPECT_EQ(store->last_change(), first) << "the same text, or an older one";
  const auto summary = write(*store, {label("Why?", 6)});
  EXPECT_GT(store->last_change().value(), first);
  EXPECT_EQ(summary.last_change, store->last_change());
  chat::ChatRecord with_label = chat("T1");
  write(*store, {with_label});
  const ChangeNumber of_chat = store->last_change().value();
  with_label.labels = {label("Why not?", 7)};
  write(*store, {with_label});
  EXPECT_GT(store->last_change().value(), of_chat);
  // No engine needs the change.
  const auto no_changes = [](std::span<const chat::Change> changes) -> Result<void> {
    EXPECT_THAT(changes, testing::IsEmpty());
    return {};
  };
  EXPECT_TRUE(store->replay(of_chat, 1, no_changes).has_value());
}

chat::ChatRecord chat_with_agent(const std::string& thread_id) {
  chat::ChatRecord archive = chat(thread_id);
  archive.thread.agents = {"ann"};
  archive.thread.customer = chat::customer_digest("c");
  return archive;
}

TEST(Customers, are_stored_if_something_can_depend_on_them) {
  const chat::ChatRecord plain = chat_with_agent("T1");
  chat::ChatRecord queued = chat_with_agent("T2");
  queued.thread.queues_duration = 0;
  chat::ChatRecord unanswered = chat_with_agent("T3");
  unanswered.thread.agents.clear();
  const TemporaryFolder folder;
  const auto store = open(folder);
  write(*store, {plain, queued, unanswered});
  const auto kept = records_of_kind<chat::ChatRecord>(*store);
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept[0].thread.customer, std::nullopt);
  EXPECT_EQ(kept[1].thread.customer, queued.thread.customer);
  EXPECT_EQ(kept[2].thread.customer, unanswered.thread.customer);
  // The same records again change nothing.
  EXPECT_EQ(write(*store, {plain, queued, unanswered}).written, 0u);
}

TEST(Customers, of_a_queue_record_are_stored_if_the_chat_comes_after_it) {
  const chat::Record stay =
      chat::QueueRecord{"T1", {from_unix_microseconds(110), from_unix_microseconds(120), false}};
  const chat::ChatRecord archive = chat_with_agent("T1");
  const TemporaryFolder folder;
  const auto store = open(folder);
  const auto customer = [&] {
    return records_of_kind<chat::ChatRecord>(*store)[0].thread.customer;
  };
  write(*store, {archive});
  write(*store, {stay});
  EXPECT_EQ(customer(), std::nullopt);
  write(*store, {archive});
  EXPECT_EQ(customer(), archive.thread.customer);
}

TEST(Export, restores_everything_in_another_store) {
  const TemporaryFolder folder;
  const auto store = open(folder);
  chat::ChatRecord archive = chat("T1", "PJ0MRSHTDG");
  archive.thread.supervisors = {"sue"};
  archive.thread.customer = chat::customer_digest("c");
  archive.thread.country = chat::country_of("NO");
  archive.thread.visit_country = chat::country_of("SE");
  archive.thread.is_active = true;
  archive.thread.events = {said_by_unlisted("bob")};
  archive.labels = {{"f", "q", "", "Why?", from_unix_microseconds(1)}};
  write(*store,
        {archive, chat::AgentRecord{"bob", {}, {}, {}},
         chat::QueueRecord{"T1", {from_unix_microseconds(110), from_unix_microseconds(120), false}},
         chat::WebhookRecord{"T1",
                             {},
                             {},
                             {chat::PresenceUpdate{"sue", true, true}},
                             {from_unix_microseconds(120)}}});
  const TemporaryFolder other_folder;
  const auto other = open(other_folder);
  write(*other, records_of(*store));
  EXPECT_EQ(records_of(*other), records_of(*store));
  EXPECT_EQ(facts_of(*other), facts_of(*store));
}

}  // namespace
}  // namespace chatreports::store
