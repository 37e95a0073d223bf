#include "chat/property_digest.h"

#include <gtest/gtest.h>

namespace chatreports::chat {
namespace {

constexpr DigestKey key{{0x0b, 0x0b, 0x0b}};
constexpr DigestKey other_key{{0x0c}};

std::string stored(std::string_view name_space, std::string_view name, std::string_view text,
                   const DigestKey& with = key) {
  return PropertyDigester(with).stored_text(name_space, name, text);
}

// Made with Python: hmac.new(key, hashlib.sha256(b"abc").digest(), "sha256").hexdigest()[:32].
TEST(PropertyDigest, IsTheHmacOfTheSha256) {
  EXPECT_EQ(stored("rating", "comment", "abc"), "hmac:4ac624903193c19753a5a40411e74699");
}

TEST(PropertyDigest, IsMadeOfCustomersDataAndOfLongTextsOnly) {
  for (const auto& [name_space, name] :
       std::vector<std::pair<std::string, std::string>>{{"rating", "comment"},
                                                        {"routing", "transcript_email"},
                                                        {"routing", "start_url"},
                                                        {"routing", "referrer"}}) {
    EXPECT_EQ(stored(name_space, name, "abc"), stored("rating", "comment", "abc"));
  }
  EXPECT_EQ(stored("shop", "comment", "abc"), "abc");
  EXPECT_EQ(stored("routing", "start_url2", "abc"), "abc");
  const std::string longest(max_property_text_bytes, 'x');
  EXPECT_EQ(stored("shop", "plan", longest), longest);
  EXPECT_EQ(stored("shop", "plan", longest + "x"), stored("rating", "comment", longest + "x"));
}

TEST(PropertyDigest, DiffersByKey) {
  EXPECT_NE(stored("rating", "comment", "abc", key), stored("rating", "comment", "abc", other_key));
}

TEST(PropertyDigest, LeavesADigestUnchanged) {
  const std::string digest = stored("rating", "comment", "abc");
  EXPECT_EQ(stored("rating", "comment", digest), digest);
  EXPECT_EQ(stored("shop", "plan", digest), digest);  // the digest of a long text, or any text
}

// Version 0.1.0 exported SHA-256 of comments: filters by the text still find them.
TEST(PropertyDigest, ReadsTheOlderDigestAsThatOfItsText) {
  const std::string older =
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(stored("rating", "comment", older), stored("rating", "comment", "abc"));
  EXPECT_EQ(stored("shop", "checksum", older), older);
}

TEST(PropertyDigest, IsMadeInEveryPlaceOfAProperty) {
  const auto text = [] { return received_property_text("rating", "comment", "abc"); };
  const std::string expected = stored("rating", "comment", "abc");
  ThreadRecord thread;
  thread.properties = {{"rating", "comment", text()}, {"rating", "score", std::int64_t{1}}};
  thread.chat_properties = {{"routing", "referrer", text()}};
  thread.updates = {
      {PropertyUpdate{Layer::thread, "rating", "comment", text()}, {}},
      {EventPropertyUpdate{1, EventProperty::form_type, text()}, {}},
      {PropertyUpdate{Layer::thread, "rating", "comment", {}}, {}},
  };
  ThreadRecord digested = thread;
  digested.properties[0].value = expected;
  digested.chat_properties[0].value = expected;
  std::get<PropertyUpdate>(digested.updates[0].what).value = expected;
  std::get<EventPropertyUpdate>(digested.updates[1].what).value = expected;

  PropertyDigester digester(key);
  Record chat = ChatRecord{"t", thread};
  EXPECT_TRUE(awaits_key(chat));
  digester.apply(chat);
  EXPECT_EQ(chat, Record(ChatRecord{"t", digested}));
  EXPECT_FALSE(awaits_key(chat));

  Record webhook = WebhookRecord{"t", "", thread, {thread.updates[0].what}, {}};
  EXPECT_TRUE(awaits_key(webhook));
  digester.apply(webhook);
  EXPECT_EQ(webhook, Record(WebhookRecord{"t", "", digested, {digested.updates[0].what}, {}}));
  EXPECT_FALSE(awaits_key(Record(AgentRecord{"ann", {}, {}, {}})));
}

TEST(DigestKey, IsWrittenInHexadecimalDigits) {
  const std::string text = "0b0b0b" + std::string(58, '0');
  EXPECT_EQ(text_of(key), text);
  EXPECT_EQ(parse_digest_key(text), key);
  for (const std::string& wrong :
       {std::string(), text.substr(1), text + "0", "0B" + text.substr(2), "zz" + text.substr(2)}) {
    EXPECT_FALSE(parse_digest_key(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace chatreports::chat
