#pragma once
// CHECK(condition): a promise of our own code. Broken, the program says where and stops, in every
// build; it is never used on what comes from outside.

namespace chatreports {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace chatreports

#define CHECK(condition) \
  ((condition) ? void() : ::chatreports::check_failed(#condition, __FILE__, __LINE__))
