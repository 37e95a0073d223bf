#include "pull/puller.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace chatreports::pull {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + 12h;

struct FakeThread {
  std::string id;
  Instant created_at;
  std::string tag;
};

chat::Record record_of(const FakeThread& thread) {
  chat::ChatRecord record;
  record.thread_id = thread.id;
  record.thread.from_chat_record = true;
  record.thread.started_at = thread.created_at;
  record.thread.tags = {thread.tag};
  return record;
}

// An account whose pages are cut by the time of the last row.
class FakeSource final : public Source {
 public:
  Answer<std::string> owner(const std::stop_token&) override {
    if (organization == "away") {
      return std::unexpected(Failure{FailureKind::temporary, "nobody tells"});
    }
    return organization;
  }

  Answer<std::optional<Instant>> newest(const std::stop_token&) override { return std::nullopt; }

  Answer<std::optional<Instant>> oldest(std::optional<Instant> since,
                                        const std::stop_token&) override {
    ++request_count;
    if (fails && fails()) return std::unexpected(Failure{FailureKind::temporary, "it broke off"});
    std::optional<Instant> found;
    for (const FakeThread& thread : threads) {
      if (since && thread.created_at < *since) continue;
      found = std::min(found.value_or(thread.created_at), thread.created_at);
    }
    return found;
  }

  Answer<ChatsPage> chats(const ChatsQuery& query, const std::stop_token&) override {
    ++request_count;
    if (fails && fails()) return std::unexpected(Failure{FailureKind::temporary, "it broke off"});
    ChatsQuery asked = query;
    std::size_t first = 0;
    if (!query.page_id.empty()) {
      const auto found = pages_.find(query.page_id);
      if (found == pages_.end()) return std::unexpected(Failure{FailureKind::cursor, "no page"});
      asked = found->second.first;
      first = found->second.second;
    }
    std::vector<FakeThread> rows;
    for (const FakeThread& thread : threads) {
      if (asked.from && thread.created_at < *asked.from) continue;
      if (asked.to &&
          (is_half_open ? thread.created_at >= *asked.to : thread.created_at > *asked.to)) {
        continue;
      }
      rows.push_back(thread);
    }
    std::ranges::stable_sort(rows, {}, &FakeThread::created_at);
    if (!asked.is_ascending) std::ranges::reverse(rows);
    if (is_in_no_order) {
      std::ranges::sort(rows, {},
                        [](const FakeThread& row) { return std::hash<std::string>()(row.id); });
    }
    ChatsPage page;
    const std::size_t last = std::min(first + rows_a_page, rows.size());
    for (std::size_t at = first; at < last; ++at) {
      const Instant time = rows[at].created_at;
      page.records.push_back(record_of(rows[at]));
      if (at > first) {
        const Instant before = rows[at - 1].created_at;
        if (asked.is_ascending ? time < before : time > before) page.is_in_order = false;
      }
      page.earliest = std::min(page.earliest.value_or(time), time);
      page.latest = std::max(page.latest.value_or(time), time);
    }
    // A few rows may be in order by chance; a hundred are not.
    if (is_in_no_order) page.is_in_order = false;
    for (const chat::Record& record : page.records) {
      const auto& id = std::get<chat::ChatRecord>(record).thread_id;
      page.digest = page.digest * 31 + std::hash<std::string>()(id);
    }
    if (is_endless) {
      page.next_page_id = fmt::format("page {}", ++last_page_);
      pages_[page.next_page_id] = {asked, 0};
    } else if (last < rows.size()) {
      page.next_page_id = fmt::format("page {}", ++last_page_);
      pages_[page.next_page_id] = {asked, last};
      if (forgets && forgets()) pages_.clear();
    }
    return page;
  }

  Answer<std::vector<chat::Record>> list(List what, const std::stop_token&) override {
    ++request_count;
    if (forbidden.contains(what)) return std::unexpected(Failure{FailureKind::rights, "no scope"});
    return listed[what];
  }

  std::string organization = "ours";
  std::vector<FakeThread> threads;
  std::map<List, std::vector<chat::Record>> listed;
  std::set<List> forbidden;
  std::size_t rows_a_page = 3;
  bool is_half_open = false;
  bool is_in_no_order = false;
  bool is_endless = false;
  std::function<bool()> fails;
  std::function<bool()> forgets;
  std::uint64_t request_count = 0;
  std::uint64_t requests() const override { return request_count; }

 private:
  std::map<std::string, std::pair<ChatsQuery, std::size_t>> pages_;
  int last_page_ = 0;
};

// A store: records and state change together.
// An account that tells what has changed, and whose pages are days.
class FakeDays final : public Source {
 public:
  struct Conversation {
    FakeThread thread;
    Instant changed_at;
  };

  Answer<std::string> owner(const std::stop_token&) override { return "ours"; }
  Answer<std::optional<Instant>> newest(const std::stop_token&) override { return std::nullopt; }
  Answer<std::optional<Instant>> oldest(std::optional<Instant> since,
                                        const std::stop_token&) override {
    std::optional<Instant> found;
    for (const Conversation& one : conversations) {
      const Instant at = one.thread.created_at;
      found = std::min(found.value_or(at), at);
    }
    if (found && since) return std::max(*found, *since);
    return found;
  }

  Answer<ChatsPage> chats(const ChatsQuery& query, const std::stop_token&) override {
    ++request_count;
    if (fails && fails()) return std::unexpected(Failure{FailureKind::temporary, "it broke off"});
    ChatsPage page;
    page.is_by_day = true;
    const auto add_if = [&](const auto& is_asked) {
      for (const Conversation& one : conversations) {
        const Instant at = one.thread.created_at;
        if (!is_asked(one) || (query.from && at < *query.from)) continue;
        page.records.push_back(record_of(one.thread));
        page.latest = std::max(page.latest.value_or(at), at);
      }
    };
    if (query.changed_since) {
      changed_since = *query.changed_since;
      add_if([&](const Conversation& one) { return one.changed_at >= *query.changed_since; });
      return page;
    }
    using std::chrono::days;
    const Instant to = query.to.value_or(noon + days(1));
    const auto day = query.page_id.empty() ? std::chrono::floor<days>(to)
                                           : std::chrono::sys_days(days(std::stoi(query.page_id)));
    add_if([&](const Conversation& one) {
      return std::chrono::floor<days>(one.thread.created_at) == day;
    });
    page.reached = std::max<Instant>(day, query.from.value_or(earliest_instant));
    if (day > query.from.value_or(earliest_instant)) {
      page.next_page_id = std::to_string((day - days(1)).time_since_epoch().count());
    }
    return page;
  }

  Answer<std::vector<chat::Record>> list(List, const std::stop_token&) override {
    return std::vector<chat::Record>();
  }
  bool tells_changes() const override { return true; }
  std::uint64_t requests() const override { return request_count; }

  std::vector<Conversation> conversations;
  std::function<bool()> fails;
  std::uint64_t request_count = 0;
  Instant changed_since;
};

class FakeSink final : public Sink {
 public:
  Result<void> take(std::vector<chat::Record> records, const PullState& next) override {
    if (fails && fails()) return failed("the disk is full");
    for (const chat::Record& record : records) {
      if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
        tags[chat->thread_id] = chat->thread.tags.front();
      } else {
        others.push_back(record);
      }
    }
    state = next;
    return {};
  }

  std::map<std::string, std::string> tags;  // of each thread
  std::vector<chat::Record> others;
  PullState state;
  std::function<bool()> fails;
};

class PullerTest : public testing::Test {
 protected:
  void start(PullerOptions options = {}) {
    puller_.emplace(source_, sink_, sink_.state, options, [] { return 0.5; });
  }
  // Goes on until everything is in.
  void run_until_up_to_date() {
    while (!puller_->is_up_to_date(now_)) now_ += puller_->step(now_, {});
  }
  void run_for(Duration time) {
    for (const Instant end = now_ + time; now_ < end;) now_ += puller_->step(now_, {});
  }
  void add(const std::string& id, Duration before_noon, const std::string& tag = "") {
    source_.threads.push_back({id, noon - before_noon, tag});
  }

  FakeSource source_;
  FakeSink sink_;
  Instant now_ = noon;
  std::optional<Puller> puller_;
};

class ChangesTest : public testing::Test {
 protected:
  void start(PullerOptions options = {}) {
    puller_.emplace(source_, sink_, sink_.state, options, [] { return 0.5; });
  }
  void run_until_up_to_date() {
    while (!puller_->is_up_to_date(now_)) now_ += puller_->step(now_, {});
  }
  void run_for(Duration time) {
    for (const Instant end = now_ + time; now_ < end;) now_ += puller_->step(now_, {});
  }
  void add(const std::string& id, Duration before_noon) {
    source_.conversations.push_back({{id, noon - before_noon, ""}, noon - before_noon});
  }
  void change(std::size_t place, const std::string& tag) {
    source_.conversations[place].thread.tag = tag;
    source_.conversations[place].changed_at = now_;
  }

  FakeDays source_;
  FakeSink sink_;
  Instant now_ = noon;
  std::optional<Puller> puller_;
};

TEST_F(ChangesTest, ComeWithoutReadingAgain) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{}", n), n * 36h);
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 20u);
  EXPECT_EQ(sink_.state.begin, noon - 19 * 36h);
  EXPECT_TRUE(sink_.state.history_is_done);
  change(17, "later");
  const std::uint64_t before = source_.request_count;
  run_for(24h);
  EXPECT_EQ(sink_.tags["T17"], "later");
  EXPECT_LE(source_.request_count, before + 24 * 20 + 1);  // every three minutes
}

TEST_F(ChangesTest, ThatHappenDuringTheFirstFetchAreNotMissed) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{}", n), n * 24h);
  start();
  while (!sink_.tags.contains("T5")) now_ += puller_->step(now_, {});
  change(2, "meanwhile");
  run_for(1h);
  EXPECT_EQ(sink_.tags["T2"], "meanwhile");
  EXPECT_EQ(sink_.tags.size(), 20u);
}

TEST_F(ChangesTest, AreAskedForSinceTheProcessEnded) {
  add("T", 24h);
  start();
  run_until_up_to_date();
  const Instant ended = now_;
  change(0, "in between");
  now_ += 30h;
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags["T"], "in between");
  EXPECT_LE(source_.changed_since, ended);
  EXPECT_GE(source_.changed_since, ended - 1h);
}

TEST_F(ChangesTest, AfterALongPauseAllIsReadAgain) {
  for (int n = 0; n < 5; ++n) add(fmt::format("T{}", n), n * 24h);
  start();
  run_until_up_to_date();
  sink_.tags.clear();
  now_ += 8 * 24h;
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 5u);
}

TEST_F(ChangesTest, AreNotMissedAfterTheClockWasAhead) {
  add("T", 24h);
  now_ += 6h;
  start();
  run_until_up_to_date();
  now_ -= 6h;
  change(0, "later");
  run_for(10min);
  EXPECT_EQ(sink_.tags["T"], "later");
}

RC_GTEST_PROP(Changes, AreAllInAfterFaultsAndKills, ()) {
  FakeDays source;
  FakeSink sink;
  Instant now = noon;
  const auto chance = [](int one_in) { return *rc::gen::inRange(0, one_in) == 0; };
  const int count = *rc::gen::inRange(0, 15);
  for (int n = 0; n < count; ++n) {
    const Instant at = noon - std::chrono::hours(*rc::gen::inRange(0, 200));
    source.conversations.push_back({{fmt::format("T{}", n), at, ""}, at});
  }
  source.fails = [&] { return chance(5); };
  sink.fails = [&] { return chance(7); };
  std::optional<Puller> puller;
  const auto begin = [&] {
    puller.emplace(source, sink, sink.state, PullerOptions(), [] { return 0.5; });
  };
  begin();
  for (int step = 0; step < 60; ++step) {
    if (chance(10)) begin();  // it was killed
    if (count > 0 && chance(4)) {
      auto& one = source.conversations[static_cast<std::size_t>(*rc::gen::inRange(0, count))];
      one.thread.tag = fmt::format("{}", step);
      one.changed_at = now;
    }
    now += puller->step(now, {});
  }
  source.fails = nullptr;
  sink.fails = nullptr;
  for (const Instant end = now + 2h; now < end;) now += puller->step(now, {});
  RC_ASSERT(sink.tags.size() == source.conversations.size());
  for (const auto& one : source.conversations) {
    RC_ASSERT(sink.tags.at(one.thread.id) == one.thread.tag);
  }
}

TEST_F(PullerTest, FetchesAllChatsAndThenWhatIsNew) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{}", n), n * 24h);
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 20u);
  EXPECT_TRUE(sink_.state.history_is_done);
  EXPECT_EQ(sink_.state.newest, noon);
  EXPECT_EQ(sink_.state.begin, noon - 19 * 24h);
  add("new", -1min);
  run_for(6min);
  EXPECT_TRUE(sink_.tags.contains("new"));
}

TEST_F(PullerTest, FetchesTheNewestFirst) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{:02}", n), n * 24h);
  start();
  while (sink_.tags.size() < 5) now_ += puller_->step(now_, {});
  EXPECT_EQ(sink_.tags.begin()->first, "T00");
  EXPECT_LT(sink_.tags.rbegin()->first, "T10");
}

TEST_F(PullerTest, FetchesNothingOlderThanItIsTold) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{:02}", n), n * 24h);
  start({.since = noon - 3 * 24h});
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 4u);
}

TEST_F(PullerTest, FetchesWhatIsOlderIfItIsToldSoLater) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{:02}", n), n * 24h);
  start({.since = noon - 3 * 24h});
  run_until_up_to_date();
  sink_.tags.clear();
  start({.since = noon - 10 * 24h});
  run_until_up_to_date();
  EXPECT_TRUE(sink_.tags.contains("T10"));
  EXPECT_FALSE(sink_.tags.contains("T11"));
  start({.since = noon - 5 * 24h});
  run_until_up_to_date();
  EXPECT_EQ(sink_.state.since, noon - 10 * 24h) << "what is in stays";
  // The first fetch of all has passed that time already.
  start();
  while (!sink_.tags.contains("T14")) now_ += puller_->step(now_, {});
  start({.since = noon - 8 * 24h});
  EXPECT_TRUE(puller_->state().history_is_done);
  start();
  run_until_up_to_date();
  EXPECT_TRUE(sink_.tags.contains("T19"));
}

TEST_F(PullerTest, DoesNotFollowPagesThatDoNotEnd) {
  add("T1", 1h);
  add("T2", 1h);
  source_.is_endless = true;
  start();
  run_for(1h);
  EXPECT_EQ(sink_.state.failure, "the same page of chats comes again and again");
  EXPECT_LT(source_.request_count, 60);
}

TEST_F(PullerTest, FetchesAllAgainIfThatIsAskedFor) {
  for (int n = 0; n < 20; ++n) add(fmt::format("T{:02}", n), n * 24h);
  start();
  run_until_up_to_date();
  for (int n = 0; n < 20; ++n) add(fmt::format("U{:02}", n), n * 24h);  // another token sees more
  start();
  run_until_up_to_date();
  EXPECT_FALSE(sink_.tags.contains("U19"));
  start({.begun_at = noon});
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 40u);
  EXPECT_EQ(sink_.state.owner, "ours");
}

TEST_F(PullerTest, TakesARequestThatWasStoppedForNoFailure) {
  add("T", 1h);
  std::stop_source stop;
  stop.request_stop();
  source_.fails = [] { return true; };
  start();
  for (int n = 0; n < 8; ++n) puller_->step(now_, stop.get_token());
  EXPECT_EQ(puller_->failures_in_a_row(), 0);
  EXPECT_EQ(sink_.state.failure, "");
}

TEST_F(PullerTest, TakesAnAccountWithoutChats) {
  start();
  run_until_up_to_date();
  EXPECT_TRUE(sink_.state.history_is_done);
  add("first", -5min);
  run_for(10min);
  EXPECT_TRUE(sink_.tags.contains("first"));
}

TEST_F(PullerTest, ReadsTheLastDaysAgain) {
  add("today", 20h);
  add("yesterday", 60h);
  add("old", 30 * 24h);
  start();
  run_until_up_to_date();
  for (FakeThread& thread : source_.threads) thread.tag = "later";
  run_for(2h);
  EXPECT_EQ(sink_.tags["today"], "later");
  EXPECT_EQ(sink_.tags["yesterday"], "");
  run_for(24h);
  EXPECT_EQ(sink_.tags["yesterday"], "later");
  EXPECT_EQ(sink_.tags["old"], "");
}

TEST_F(PullerTest, AsksAtMostOnceAMinuteOnceItIsUpToDate) {
  for (int n = 0; n < 50; ++n) add(fmt::format("T{}", n), n * 1h);
  source_.rows_a_page = 100;
  start();
  run_until_up_to_date();
  source_.request_count = 0;
  run_for(24h);
  EXPECT_LE(source_.request_count, 24 * 60);
  EXPECT_GE(source_.request_count, 24 * 20);
}

TEST_F(PullerTest, WaitsLongerAfterEachFailure) {
  add("T", 1h);
  source_.fails = [] { return true; };
  start();
  std::vector<Duration> waits;
  for (int n = 0; n < 7; ++n) {
    const Duration wait = puller_->step(now_, {});
    now_ += wait;
    if (puller_->failures_in_a_row() > 0) waits.push_back(wait);
  }
  EXPECT_THAT(waits, ElementsAre(1500ms, 3s));  // the organization and four lists came first
  EXPECT_EQ(sink_.state.failure, "it broke off");
  source_.fails = nullptr;
  run_until_up_to_date();
  EXPECT_EQ(sink_.state.failure, "");
  EXPECT_EQ(sink_.tags.size(), 1u);
}

TEST_F(PullerTest, StoresStatusesThatHaveChanged) {
  const auto status = [](const char* agent, chat::AgentStatus is) {
    return chat::Record(chat::AgentStatusRecord{agent, is, {}, true});
  };
  using enum chat::AgentStatus;
  source_.listed[List::statuses] = {status("ann", accepting_chats), status("bob", offline)};
  start();
  run_until_up_to_date();
  EXPECT_THAT(sink_.others, ElementsAre(status("ann", accepting_chats), status("bob", offline)));
  sink_.others.clear();
  run_for(20min);
  EXPECT_THAT(sink_.others, IsEmpty());
  source_.listed[List::statuses][1] = status("bob", accepting_chats);
  run_for(20min);
  EXPECT_THAT(sink_.others, ElementsAre(status("bob", accepting_chats)));
}

TEST_F(PullerTest, TakesNothingOfAnotherOrganization) {
  add("T", 1h);
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.state.owner, "ours");
  sink_.tags.clear();
  source_.organization = "theirs";
  start();
  run_for(1h);
  EXPECT_THAT(sink_.tags, IsEmpty());
  EXPECT_EQ(sink_.state.failure,
            "the account is of the organization theirs, and the chats that are in are of ours: "
            "connect it to a licence of its own");
  // Not even while nobody tells.
  source_.organization = "away";
  start();
  run_for(1h);
  EXPECT_THAT(sink_.tags, IsEmpty());
  source_.organization = "ours";
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 1u);
  EXPECT_EQ(sink_.state.owner, "ours");
}

TEST_F(PullerTest, FetchesOfAnOrganizationThatNobodyTells) {
  add("T", 1h);
  source_.organization = "away";
  start();
  run_until_up_to_date();
  EXPECT_EQ(sink_.tags.size(), 1u);
  EXPECT_EQ(sink_.state.owner, "");
}

TEST_F(PullerTest, GoesOnWhenAClockThatWasAheadIsSetBack) {
  add("T", 1h);
  now_ = noon + 30 * 24h;
  start();
  run_until_up_to_date();
  now_ = noon;
  add("new", 0h);
  source_.threads[0].tag = "later";
  run_for(30min);
  EXPECT_TRUE(sink_.tags.contains("new"));
  EXPECT_EQ(sink_.tags["T"], "later");
  now_ = noon + 1h;
  start();
  add("newer", -1h);
  run_for(30min);
  EXPECT_TRUE(sink_.tags.contains("newer"));
}

TEST_F(PullerTest, LeavesOutAListThatIsForbidden) {
  source_.forbidden = {List::bots};
  add("T", 1h);
  start();
  run_until_up_to_date();
  EXPECT_TRUE(puller_->is_forbidden(List::bots));
  EXPECT_FALSE(puller_->is_forbidden(List::agents));
  EXPECT_EQ(sink_.tags.size(), 1u);
}

// Whatever breaks, and however the pages are cut, everything is in at the end.
RC_GTEST_PROP(PullerProperty, LosesNothing, ()) {
  FakeSource source;
  FakeSink sink;
  std::uint32_t random = *rc::gen::inRange(1U, 1'000'000U);
  const auto chance = [&random](unsigned in) {
    random = random * 1'664'525U + 1'013'904'223U;
    return (random >> 16U) % in == 0;
  };
  const auto count = *rc::gen::inRange(0, 60);
  const auto minutes = *rc::gen::element(1, 60, 3'000);
  for (int n = 0; n < count; ++n) {
    // Few different times, so that many threads share one.
    const int at = *rc::gen::inRange(0, 20);
    source.threads.push_back(
        {fmt::format("T{}", n), noon - at * std::chrono::minutes(minutes), ""});
  }
  source.rows_a_page = *rc::gen::inRange<std::size_t>(3, 9);
  source.is_half_open = *rc::gen::arbitrary<bool>();
  source.is_in_no_order = *rc::gen::arbitrary<bool>();
  source.fails = [&chance] { return chance(10); };
  source.forgets = [&chance] { return chance(100); };
  sink.fails = [&chance] { return chance(20); };
  Instant now = noon;
  std::optional<Puller> puller;
  const auto begin = [&] {
    puller.emplace(source, sink, sink.state, PullerOptions(), [] { return 0.0; });
  };
  begin();
  for (int step = 0; step < 20'000 && !puller->is_up_to_date(now); ++step) {
    now += puller->step(now, {});
    if (chance(200)) begin();  // it was killed
  }
  RC_ASSERT(puller->is_up_to_date(now));
  RC_ASSERT(sink.tags.size() == source.threads.size());
}

}  // namespace
}  // namespace chatreports::pull
