// A broken promise within Boost, met by what a peer has sent: an exception that ends this one
// connection. Without it, Boost would end the process; with assertions off, it would go on with
// memory that it no longer understands. All sources are compiled with
// BOOST_ENABLE_ASSERT_HANDLER, which calls these.

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
