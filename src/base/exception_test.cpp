#include "base/exception.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <system_error>

namespace chatreports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Exception, says_what_to_do) {
  const Error memory = error_of(std::bad_alloc());
  EXPECT_THAT(memory.message, HasSubstr("there is not enough memory"));
  EXPECT_THAT(memory.message, Not(HasSubstr("std::")));
  const std::system_error thread(std::make_error_code(std::errc::resource_unavailable_try_again));
  EXPECT_THAT(error_of(thread).message, HasSubstr("starts no more threads"));
  const std::system_error other(std::make_error_code(std::errc::permission_denied), "opening");
  EXPECT_THAT(error_of(other).message, HasSubstr("opening"));
  EXPECT_EQ(error_of(std::runtime_error("oops")), (Error{ErrorKind::failed, "oops"}));
}

}  // namespace
}  // namespace chatreports
