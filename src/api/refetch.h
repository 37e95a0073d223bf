#pragma once
// Chats that are fetched from another system, and have changed there: its webhooks tell which.

#include <cstdint>
#include <string_view>

#include "base/numbers.h"

namespace chatreports::api {

// Any thread may call any function.
class Refetch {
 public:
  virtual ~Refetch() = default;

  // Returns whether the licence is connected to Chatwoot, and the signature ("sha256=" and 64
  // hexadecimal digits) is that of its webhooks for this text.
  virtual bool is_signed_by_chatwoot(LicenseId license, std::string_view text,
                                     std::string_view signature) const = 0;
  // The conversation is fetched again within seconds. Does not wait.
  virtual void changed(LicenseId license, std::int64_t conversation) = 0;
};

}  // namespace chatreports::api
