#include "engine/native/files/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <set>

#include "engine/contract/chance.h"
#include "engine/native/files/image_folder.h"
#include "engine/native/parts/greeting_events.h"
#include "engine/native/parts/segment.h"
#include "engine/open.h"

namespace chatreports::engine::native {
namespace {

using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  Files() {
    if (::mkdtemp(folder_.data()) == nullptr) std::abort();
  }
  ~Files() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  std::string folder_ = testing::TempDir() + "chatreports_files_XXXXXX";
};

std::vector<std::byte> some_bytes(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t at = 0; at < size; ++at) bytes[at] = static_cast<std::byte>(at * 7);
  return bytes;
}

TEST_F(Files, GiveBackWhatWasWritten) {
  for (const std::size_t size : {0U, 8U, 100'000U}) {
    const auto bytes = some_bytes(size);
    ASSERT_TRUE(Image::write(path("image"), Segment::image_kind, bytes).has_value());
    const auto image = Image::open(path("image"), Segment::image_kind, 5);
    ASSERT_TRUE(image.has_value()) << image.error().message;
    EXPECT_TRUE(std::ranges::equal((*image)->bytes(), bytes));
    EXPECT_EQ((*image)->number(), 5U);
  }
}

TEST_F(Files, NoDamageIsOverlooked) {
  ASSERT_TRUE(Image::write(path("image"), Segment::image_kind, some_bytes(100)).has_value());
  const std::string whole = read(path("image"));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at >= 40 && at < 64) continue;  // of no use yet
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    write(path("image"), damaged);
    EXPECT_FALSE(Image::open(path("image"), Segment::image_kind, 1).has_value()) << at;
  }
  for (const std::size_t size :
       {whole.size() - 1, whole.size() / 2, std::size_t{1}, std::size_t{}}) {
    write(path("image"), whole.substr(0, size));
    EXPECT_FALSE(Image::open(path("image"), Segment::image_kind, 1).has_value()) << size;
  }
  write(path("image"), whole + '\0');
  EXPECT_FALSE(Image::open(path("image"), Segment::image_kind, 1).has_value());
  write(path("image"), whole);
  EXPECT_TRUE(Image::open(path("image"), Segment::image_kind, 1).has_value());
  EXPECT_FALSE(Image::open(path("image"), manifest_kind, 1).has_value());
  EXPECT_FALSE(Image::open(path("nothing"), Segment::image_kind, 1).has_value());
}

// Hashes the bytes of some facts. If you change a layout, raise image_version, so that older files
// are made anew, and write down the new hash here.
TEST(ImageVersion, IsThatOfTheLayout) {
  std::deque<chat::Thread> threads;
  std::vector<SegmentRow> rows;
  for (std::int64_t number = 1; number <= 40; ++number) {
    const Instant start = from_unix_microseconds(number * 1'000'000);
    const std::string agent = number % 3 == 0 ? "ann" : "bob";
    chat::Thread& facts = threads.emplace_back();
    facts.started_at = start;
    facts.duration = Duration(number * 1'000'000'000);
    facts.agents_chatting_duration = Duration(number);
    facts.first_response = chat::FirstResponse{agent, Duration(5'000'000'000)};
    facts.response_time = Duration{7};
    facts.greeting = chat::Greeting{number % 4, start};
    facts.rating = number % 2 == 0 ? chat::Rating::bad : chat::Rating::good;
    facts.agents = {agent};
    facts.groups = {number % 2};
    facts.tags = {"sales", "spam"};
    facts.properties = {{"rating", "score", number % 2}, {"shop", "plan", std::string("free")}};
    facts.event_types = {chat::EventType::message};
    facts.goals = {5};
    facts.sales = {6};
    facts.submissions = {{"10", chat::SurveyType::post_chat, start + Duration{9}, {"1:2"}}};
    facts.chatting = {{agent, start, start + Duration{number * 100}}};
    facts.country = chat::country_of(number % 3 == 0 ? "NO" : "SE");
    if (number % 5 == 0) {
      facts.queue = chat::Queue{chat::QueueOutcome::left,  start, Duration{number}, "T", "C",
                                chat::CustomerDigest{1, 2}};
    }
    rows.push_back({{number}, &facts});
  }
  const GreetingEventRow event{from_unix_microseconds(4), {1, 2, chat::GreetingEvent::goal}};
  std::uint64_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
  const auto add = [&hash](const Image& image) {
    for (const std::byte byte : image.bytes()) {
      hash = (hash ^ static_cast<std::uint64_t>(byte)) * 1'099'511'628'211U;
    }
  };
  add(*Segment(std::span<const SegmentRow>(rows)).pack());
  add(*GreetingEventChunk(std::span(&event, 1)).pack());
  EXPECT_EQ(image_version, 6U);
  EXPECT_EQ(hash, 5'855'765'537'152'648'715U);
}

TEST(Numbers, MayBeLarge) {
  for (const std::uint32_t largest : {5U, 65'535U, 65'536U, UINT32_MAX}) {
    const std::vector<std::uint32_t> made{1, largest, 0, 70};
    const Numbers numbers{std::span(made)};
    ASSERT_EQ(numbers.size(), 4U);
    for (std::uint32_t at = 0; at < 4; ++at) EXPECT_EQ(numbers[at], made[at]);
  }
}

// Threads of two licences, greeting events and agents' statuses, in segments of three rows.
std::vector<chat::Change> some_changes() {
  contract::Chance chance(7);
  std::vector<chat::Change> changes;
  for (std::int64_t number = 1; number <= 60; ++number) {
    const LicenseId license{number % 2 + 1};
    if (number % 5 == 0) {
      changes.push_back(
          {{number}, license, chat::GreetingChange{{}, contract::some_greeting_event(chance)}});
    } else if (number % 7 == 0) {
      changes.push_back({{number}, license, chat::StatusChange{contract::some_status(chance)}});
    } else {
      changes.push_back(
          {{number}, license, chat::ThreadChange{{number}, {}, contract::some_thread(chance)}});
    }
  }
  return changes;
}

bool any(std::int64_t, ChangeNumber) {
  return true;
}

class SavedEngine : public Files {
 protected:
  SavedEngine() {
    const auto engine = make();
    EXPECT_TRUE(engine->apply(some_changes()).has_value());
    EXPECT_TRUE(engine->save(11).has_value());
    size_ = engine->size();
  }
  std::unique_ptr<Engine> make() const {
    return open_engine(NativeOptions{.chunks = {3, 2}, .folder = folder_});
  }

  EngineSize size_;
};

TEST_F(SavedEngine, IsTakenUpIfItIsWanted) {
  const auto engine = make();
  const auto unwanted = engine->restore([](std::int64_t origin, ChangeNumber last) {
    EXPECT_EQ(origin, 11);
    EXPECT_EQ(last, ChangeNumber{60});
    return false;
  });
  EXPECT_EQ(unwanted, false);
  EXPECT_EQ(engine->applied(), ChangeNumber{0});
  EXPECT_EQ(engine->restore(any), true);
  EXPECT_EQ(engine->applied(), ChangeNumber{60});
  EXPECT_EQ(engine->size().chats, size_.chats);
  EXPECT_EQ(engine->size().segments, size_.segments);
  EXPECT_GT(engine->size().segments, 10U);
}

TEST_F(SavedEngine, IsNotThereInAnEmptyFolder) {
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(make()->restore(any), false);
}

TEST_F(SavedEngine, IsNotTakenUpWithAnyFileDamagedOrGone) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    ++files;
    const std::string whole = read(entry.path());
    std::string damaged = whole;
    damaged[damaged.size() - 3] = static_cast<char>(damaged[damaged.size() - 3] ^ 1);
    write(entry.path(), damaged);
    auto engine = make();
    const auto restored = engine->restore(any);
    ASSERT_FALSE(restored.has_value()) << entry.path();
    EXPECT_THAT(restored.error().message, HasSubstr(entry.path().string() + " is damaged"));
    EXPECT_EQ(engine->applied(), ChangeNumber{0});
    EXPECT_EQ(engine->size().chats, 0U);
    if (entry.path().filename() != "manifest") {
      std::filesystem::remove(entry.path());
      EXPECT_FALSE(make()->restore(any).has_value()) << entry.path();
    }
    write(entry.path(), whole);
  }
  EXPECT_GT(files, 20U);
  EXPECT_EQ(make()->restore(any), true);
}

TEST_F(SavedEngine, IsReplacedByOneThatWasMadeAnew) {
  write(path("manifest"), "nonsense");
  const auto engine = make();
  EXPECT_FALSE(engine->restore(any).has_value());
  std::vector<chat::Change> changes = some_changes();
  changes.resize(4);
  ASSERT_TRUE(engine->apply(changes).has_value());
  ASSERT_TRUE(engine->save(12).has_value());
  const auto again = make();
  EXPECT_EQ(again->restore([](std::int64_t origin, ChangeNumber) { return origin == 12; }), true);
  EXPECT_EQ(again->size().chats, 4U);
}

TEST_F(SavedEngine, KnowsHowFarItHasCome) {
  const auto engine = make();
  ASSERT_EQ(engine->restore(any), true);
  const ChangeNumber last{engine->applied().value + 5};
  engine->has_all_up_to(last);
  engine->has_all_up_to({1});
  EXPECT_EQ(engine->applied(), last);
  ASSERT_TRUE(engine->save(11).has_value());
  EXPECT_EQ(make()->restore([&](std::int64_t, ChangeNumber saved) { return saved == last; }), true);
}

TEST_F(SavedEngine, KeepsOnlyFilesThatItNeeds) {
  const auto files = [this] {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.insert(entry.path().filename());
    }
    return names;
  };
  // They are somebody else's.
  write(path("00000001.txt"), "precious");
  write(path("notes"), "precious");
  std::filesystem::create_directory(path("20261127"));
  std::filesystem::permissions(folder_, std::filesystem::perms{0755});
  const auto before = files();
  const auto engine = make();
  ASSERT_EQ(engine->restore(any), true);
  ASSERT_TRUE(engine->save(11).has_value());
  EXPECT_EQ(files(), before) << "nothing has changed";
  contract::Chance chance(1);
  chat::Thread earliest = contract::some_thread(chance);
  earliest.started_at = earliest_instant;
  const std::vector<chat::Change> change{{{61}, {1}, chat::ThreadChange{{61}, {}, earliest}}};
  ASSERT_TRUE(engine->apply(change).has_value());
  ASSERT_TRUE(engine->move_to_files().has_value());
  EXPECT_GT(files().size(), before.size()) << "the saved ones are still needed";
  ASSERT_TRUE(engine->save(11).has_value());
  EXPECT_LE(files().size(), before.size() + 1);
  EXPECT_FALSE(std::ranges::includes(files(), before)) << "of the segment that was replaced";
  for (const char* name : {"00000001.txt", "notes", "20261127"})
    EXPECT_TRUE(files().contains(name));
  EXPECT_EQ(std::filesystem::status(folder_).permissions(), std::filesystem::perms{0755});
  const auto again = make();
  EXPECT_EQ(again->restore(any), true);
  EXPECT_EQ(again->size().chats, size_.chats + 1);
}

}  // namespace
}  // namespace chatreports::engine::native
