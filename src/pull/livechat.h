#pragma once
// LiveChat's Agent Chat API and Configuration API, versions 3.4 to 3.6, as a source of chats.
// Source of the shapes: the public reference of these APIs.

#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/parse_record.h"
#include "pull/http_client.h"
#include "pull/source.h"

namespace chatreports::pull {

struct LiveChatAccount {
  std::string account_id;
  std::string token;  // a personal access token
  std::string api = "https://api.livechatinc.com";
  std::string version = "3.6";
  bool operator==(const LiveChatAccount&) const = default;
};

// The versions of the API that it speaks.
constexpr std::array<std::string_view, 3> livechat_versions = {"3.4", "3.5", "3.6"};

class LiveChat final : public Source {
 public:
  explicit LiveChat(LiveChatAccount account, HttpLimits limits = {});

  const std::string& version() const { return account_.version; }

  // Asks another API than the rest, with an address of its own.
  Answer<std::string> owner(const std::stop_token& stop) override;
  Answer<std::optional<Instant>> newest(const std::stop_token& stop) override;
  Answer<std::optional<Instant>> oldest(std::optional<Instant> since,
                                        const std::stop_token& stop) override;
  Answer<ChatsPage> chats(const ChatsQuery& query, const std::stop_token& stop) override;
  Answer<std::vector<chat::Record>> list(List what, const std::stop_token& stop) override;

  std::uint64_t requests() const override { return client_.requests(); }

  // Posts to an action such as "agent/action/list_archives", and returns the body of its answer.
  Answer<std::string> call(std::string_view action, const std::string& body,
                           const std::stop_token& stop);

 private:
  // Returns whether a text of the other side repeats them.
  bool has_credentials(std::string_view text) const;
  Answer<std::string> call_once(std::string_view action, const std::string& body,
                                const std::stop_token& stop);

  const LiveChatAccount account_;
  HttpClient client_;
  ingest::RecordParser parser_;
  std::string region_;  // empty: the API's default
};

}  // namespace chatreports::pull
