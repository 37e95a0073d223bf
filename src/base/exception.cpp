#include "base/exception.h"

#include <new>
#include <system_error>

namespace chatreports {

Error error_of(const std::exception& exception) {
  if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) {
    return {ErrorKind::failed,
            "there is not enough memory; raise the limit (`ulimit -v`, or that of the container or "
            "unit) or end other programs, and try again"};
  }
  const auto* system = dynamic_cast<const std::system_error*>(&exception);
  if (system != nullptr && system->code() == std::errc::resource_unavailable_try_again) {
    return {ErrorKind::failed,
            "the system starts no more threads; raise the limits of memory (`ulimit -v`) and of "
            "processes (`ulimit -u`), and try again"};
  }
  return {ErrorKind::failed, exception.what()};
}

}  // namespace chatreports
