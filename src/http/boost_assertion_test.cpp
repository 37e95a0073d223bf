#include <gtest/gtest.h>

#include <boost/assert.hpp>
#include <stdexcept>

namespace chatreports::http {
namespace {

TEST(BoostAssertion, ThrowsIfAnAssertionOfBoostFails) {
  EXPECT_THROW(BOOST_ASSERT(false), std::logic_error);
  EXPECT_THROW(BOOST_ASSERT_MSG(false, "why"), std::logic_error);
  EXPECT_NO_THROW(BOOST_ASSERT(true));
}

}  // namespace
}  // namespace chatreports::http
