// Turns an assertion that fails within Boost into an exception, which ends one connection. By
// default it would end the process; without assertions Boost would go on with invalid state. All
// sources are compiled with BOOST_ENABLE_ASSERT_HANDLER, which calls these functions.

#include <fmt/format.h>

#include <stdexcept>

namespace boost {

void assertion_failed(const char* expression, const char* function, const char* file, long line) {
  throw std::logic_error(
      fmt::format("broken promise in {} at {}:{}: {}", function, file, line, expression));
}

void assertion_failed_msg(const char* expression, const char* message, const char* function,
                          const char* file, long line) {
  throw std::logic_error(fmt::format("broken promise in {} at {}:{}: {} ({})", function, file, line,
                                     expression, message));
}

}  // namespace boost
