#include "api/default_timezone.h"

#include "time/zone.h"

namespace chatreports::api {

Result<std::optional<std::string>> default_timezone(const Services& services,
                                                    const Caller& caller) {
  if (caller.agent_id) {
    auto zone = services.directory.agent_timezone(caller.license, *caller.agent_id);
    if (!zone) return zone;
    if (*zone) {
      // One that the system does not know counts as none, unlike one that can't be read.
      const Result<Zone> known = Zone::named(**zone);
      if (known || known.error().kind != ErrorKind::invalid) return zone;
    }
  }
  const auto found = services.options.timezones.find(caller.license);
  return found == services.options.timezones.end() ? services.options.timezone
                                                   : std::optional(found->second);
}

}  // namespace chatreports::api
