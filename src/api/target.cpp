#include "api/target.h"

namespace chatreports::api {

Target parse_target(std::string_view target) {
  Target parsed;
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  parsed.path = target.substr(0, question);
  if (question != target.npos) parsed.query = target.substr(question + 1);
  if (parsed.path.starts_with("/v") && !parsed.path.starts_with("/v1/")) {
    const std::size_t slash = parsed.path.find('/', 1);
    if (slash != parsed.path.npos && parsed.path.substr(slash).starts_with("/reports/")) {
      parsed.version = parsed.path.substr(2, slash - 2);
      parsed.path.remove_prefix(slash);
    }
  }
  return parsed;
}

}  // namespace chatreports::api
