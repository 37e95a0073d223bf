#pragma once
// CHECK(condition): an assertion, in every build. If it fails, the program prints the place and
// ends. It is never used on input.

namespace chatreports {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace chatreports

#define CHECK(condition) \
  ((condition) ? void() : ::chatreports::check_failed(#condition, __FILE__, __LINE__))
