#include "store/tokens.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "access/token_rules.h"
#include "base/sha256.h"
#include "store/access_history.h"
#include "store/list_codec.h"
#include "store/row_checksum.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace chatreports::store {
namespace {

constexpr std::size_t token_bytes = 32;

std::string hash_of(std::string_view text) {
  const Sha256 hash = sha256(text);
  return {hash.begin(), hash.end()};
}

Result<std::string> random_text() {
  std::array<unsigned char, token_bytes> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return failed("the system has no random numbers to make a token of");
  }
  std::string text;
  for (const unsigned char byte : random) text += fmt::format("{:02x}", byte);
  return text;
}

constexpr std::string_view scope_separator = " ";  // in the table

// A scope of a later version grants nothing here.
Scopes parse_scopes(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(scope_separator), text.size());
    if (const auto scope = parse_scope(text.substr(0, end))) scopes.insert(*scope);
    text.remove_prefix(std::min(end + scope_separator.size(), text.size()));
  }
  return scopes;
}

// `insert` takes the hash of the new token.
template <class Insert>
Result<CreatedToken> create_by(const access::Token& token, const Insert& insert) {
  if (auto allowed = access::check_token(token); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  auto text = random_text();
  if (!text) return std::unexpected(std::move(text.error()));
  const Result<std::int64_t> id = insert(hash_of(*text));
  if (!id) return std::unexpected(id.error());
  return CreatedToken{*id, *std::move(text)};
}

std::unexpected<Error> no_such_token(std::int64_t id) {
  return std::unexpected(
      Error{ErrorKind::not_found, fmt::format("there is no token with the number {}", id)});
}

}  // namespace

// Looking for the hash tells by its time at most how much of the *hash* is right, from which nobody
// can work towards a token; the last comparison tells not even that.
const access::Token* TokenSet::find(std::string_view text, Instant now) const {
  const std::string hash = hash_of(text);
  const auto found = std::lower_bound(
      by_hash_.begin(), by_hash_.end(), hash,
      [](const auto& entry, const std::string& wanted) { return entry.first < wanted; });
  if (found == by_hash_.end() || found->first.size() != hash.size() ||
      CRYPTO_memcmp(found->first.data(), hash.data(), hash.size()) != 0) {
    return nullptr;
  }
  const access::Token& token = found->second;
  return token.is_expired(now) ? nullptr : &token;
}

bool TokenSet::has_webhook_secrets() const {
  return std::ranges::any_of(by_hash_,
                             [](const auto& entry) { return entry.second.is_webhook_secret(); });
}

class Tokens::Implementation {
 public:
  explicit Implementation(Database opened)
      : database_(std::move(opened)),
        prepare_(database_),
        count_(prepare_("SELECT count(*) FROM tokens WHERE license = ?1")),
        insert_(
            prepare_("INSERT INTO tokens(hash, license, scopes, agent_id, created_at, expires_at, "
                     "name, only_groups, only_agents) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id")),
        seal_(prepare_("UPDATE tokens SET checksum = row_checksum(12, id, hash, license, scopes, "
                       "agent_id, created_at, expires_at, name, only_groups, only_agents) "
                       "WHERE id = ?1")),
        expire_(prepare_("UPDATE tokens SET expires_at = ?2 "
                         "WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)")),
        read_(prepare_(select_rows(CheckedTable::tokens, "ORDER BY id"))),
        remove_(prepare_("DELETE FROM tokens WHERE id = ?1")),
        read_uses_(prepare_(select_rows(CheckedTable::token_uses))),
        write_use_(prepare_("INSERT OR REPLACE INTO token_uses(token, used_at, checksum) "
                            "VALUES(?1, ?2, ?3)")),
        remove_use_(prepare_("DELETE FROM token_uses WHERE token = ?1")),
        version_(prepare_("PRAGMA data_version")),
        history_(prepare_) {}

  const std::optional<Error>& error() const { return prepare_.error(); }

  // Returns the number that the file has given the token.
  Result<std::int64_t> insert(std::string_view hash, const access::Token& token) {
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    const auto id = insert_row(hash, token);
    if (!id) return id;
    if (auto done = transaction->commit(); !done) return std::unexpected(std::move(done.error()));
    return id;
  }

  // Inserts a token and sets the end of another: both or neither.
  Result<std::int64_t> replace(std::int64_t old, std::string_view hash, const access::Token& token,
                               Instant end) {
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    const auto id = insert_row(hash, token);
    if (!id) return id;
    if (auto done = expire_row(old, end); !done) return std::unexpected(std::move(done.error()));
    if (auto done = transaction->commit(); !done) return std::unexpected(std::move(done.error()));
    return id;
  }

  Result<bool> remove(std::int64_t id) {
    changed_here_ = true;
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    if (auto done = remove_use_.bind(1, id).run(); !done) return std::unexpected(done.error());
    if (auto done = remove_.bind(1, id).run(); !done) return std::unexpected(done.error());
    const bool was_there = database_.rows_changed() > 0;
    if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
    return was_there;
  }

  Result<void> expire(std::int64_t id, Instant at) {
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    if (auto done = expire_row(id, at); !done) return done;
    return transaction->commit();
  }

  Result<void> write_uses(const std::vector<std::pair<std::int64_t, Instant>>& uses) {
    auto transaction = Transaction::begin_write(database_);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    for (const auto& [token, at] : uses) {
      bind_row(write_use_, CheckedTable::token_uses, token, unix_microseconds(at));
      if (auto done = write_use_.run(); !done) return done;
    }
    return transaction->commit();
  }

  // By token. Leaves out damaged rows.
  Result<std::map<std::int64_t, Instant>> read_uses() {
    const ResetAtEnd reset(read_uses_);
    std::map<std::int64_t, Instant> uses;
    for (;;) {
      auto found = read_uses_.step();
      if (!found) return std::unexpected(std::move(found.error()));
      if (!*found) return uses;
      if (!is_intact(read_uses_, CheckedTable::token_uses)) continue;
      uses[read_uses_.integer(0)] = from_unix_microseconds(read_uses_.integer(1));
    }
  }

  // The mark of a token, the same each time.
  access::UseMark mark_of(std::int64_t token) { return marks_[token]; }
  std::map<std::int64_t, access::UseMark>& marks() { return marks_; }

  // As read; also fails if they can't have come from those that were read before.
  Result<std::vector<std::pair<std::string, access::Token>>> follow() {
    auto snapshot = Transaction::begin_read(database_);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    auto tokens = read();
    if (!tokens) return tokens;
    std::set<std::int64_t> ids;
    for (const auto& [hash, token] : *tokens) ids.insert(token.id);
    auto followed = history_.follow(std::move(ids), database_.path());
    if (!followed) return std::unexpected(std::move(followed.error()));
    return tokens;
  }

  // With their hashes, by id; one that is not what was written is none.
  Result<std::vector<std::pair<std::string, access::Token>>> read() {
    const ResetAtEnd reset(read_);
    std::vector<std::pair<std::string, access::Token>> tokens;
    for (;;) {
      auto found = read_.step();
      if (!found) return std::unexpected(std::move(found.error()));
      if (!*found) break;
      if (!is_intact(read_, CheckedTable::tokens)) continue;
      access::Token token;
      token.id = read_.integer(0);
      token.license = {read_.integer(2)};
      token.scopes = parse_scopes(read_.bytes(3));
      if (!read_.is_null(4)) token.agent_id = read_.bytes(4);
      token.created_at = from_unix_microseconds(read_.integer(5));
      if (const auto expires_at = read_.optional_integer(6))
        token.expires_at = from_unix_microseconds(*expires_at);
      token.name = read_.bytes(7);
      auto only_groups = decode_integers(read_.bytes(8));
      auto only_agents = decode_texts(read_.bytes(9));
      if (!only_groups || !only_agents) continue;
      token.only_groups = *std::move(only_groups);
      token.only_agents = *std::move(only_agents);
      token.used = mark_of(token.id);
      tokens.emplace_back(read_.bytes(1), std::move(token));
    }
    const auto id_of = [](const auto& entry) { return entry.second.id; };
    std::erase_if(marks_, [&tokens, id_of](const auto& entry) {
      return !std::ranges::binary_search(tokens, entry.first, {}, id_of);
    });
    return tokens;
  }

  // The number differs from the one before exactly where another connection has changed the file;
  // what this one has changed is remembered here.
  Result<bool> has_changed() {
    const ResetAtEnd reset(version_);
    auto found = version_.step();
    if (!found) return std::unexpected(std::move(found.error()));
    const std::int64_t version = version_.integer(0);
    const bool changed = changed_here_ || read_version_ != version;
    seen_version_ = version;
    return changed;
  }

  // The tokens are at least as new as the number that was seen before them, so a change in
  // between is read twice rather than missed.
  void has_been_read() {
    read_version_ = seen_version_;
    changed_here_ = false;
  }

 private:
  // The next two are called within a transaction.

  Result<std::int64_t> insert_row(std::string_view hash, const access::Token& token) {
    changed_here_ = true;
    if (auto room = require_room(token.license); !room) {
      return std::unexpected(std::move(room.error()));
    }
    const std::string scopes = token.scopes.text(scope_separator);
    insert_.bind_bytes(1, hash)
        .bind(2, token.license.value)
        .bind_text(3, scopes)
        .bind_optional_text(4, token.agent_id)
        .bind(5, unix_microseconds(token.created_at))
        .bind(6, token.expires_at.transform(unix_microseconds));
    const std::string only_groups = encode_integers(token.only_groups);
    const std::string only_agents = encode_texts(token.only_agents);
    insert_.bind_text(7, token.name).bind_bytes(8, only_groups).bind_bytes(9, only_agents);
    const auto inserted = insert_.step();
    if (!inserted) return std::unexpected(inserted.error());
    const std::int64_t id = insert_.integer(0);
    insert_.reset();
    if (auto sealed = seal_.bind(1, id).run(); !sealed) {
      return std::unexpected(std::move(sealed.error()));
    }
    return id;
  }

  // Fails with not_found also if the row is damaged: to seal it would make it valid.
  Result<void> expire_row(std::int64_t id, Instant at) {
    changed_here_ = true;
    const auto known = read();
    if (!known) return std::unexpected(known.error());
    const auto id_of = [](const auto& entry) { return entry.second.id; };
    if (std::ranges::find(*known, id, id_of) == known->end()) return no_such_token(id);
    if (auto done = expire_.bind(1, id).bind(2, unix_microseconds(at)).run(); !done) return done;
    return seal_.bind(1, id).run();
  }

  Result<void> require_room(LicenseId license) {
    const ResetAtEnd reset(count_);
    const auto counted = count_.bind(1, license.value).step();
    if (!counted) return std::unexpected(counted.error());
    if (count_.integer(0) < max_tokens_of_license) return {};
    return invalid(
        fmt::format("licence {} has {} tokens and secrets of webhooks, and no more are allowed; "
                    "revoke some first, such as expired ones",
                    license.value, max_tokens_of_license));
  }

  Database database_;
  StatementPreparer prepare_;
  Statement count_;
  Statement insert_;
  Statement seal_;
  Statement expire_;
  Statement read_;
  Statement remove_;
  Statement read_uses_;
  Statement write_use_;
  Statement remove_use_;
  Statement version_;
  AccessHistory history_;
  std::map<std::int64_t, access::UseMark> marks_;  // of all tokens as they were last read
  bool changed_here_ = true;
  std::int64_t seen_version_ = 0;
  std::int64_t read_version_ = 0;
};

Tokens::Tokens(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Tokens::~Tokens() = default;

Result<std::unique_ptr<Tokens>> Tokens::open(const std::string& data_folder) {
  auto implementation = implement<Implementation>(open_database(data_folder, access_schema()));
  if (!implementation) return std::unexpected(std::move(implementation.error()));
  return std::unique_ptr<Tokens>(new Tokens(*std::move(implementation)));
}

Result<CreatedToken> Tokens::create(const access::Token& token) {
  return create_by(token, [this, &token](std::string_view hash) {
    return implementation_->insert(hash, token);
  });
}

Result<CreatedToken> Tokens::replace(std::int64_t id, const access::Token& token, Instant end) {
  return create_by(token, [this, id, &token, end](std::string_view hash) {
    return implementation_->replace(id, hash, token, end);
  });
}

Result<std::string> Tokens::create_webhook_secret(LicenseId license,
                                                  std::optional<std::string> secret, Instant now) {
  if (!secret) {
    auto made = random_text();
    if (!made) return made;
    secret = *std::move(made);
  }
  if (secret->empty()) return invalid("a webhook's secret must not be empty");
  const std::string hash = hash_of(*secret);
  const auto known = implementation_->read();
  if (!known) return std::unexpected(known.error());
  for (const auto& [known_hash, token] : *known) {
    if (known_hash != hash) continue;
    return invalid(
        fmt::format("this secret is known already, as number {} of licence {}; give "
                    "another one, or revoke that",
                    token.id, token.license.value));
  }
  const access::Token token{0, license, {Scope::webhooks}, {}, now, {}};
  auto done = implementation_->insert(hash, token);
  if (!done) return std::unexpected(std::move(done.error()));
  return *secret;
}

Result<std::vector<access::Token>> Tokens::list() {
  auto read = implementation_->read();
  if (!read) return std::unexpected(std::move(read.error()));
  const auto uses = implementation_->read_uses();
  if (!uses) return std::unexpected(uses.error());
  std::vector<access::Token> tokens;
  for (auto& [hash, token] : *read) {
    if (const auto use = uses->find(token.id); use != uses->end()) token.used.set(use->second);
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Result<void> Tokens::revoke(std::int64_t id) {
  auto removed = implementation_->remove(id);
  if (!removed) return std::unexpected(std::move(removed.error()));
  if (!*removed) return no_such_token(id);
  return {};
}

Result<void> Tokens::expire(std::int64_t id, Instant at) {
  return implementation_->expire(id, at);
}

Result<void> Tokens::save_uses() {
  const auto saved = implementation_->read_uses();
  if (!saved) return std::unexpected(saved.error());
  std::vector<std::pair<std::int64_t, Instant>> later;
  for (const auto& [token, mark] : implementation_->marks()) {
    const auto used = mark.at();
    const auto known = saved->find(token);
    if (used && (known == saved->end() || known->second < *used)) later.emplace_back(token, *used);
  }
  return later.empty() ? Result<void>() : implementation_->write_uses(later);
}

Result<void> Tokens::forget(std::string_view text) {
  const std::string hash = hash_of(text);
  const auto known = implementation_->read();
  if (!known) return std::unexpected(known.error());
  for (const auto& [known_hash, token] : *known) {
    if (known_hash == hash) return revoke(token.id);
  }
  return {};
}

Result<std::shared_ptr<const TokenSet>> Tokens::read_if_changed() {
  const auto changed = implementation_->has_changed();
  if (!changed) return std::unexpected(changed.error());
  if (!*changed) return nullptr;
  auto tokens = implementation_->follow();
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  std::sort(tokens->begin(), tokens->end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  auto set = std::make_shared<TokenSet>();
  set->by_hash_ = std::move(*tokens);
  implementation_->has_been_read();
  return std::shared_ptr<const TokenSet>(std::move(set));
}

}  // namespace chatreports::store
