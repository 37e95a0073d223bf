#include "store/chat_updates_codec.h"

#include <gtest/gtest.h>

namespace chatreports::store {
namespace {

TEST(ChatUpdatesCodec, what_was_encoded_is_decoded) {
  ToldOfChat told;
  told.properties = {{chat::PropertyTold{chat::Layer::chat, "n", "p", std::int64_t{1}},
                      {{10}, true},
                      true,
                      false}};
  told.latest = {{{chat::TagTold{"t", true}, {{20}, false}, false, true}, "", {3, 5}},
                 {{chat::EventPropertyTold{7, chat::EventProperty::welcome_message, true},
                   {{30}, true},
                   false,
                   true},
                  "T_7",
                  {}}};
  const std::string bytes = encode(told);
  EXPECT_EQ(decode_told_of_chat(bytes).value(), told);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_told_of_chat(std::string_view(bytes).substr(0, size)).has_value());
  }
}

}  // namespace
}  // namespace chatreports::store
