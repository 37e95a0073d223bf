#pragma once
// The error for a record that was refused and has changed nothing, because a limit in
// chat/record_size.h would be exceeded.

#include <string>
#include <utility>

#include "base/error.h"

namespace chatreports::store {

// No other error of a write has this kind.
constexpr ErrorKind record_is_refused = ErrorKind::not_found;

inline std::unexpected<Error> refused(std::string why) {
  return std::unexpected(Error{record_is_refused, std::move(why)});
}

}  // namespace chatreports::store
