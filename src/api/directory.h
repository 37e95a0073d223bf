#pragma once
// Facts about a licence other than its chats. Names of agents and groups, values in use and the ids
// behind numbers belong here, too.

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "chat/team.h"
#include "report/query.h"

namespace chatreports::api {

// Any thread may call any function.
class Directory {
 public:
  virtual ~Directory() = default;

  // Returns the key of the licence's digests, see chat/property_digest.h. A licence without a key
  // has no digests, and gets any key.
  virtual chat::DigestKey digest_key(LicenseId license) const = 0;

  // Returns the IANA name of an agent's time zone; nothing if it is unknown; an error if it can't
  // be read. May wait for the disk.
  virtual Result<std::optional<std::string>> agent_timezone(LicenseId license,
                                                            const std::string& agent_id) const = 0;

  // Returns the labels of the licence's forms, never null; an error if they can't be read. May wait
  // for the disk. A label that has changed has the number of a change, as a fact has: the labels
  // are at least as new as the facts that an engine had before the call.
  virtual Result<std::shared_ptr<const report::FormLabels>> form_labels(
      LicenseId license) const = 0;

  // Returns the licence's agents and groups, never null; an error if they can't be read. May wait
  // for the disk.
  virtual Result<std::shared_ptr<const chat::Team>> team(LicenseId license) const = 0;

  // Returns everything that is known of a thread; nothing if it is not known; an error if it can't
  // be read. May wait for the disk.
  virtual Result<std::optional<chat::ChatRecord>> thread(LicenseId license,
                                                         const std::string& thread_id) const = 0;
};

}  // namespace chatreports::api
