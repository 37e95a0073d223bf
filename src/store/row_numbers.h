#pragma once

#include <cstdint>

namespace chatreports::store {

// The numbers of rows after one and up to another.
struct RowNumbers {
  std::int64_t after = 0;
  std::int64_t last = 0;
};

}  // namespace chatreports::store
