#pragma once
// Fakes of all that an Api depends on, and a way to ask it without a server. For tests and
// benchmarks; one thread.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/api.h"
#include "base/check.h"
#include "base/overloaded.h"

namespace chatreports::api {

class FakeAccess : public Access {
 public:
  std::map<std::string, Caller, std::less<>> callers;      // by token
  std::map<std::string, LicenseId, std::less<>> webhooks;  // by secret

  FoundToken find(std::string_view token, Instant) const override {
    const auto found = callers.find(token);
    if (found == callers.end()) return {};
    return {found->second.token_id, found->second.license, nullptr, &found->second};
  }
  Result<std::optional<Caller>> caller(std::string_view token, const FoundToken&,
                                       Instant) const override {
    const auto found = callers.find(token);
    if (found == callers.end()) return std::nullopt;
    return found->second;
  }
  Result<std::optional<LicenseId>> license_of_webhook(std::string_view secret,
                                                      Instant) const override {
    const auto found = webhooks.find(secret);
    if (found == webhooks.end()) return std::nullopt;
    return found->second;
  }
};

// Takes all records in at once.
class FakeIntake : public Intake {
 public:
  bool ready = true;
  Wholeness state = Wholeness::whole;
  Result<void> acknowledges = {};
  bool has_room = true;
  std::int64_t highest = 1;
  std::vector<RefusedRecord> refuses;  // of each call
  std::vector<chat::Record> taken;
  std::vector<std::string> ignored;

  bool is_ready() const override { return ready; }
  Result<void> can_acknowledge() const override { return acknowledges; }
  Wholeness wholeness(LicenseId) const override { return state; }
  std::int64_t highest_rating(LicenseId) const override { return highest; }
  bool has_room_for_webhook(LicenseId) const override { return has_room; }
  void take_in(LicenseId, Channel, std::vector<chat::Record> records, Done done) override {
    for (chat::Record& record : records) taken.push_back(std::move(record));
    done(refuses);
  }
  void erase(LicenseId, chat::Deletion deletion, Deleted done) override {
    erased.push_back(std::move(deletion));
    if (deleted) {
      done(*deleted);
    } else {
      waits.push_back(std::move(done));
    }
  }
  void count_ignored(std::string_view action) override { ignored.emplace_back(action); }

  std::vector<chat::Deletion> erased;
  std::optional<Result<std::uint64_t>> deleted = 1;  // of each deletion; nothing: it waits
  std::vector<Deleted> waits;
};

class FakeDirectory : public Directory {
 public:
  chat::DigestKey key = {};
  std::map<std::string, std::string, std::less<>> timezones;  // by agent
  report::FormLabels labels;
  chat::Team agents_and_groups;
  std::vector<chat::ChatRecord> threads;
  bool is_readable = true;

  chat::DigestKey digest_key(LicenseId) const override { return key; }
  Result<std::optional<std::string>> agent_timezone(LicenseId,
                                                    const std::string& agent_id) const override {
    if (!is_readable) return failed("a damaged record");
    const auto found = timezones.find(agent_id);
    if (found == timezones.end()) return std::nullopt;
    return found->second;
  }
  Result<std::shared_ptr<const report::FormLabels>> form_labels(LicenseId) const override {
    if (!is_readable) return failed("a damaged label");
    return std::make_shared<const report::FormLabels>(labels);
  }
  Result<std::shared_ptr<const chat::Team>> team(LicenseId) const override {
    if (!is_readable) return failed("a damaged agent");
    return std::make_shared<const chat::Team>(agents_and_groups);
  }
  Result<std::optional<chat::ChatRecord>> thread(LicenseId,
                                                 const std::string& thread_id) const override {
    if (!is_readable) return failed("a damaged thread");
    const auto found = std::ranges::find(threads, thread_id, &chat::ChatRecord::thread_id);
    if (found == threads.end()) return std::nullopt;
    return *found;
  }
};

// Keeps what it is told in memory.
class FakeTokenDesk : public TokenDesk {
 public:
  std::vector<access::Token> tokens;
  std::optional<Error> fails;  // each change
  bool is_readable = true;

  Result<std::vector<access::Token>> list(LicenseId license) override {
    if (!is_readable) return failed("a damaged file");
    std::vector<access::Token> list = tokens;
    std::erase_if(list, [license](const auto& token) { return token.license != license; });
    return list;
  }
  Result<NewToken> create(const access::Token& token) override {
    if (fails) return std::unexpected(*fails);
    const std::int64_t id = ++last_id_;
    tokens.push_back(token);
    tokens.back().id = id;
    return NewToken{id, fmt::format("text {}", id)};
  }
  Result<NewToken> replace(std::int64_t id, const access::Token& token, Instant end) override {
    if (!fails) std::ranges::find(tokens, id, &access::Token::id)->expires_at = end;
    return create(token);
  }
  Result<void> revoke(std::int64_t id) override {
    if (fails) return std::unexpected(*fails);
    std::erase_if(tokens, [id](const auto& token) { return token.id == id; });
    return {};
  }

 private:
  std::int64_t last_id_ = 0;
};

// All of them, with the token "reader" for the reports of licence 1.
struct Fakes {
  Fakes() { access.callers["reader"] = {1, {1}, {Scope::reports_read}, std::nullopt}; }

  Dependencies with(const engine::Engine& engine) {
    return {engine, access, intake, directory, nullptr, &tokens};
  }

  FakeAccess access;
  FakeIntake intake;
  FakeDirectory directory;
  FakeTokenDesk tokens;
};

// Returns the answer to a request that has no streamed body.
inline http::Response answer(const Api& api, const http::Request& request) {
  const http::Admission admission = api.admit(request);
  return std::visit(
      Overloaded{
          [&](const http::Inline& handler) { return handler.handle(request); },
          [&](const http::InSlot& handler) { return handler.handle(request); },
          [&](const http::Deferred& handler) {
            std::optional<http::Response> given;
            handler.handle(request, [&given](const http::Response& response) { given = response; });
            CHECK(given.has_value());
            return *given;
          },
          [](const http::Streamed&) -> http::Response {
            CHECK(false && "a streamed body");
            return {};
          },
          [&](const http::Rejected& rejected) { return rejected.response; },
      },
      admission);
}

}  // namespace chatreports::api
