#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace chatreports {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "chatreports: broken promise at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace chatreports
