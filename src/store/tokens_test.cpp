#include "store/tokens.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "store/digest_keys.h"
#include "store/folder_lock.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

constexpr Instant now = from_unix_microseconds(1'000);

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::unique_ptr<Tokens> open(const TemporaryFolder& folder) {
  auto tokens = Tokens::open(folder.data());
  if (!tokens) throw std::runtime_error(tokens.error().message);
  return std::move(*tokens);
}

std::string create(Tokens& tokens, std::optional<Instant> expires_at = std::nullopt) {
  auto text = tokens.create({.license = {7},
                             .scopes = {Scope::reports_read},
                             .created_at = now,
                             .expires_at = expires_at});
  if (!text) throw std::runtime_error(text.error().message);
  return text->text;
}

TEST(Tokens, a_token_is_found_by_its_text_alone) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const access::Token given{.id = 1,
                            .license = {7},
                            .scopes = {Scope::reports_read, Scope::reports_write},
                            .agent_id = "a@example.com",
                            .created_at = now,
                            .expires_at = from_unix_microseconds(2'000),
                            .name = "for the sheet"};
  const auto created = tokens->create(given);
  ASSERT_TRUE(created.has_value());
  EXPECT_EQ(created->id, 1);
  const std::string* const text = &created->text;
  EXPECT_THAT(*text, MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(text->size(), 64u);
  const auto other = create(*tokens);
  EXPECT_NE(*text, other);

  const auto set = *tokens->read_if_changed();
  ASSERT_NE(set, nullptr);
  const access::Token* token = set->find(*text, now);
  ASSERT_NE(token, nullptr);
  EXPECT_EQ(*token, given);
  ASSERT_NE(set->find(other, now), nullptr);
  EXPECT_EQ(set->find(other, now)->id, 2);
  EXPECT_EQ(set->find("", now), nullptr);
  EXPECT_EQ(set->find(*text + " ", now), nullptr);
  EXPECT_EQ(set->find(text->substr(1), now), nullptr);
  for (std::size_t place = 0; place < text->size(); ++place) {
    auto wrong = *text;
    wrong[place] = wrong[place] == '0' ? '1' : '0';
    EXPECT_EQ(set->find(wrong, now), nullptr);
  }
}

TEST(Tokens, an_expired_token_is_not_found_but_listed) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const auto text = create(*tokens, from_unix_microseconds(2'000));
  const auto set = *tokens->read_if_changed();
  EXPECT_NE(set->find(text, from_unix_microseconds(1'999)), nullptr);
  EXPECT_EQ(set->find(text, from_unix_microseconds(2'000)), nullptr);
  EXPECT_EQ(tokens->list()->size(), 1u);
}

TEST(Tokens, a_revoked_token_is_gone_and_its_number_is_not_given_again) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const auto first = create(*tokens);
  const auto second = create(*tokens);
  ASSERT_TRUE(tokens->revoke(2).has_value());
  create(*tokens);
  const auto list = *tokens->list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, 1);
  EXPECT_EQ(list[1].id, 3);
  const auto set = *tokens->read_if_changed();
  EXPECT_NE(set->find(first, now), nullptr);
  EXPECT_EQ(set->find(second, now), nullptr);
  const auto again = tokens->revoke(2);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::not_found);
  EXPECT_EQ(again.error().message, "there is no token with the number 2");
}

TEST(Tokens, an_end_is_never_put_off) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const auto forever = create(*tokens);
  const auto soon = create(*tokens, from_unix_microseconds(2'000));
  ASSERT_TRUE(tokens->expire(1, from_unix_microseconds(3'000)).has_value());
  ASSERT_TRUE(tokens->expire(2, from_unix_microseconds(3'000)).has_value());
  const auto set = *tokens->read_if_changed();
  EXPECT_NE(set->find(forever, from_unix_microseconds(2'999)), nullptr);
  EXPECT_EQ(set->find(forever, from_unix_microseconds(3'000)), nullptr);
  EXPECT_EQ(set->find(soon, from_unix_microseconds(2'000)), nullptr);
  EXPECT_EQ(tokens->expire(9, now).error().kind, ErrorKind::not_found);
}

TEST(Tokens, are_replaced_whole_or_not_at_all) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const auto old = create(*tokens);
  const access::Token next{.license = {7}, .scopes = {Scope::reports_read}, .created_at = now};
  const auto end = from_unix_microseconds(3'000);
  const auto created = tokens->replace(1, next, end);
  ASSERT_TRUE(created.has_value());
  EXPECT_EQ(created->id, 2);
  const auto set = *tokens->read_if_changed();
  EXPECT_NE(set->find(old, from_unix_microseconds(2'999)), nullptr);
  EXPECT_EQ(set->find(old, end), nullptr);
  EXPECT_EQ(set->find(created->text, end)->id, 2);
  EXPECT_EQ(tokens->replace(9, next, end).error().kind, ErrorKind::not_found);
  EXPECT_EQ(tokens->replace(1, {.license = {7}}, now).error().kind, ErrorKind::invalid);
  EXPECT_EQ(tokens->list()->size(), 2u);
  EXPECT_EQ(tokens->list()->at(0).expires_at, end);
}

// Adds rows of tokens to a licence, in one transaction.
void fill(const TemporaryFolder& folder, std::int64_t license, std::int64_t count) {
  auto database = Database::open(folder.data() + "/access.sqlite");
  ASSERT_TRUE(database.has_value());
  const std::string rows = fmt::format(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) "
      "INSERT INTO tokens(hash, license, scopes, created_at, name, only_groups, only_agents) "
      "SELECT CAST(i AS BLOB), {}, 'reports_read', 0, '', x'', x'' FROM n",
      count, license);
  ASSERT_TRUE(database->execute(rows.c_str()).has_value());
}

TEST(Tokens, a_licence_has_so_many_and_no_more) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  create(*tokens);
  create(*tokens, now);  // it has expired
  ASSERT_TRUE(tokens->create_webhook_secret({7}, "secret", now).has_value());
  fill(folder, 7, max_tokens_of_license - 4);
  const access::Token another{.license = {7}, .scopes = {Scope::reports_read}};
  ASSERT_TRUE(tokens->create(another).has_value());
  const auto refused = tokens->create(another);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().message, HasSubstr("licence 7 has 1000 tokens and secrets"));
  EXPECT_EQ(tokens->replace(1, another, now).error().kind, ErrorKind::invalid);
  EXPECT_EQ(tokens->list()->at(0).expires_at, std::nullopt);
  EXPECT_FALSE(tokens->create_webhook_secret({7}, std::nullopt, now).has_value());
  EXPECT_TRUE(tokens->create({.license = {8}, .scopes = {Scope::reports_read}}).has_value());
  ASSERT_TRUE(tokens->revoke(2).has_value());
  EXPECT_TRUE(tokens->create(another).has_value());
}

TEST(Tokens, say_in_which_minute_they_were_used) {
  const TemporaryFolder folder;
  const auto server = open(folder);
  const auto used = create(*server);
  create(*server);
  const auto minute = [](std::int64_t number) {
    return from_unix_microseconds(number * 60 * microseconds_per_second);
  };
  std::shared_ptr<const TokenSet> set;
  const auto use = [&](Instant at) {
    if (const auto read = *server->read_if_changed()) set = read;
    set->find(used, at)->used.set(at);
    ASSERT_TRUE(server->save_uses().has_value());
  };
  use(minute(7) + std::chrono::seconds(59));
  const auto reader = open(folder);
  EXPECT_EQ(reader->list()->at(0).used.at(), minute(7));
  EXPECT_EQ(reader->list()->at(1).used.at(), std::nullopt);
  // A save of the server is no change of the tokens, and the mark outlives one that is.
  EXPECT_EQ(*server->read_if_changed(), nullptr);
  create(*reader);
  ASSERT_NE(*server->read_if_changed(), nullptr);
  ASSERT_TRUE(server->save_uses().has_value());
  EXPECT_EQ(reader->list()->at(0).used.at(), minute(7));
  // The time never goes back in the file.
  use(minute(3));
  EXPECT_EQ(open(folder)->list()->at(0).used.at(), minute(7));
  ASSERT_TRUE(reader->revoke(1).has_value());
  EXPECT_EQ(open(folder)->list()->size(), 2u);
}

TEST(Tokens, are_read_when_they_have_changed_and_only_then) {
  const TemporaryFolder folder;
  const auto ours = open(folder);
  const auto theirs = open(folder);
  const auto first = *ours->read_if_changed();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(*ours->read_if_changed(), nullptr);
  const auto text = create(*theirs);
  const auto changed = *ours->read_if_changed();
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(first->find(text, now), nullptr);  // the set does not change
  EXPECT_NE(changed->find(text, now), nullptr);
  EXPECT_EQ(*ours->read_if_changed(), nullptr);
  create(*ours);
  EXPECT_NE(*ours->read_if_changed(), nullptr);
  EXPECT_EQ(*ours->read_if_changed(), nullptr);
  ASSERT_TRUE(theirs->revoke(1).has_value());
  EXPECT_EQ((*ours->read_if_changed())->find(text, now), nullptr);
}

TEST(Tokens, neither_wait_for_an_import_nor_reread_for_it) {
  const TemporaryFolder folder;
  const auto lock = FolderLock::acquire(folder.data(), "chatreports import");
  ASSERT_TRUE(lock.has_value());
  auto store = Store::open(folder.data());
  ASSERT_TRUE(store.has_value());
  const auto tokens = open(folder);
  create(*tokens);
  ASSERT_NE(*tokens->read_if_changed(), nullptr);
  const std::vector<chat::Record> records = {chat::GroupRecord{1, "Sales"}};
  ASSERT_TRUE((*store)->write({1}, records).has_value());
  EXPECT_EQ(*tokens->read_if_changed(), nullptr);
}

// Overwrites the file as cp does.
TEST(Tokens, an_older_copy_that_replaced_the_file_is_refused) {
  const std::function<void(Tokens&, DigestKeys&)> changes[] = {
      [](Tokens& tokens, DigestKeys&) { create(tokens); },
      [](Tokens& tokens, DigestKeys&) { ASSERT_TRUE(tokens.revoke(1).has_value()); },
      [](Tokens&, DigestKeys& keys) { ASSERT_TRUE(keys.find_or_make({2}).has_value()); }};
  for (const auto& change : changes) {
    const TemporaryFolder folder;
    const std::string file = folder.data() + "/access.sqlite";
    const auto tokens = open(folder);
    create(*tokens);
    create(*tokens);
    const auto keys = *DigestKeys::open(folder.data());
    ASSERT_TRUE(keys->find_or_make({1}).has_value());
    const std::string before = read_file(file);
    change(*tokens, *keys);
    ASSERT_NE(*tokens->read_if_changed(), nullptr);
    const std::string after = read_file(file);
    write_file(file, before);
    for (int time = 0; time < 2; ++time) {
      const auto read = tokens->read_if_changed();
      ASSERT_FALSE(read.has_value());
      EXPECT_THAT(read.error().message, HasSubstr("access.sqlite was replaced by an older copy"));
    }
    write_file(file, after);
    EXPECT_TRUE(tokens->read_if_changed().has_value());
  }
}

TEST(Tokens, are_not_written_into_a_file_that_was_removed_or_replaced) {
  const TemporaryFolder folder;
  const std::string file = folder.data() + "/access.sqlite";
  const auto tokens = open(folder);
  create(*tokens);
  std::filesystem::rename(file, file + "-away");
  std::filesystem::copy(file + "-away", file);
  const auto created = tokens->create({.license = {7}, .scopes = {Scope::reports_read}});
  ASSERT_FALSE(created.has_value());
  EXPECT_THAT(created.error().message,
              HasSubstr("access.sqlite was removed, renamed or replaced while chatreports had it"));
}

TEST(Tokens, of_a_damaged_file_are_an_error_that_says_the_loss) {
  const TemporaryFolder folder;
  const std::string file = folder.data() + "/access.sqlite";
  {
    const auto tokens = open(folder);
    for (int i = 0; i < 100; ++i) create(*tokens);
  }
  std::string bytes = read_file(file);
  for (std::size_t at = 4'096; at < bytes.size(); ++at) bytes[at] = '\xff';
  write_file(file, bytes);
  const auto tokens = Tokens::open(folder.data());
  const auto read = tokens ? (*tokens)->read_if_changed() : std::unexpected(tokens.error());
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("access.sqlite is damaged"));
  EXPECT_THAT(read.error().message, HasSubstr("or move it away and create new tokens"));
}

// No second file can be lost.
TEST(Tokens, are_in_one_file) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  create(*tokens);
  const std::filesystem::directory_iterator files(folder.data());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(Tokens, have_a_scope) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const auto without = tokens->create({.license = {1}});
  ASSERT_FALSE(without.has_value());
  EXPECT_EQ(without.error().kind, ErrorKind::invalid);
  EXPECT_THAT(*tokens->list(), IsEmpty());
}

TEST(Tokens, a_narrowed_token_has_no_scope_but_reports_read) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  access::Token token{.id = 1,
                      .license = {7},
                      .scopes = {Scope::reports_read, Scope::reports_write},
                      .created_at = now,
                      .only_groups = {5, 3},
                      .only_agents = {"b@example.com"}};
  EXPECT_EQ(tokens->create(token).error().kind, ErrorKind::invalid);
  EXPECT_THAT(*tokens->list(), IsEmpty());
  token.scopes = {Scope::reports_read};
  ASSERT_TRUE(tokens->create(token).has_value());
  EXPECT_THAT(*tokens->list(), testing::ElementsAre(token));
}

TEST(Tokens, no_file_contains_their_texts) {
  const TemporaryFolder folder;
  const auto tokens = open(folder);
  const auto text = create(*tokens);
  for (const auto& entry : std::filesystem::directory_iterator(folder.data())) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(bytes, Not(HasSubstr(text))) << entry.path();
  }
}

}  // namespace
}  // namespace chatreports::store
