#include "store/chat_updates_codec.h"

#include <gtest/gtest.h>

namespace chatreports::store {
namespace {

TEST(ChatUpdatesCodec, what_was_encoded_is_decoded) {
  chat::ChatUpdates updates;
  updates.of_all_threads = {{chat::PropertyUpdate{chat::Layer::chat, "n", "p", std::int64_t{1}},
                             {from_unix_microseconds(10), true},
                             true}};
  updates.of_running_threads = {
      {{chat::TagUpdate{"t", true}, {from_unix_microseconds(20), false}, false, true}, "", {3, 5}},
      {{chat::EventPropertyUpdate{7, chat::EventProperty::welcome_message, true},
        {from_unix_microseconds(30), true},
        false,
        true},
       "T_7",
       {}}};
  const std::string bytes = encode(updates);
  EXPECT_EQ(decode_chat_updates(bytes).value(), updates);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_chat_updates(std::string_view(bytes).substr(0, size)).has_value());
  }
}

}  // namespace
}  // namespace chatreports::store
