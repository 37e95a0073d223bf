#include "chat/property_digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "base/check.h"
#include "base/hex.h"
#include "base/one_of.h"
#include "base/overloaded.h"
#include "base/sha256.h"

namespace chatreports::chat {
namespace {

constexpr std::string_view stored_prefix = "hmac:";
constexpr std::size_t stored_digest_bytes = 16;
constexpr std::string_view old_prefix = "sha256:";

// The size of a digester's cache of results: many chats begin on the same few pages.
constexpr std::size_t most_stored_texts = 4'096;

// The first byte of a text that awaits its key; the digest's bytes follow. No input contains this
// byte, because well-formed UTF-8 does not.
constexpr char received_mark = '\xFF';

struct Name {
  std::string_view name_space;
  std::string_view name;
};
constexpr std::array customers_data{Name{"rating", "comment"}, Name{"routing", "transcript_email"},
                                    Name{"routing", "start_url"}, Name{"routing", "referrer"}};

bool is_customers_data(std::string_view name_space, std::string_view name) {
  return std::ranges::any_of(customers_data, [&](const Name& known) {
    return known.name == name && known.name_space == name_space;
  });
}

bool is_hex_after(std::string_view prefix, std::size_t bytes, std::string_view text) {
  return text.size() == prefix.size() + 2 * bytes && text.starts_with(prefix) &&
         text.find_first_not_of(hex_digits, prefix.size()) == text.npos;
}

template <std::size_t size>
std::array<unsigned char, size> from_hex(std::string_view digits) {
  std::array<unsigned char, size> bytes{};
  for (std::size_t at = 0; at < size; ++at) {
    bytes[at] = static_cast<unsigned char>(hex_digits.find(digits[2 * at]) * 16 +
                                           hex_digits.find(digits[2 * at + 1]));
  }
  return bytes;
}

// A cache of the digests that this thread made last.
class RecentDigests {
 public:
  const Sha256& of(std::string_view text) {
    One& one = recent_[std::hash<std::string_view>()(text) % recent_.size()];
    if (!one.is_there || one.text != text) {
      one.digest = sha256(text);
      one.text = text.size() <= most_bytes_of_one ? text : std::string_view();
      one.is_there = text.size() <= most_bytes_of_one;
    }
    return one.digest;
  }

 private:
  static constexpr std::size_t most_bytes_of_one = 512;
  struct One {
    bool is_there = false;
    std::string text;
    Sha256 digest{};
  };
  std::array<One, 256> recent_;
};

std::string received(const Sha256& digest) {
  std::string text;
  text.reserve(stored_prefix.size() + 2 * stored_digest_bytes);  // for step 2
  text += received_mark;
  text.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return text;
}

bool awaits(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && text->starts_with(received_mark);
}

// Call `take` with each property value of an update, a thread or a record, up to the first true.
template <class AnyUpdate, class Take>
bool any_value_of_update(AnyUpdate& update, const Take& take) {
  return std::visit(
      Overloaded{
          [&take](OneOf<PropertyUpdate, EventPropertyUpdate> auto& one) {
            return one.value && take(*one.value);
          },
          [](OneOf<EventUpdate, TagUpdate, GroupsUpdate, PresenceUpdate, EndUpdate, QueueUpdate,
                   UserPresenceUpdate, GroupUpdate> auto&) { return false; },
      },
      update);
}

template <class Thread, class Take>
bool any_value_of_thread(Thread& thread, const Take& take) {
  const auto of_property = [&take](auto& property) { return take(property.value); };
  return std::ranges::any_of(thread.properties, of_property) ||
         std::ranges::any_of(thread.chat_properties, of_property) ||
         std::ranges::any_of(thread.updates, [&take](auto& update) {
           return any_value_of_update(update.what, take);
         });
}

template <class AnyRecord, class Take>
bool any_value_of(AnyRecord& record, const Take& take) {
  return std::visit(
      Overloaded{
          [&take](OneOf<ChatRecord> auto& chat) { return any_value_of_thread(chat.thread, take); },
          [&take](OneOf<WebhookRecord> auto& webhook) {
            return (webhook.beginning && any_value_of_thread(*webhook.beginning, take)) ||
                   std::ranges::any_of(webhook.updates, [&take](auto& update) {
                     return any_value_of_update(update, take);
                   });
          },
          [](OneOf<AgentRecord, GroupRecord, AgentStatusRecord, GreetingRecord, AchievementRecord,
                   IgnoredWebhook, DigestKeyRecord, QueueRecord, FormLabel, FetchState> auto&) {
            return false;
          },
      },
      record);
}

}  // namespace

std::string text_of(const DigestKey& key) {
  std::string text;
  append_hex(text, key.bytes);
  return text;
}

std::optional<DigestKey> parse_digest_key(std::string_view text) {
  if (!is_hex_after("", sizeof(DigestKey::bytes), text)) return {};
  return DigestKey{from_hex<sizeof(DigestKey::bytes)>(text)};
}

std::string received_property_text(std::string_view name_space, std::string_view name,
                                   std::string_view text) {
  if (is_customers_data(name_space, name)) {
    if (is_hex_after(stored_prefix, stored_digest_bytes, text)) return std::string(text);
    if (is_hex_after(old_prefix, sizeof(Sha256), text)) {
      return received(from_hex<sizeof(Sha256)>(text.substr(old_prefix.size())));
    }
  } else if (text.size() <= max_property_text_bytes) {
    return std::string(text);
  }
  static thread_local RecentDigests digests;
  return received(digests.of(text));
}

bool awaits_key(const Record& record) {
  return any_value_of(record, awaits);
}

// The library's objects. It fails only if there is no memory left.
class PropertyDigester::Context {
 public:
  explicit Context(const DigestKey& key)
      : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(mac_)) {
    char digest[] = "SHA256";
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                OSSL_PARAM_construct_end()};
    CHECK(context_ != nullptr &&
          EVP_MAC_init(context_, key.bytes.data(), key.bytes.size(), parameters.data()) == 1);
  }
  ~Context() {
    EVP_MAC_CTX_free(context_);
    EVP_MAC_free(mac_);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Sha256 code_of(std::string_view bytes) {
    Sha256 code{};
    std::size_t length = 0;
    // Without a key it starts again with the previous one.
    CHECK(EVP_MAC_init(context_, nullptr, 0, nullptr) == 1 &&
          EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(bytes.data()),
                         bytes.size()) == 1 &&
          EVP_MAC_final(context_, code.data(), &length, code.size()) == 1 && length == code.size());
    return code;
  }

 private:
  EVP_MAC* mac_;
  EVP_MAC_CTX* context_;
};

PropertyDigester::PropertyDigester(const DigestKey& key)
    : context_(std::make_unique<Context>(key)) {}

PropertyDigester::~PropertyDigester() = default;

void PropertyDigester::apply(std::string& text) {
  const auto known = stored_texts_.find(text);
  if (known != stored_texts_.end()) {
    text = known->second;
    return;
  }
  const Sha256 code = context_->code_of(std::string_view(text).substr(1));
  std::string stored(stored_prefix);
  append_hex(stored, std::span(code).first<stored_digest_bytes>());
  if (stored_texts_.size() >= most_stored_texts) stored_texts_.clear();
  stored_texts_.emplace(std::move(text), stored);
  text = std::move(stored);
}

void PropertyDigester::apply(Record& record) {
  any_value_of(record, [this](Value& value) {
    if (awaits(value)) apply(std::get<std::string>(value));
    return false;
  });
}

std::string PropertyDigester::stored_text(std::string_view name_space, std::string_view name,
                                          std::string_view text) {
  std::string stored = received_property_text(name_space, name, text);
  if (stored.starts_with(received_mark)) apply(stored);
  return stored;
}

}  // namespace chatreports::chat
