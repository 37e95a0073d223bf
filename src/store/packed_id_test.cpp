#include "store/packed_id.h"

#include <gtest/gtest.h>

namespace chatreports::store {
namespace {

TEST(PackedId, comes_back) {
  for (const char* id : {"0", "A", "Z", "00", "0A", "PJ0MRSHTDG", "K600PKZON8", "ZZZZZZZZZZZZ",
                         "000000000000", "10", "1"}) {
    const auto packed = pack_id(id);
    ASSERT_TRUE(packed.has_value()) << id;
    EXPECT_GT(*packed, 0);
    EXPECT_EQ(unpack_id(*packed), id);
  }
}

TEST(PackedId, is_of_few_characters_alone) {
  for (const char* id : {"", "pj0mrshtdg", "C-1", "ZZZZZZZZZZZZZ", "#12", "ź"}) {
    EXPECT_FALSE(pack_id(id).has_value()) << id;
  }
}

// Of integers that stand there by damage.
TEST(PackedId, any_integer_is_a_text) {
  for (const std::int64_t packed : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, std::int64_t{37},
                                    std::int64_t{74}, INT64_MAX}) {
    EXPECT_LE(unpack_id(packed).size(), 13u) << packed;
  }
}

}  // namespace
}  // namespace chatreports::store
