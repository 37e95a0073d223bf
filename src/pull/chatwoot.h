#pragma once
// A Chatwoot account, version 3.6 or later, as a source of chats: by the REST API that its own page
// uses. Source of the shapes: Chatwoot's public API reference and source code, version 4.15.

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pull/chatwoot_threads.h"
#include "pull/http_client.h"
#include "pull/source.h"
#include "time/instant.h"

namespace chatreports::pull {

struct ChatwootAccount {
  std::string url = {};      // of the installation, without a slash at its end
  std::string account = {};  // its number
  std::string token = {};    // the access token of an administrator
  ChatwootGroups groups = ChatwootGroups::inboxes;
  std::string webhook_secret = {};  // that webhooks are signed with; empty: there are none
  bool operator==(const ChatwootAccount&) const = default;
};

// Of the token's owner, in an account.
struct ChatwootMembership {
  std::string account;  // its number
  std::string name;
};

// A page of chats is the conversations of one page of Chatwoot's lists. A call for a page makes one
// or two requests for each conversation.
class Chatwoot final : public Source {
 public:
  // Waits so long before each request.
  Chatwoot(ChatwootAccount account, Duration between_requests, HttpLimits limits = {});
  ~Chatwoot() override;
  Chatwoot(const Chatwoot&) = delete;
  Chatwoot& operator=(const Chatwoot&) = delete;

  // Fails if the version is too old. The id is made of the address and the account.
  Answer<std::string> owner(const std::stop_token& stop) override;
  Answer<std::optional<Instant>> newest(const std::stop_token& stop) override;
  Answer<std::optional<Instant>> oldest(std::optional<Instant> since,
                                        const std::stop_token& stop) override;
  Answer<ChatsPage> chats(const ChatsQuery& query, const std::stop_token& stop) override;
  Answer<std::vector<chat::Record>> list(List what, const std::stop_token& stop) override;
  bool tells_changes() const override { return true; }
  // Beyond 10,000 they are forgotten: they come with the changes.
  void hint(std::int64_t chat) override;
  bool has_hints() const override;
  void stored() override;
  std::uint64_t requests() const override;

  // Makes Chatwoot send a webhook to the address whenever a conversation changes, in place of one
  // that it sent there before. Returns the secret that it signs with. Fails if it signs none.
  Answer<std::string> register_webhook(const std::string& url, const std::stop_token& stop);

  // Needs no account.
  Answer<std::vector<ChatwootMembership>> memberships(const std::stop_token& stop);

 private:
  class Implementation;
  const std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::pull
