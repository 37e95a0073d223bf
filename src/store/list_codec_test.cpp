#include "store/list_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/record_generators_test.h"

namespace chatreports::store {
namespace {

TEST(ListCodec, a_number_of_more_than_64_bits_is_refused) {
  EXPECT_TRUE(decode_integers(std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)));
  EXPECT_FALSE(decode_integers(std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11)));
  EXPECT_FALSE(
      decode_integers(std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12)));
}

TEST(ListCodec, a_count_beyond_the_bytes_reserves_nothing) {
  EXPECT_FALSE(decode_integers("\xff\xff\xff\xff\xff\xff\xff\xff\x7f").has_value());
}

RC_GTEST_PROP(ListCodec, integers_come_back, ()) {
  const auto integers = *rc::gen::container<std::vector<std::int64_t>>(any_integer());
  RC_ASSERT((decode_integers(encode_integers(integers)) == integers));
}

}  // namespace
}  // namespace chatreports::store
