#include "chat/deletion.h"

#include <fmt/format.h>

#include "base/overloaded.h"
#include "chat/hidden_agents.h"
#include "chat/limits.h"

namespace chatreports::chat {
namespace {

Result<void> check_id(std::string_view id) {
  if (id.empty()) return invalid("must not be empty");
  if (id.size() <= max_id_bytes) return {};
  return invalid(fmt::format("must not be longer than {} bytes", max_id_bytes));
}

}  // namespace

Result<void> check(const Deletion& deletion, Instant now) {
  return std::visit(Overloaded{
                        [](const ThreadDeletion& of) { return check_id(of.thread_id); },
                        [](const AgentDeletion& of) {
                          if (!is_digest(of.agent_id)) return check_id(of.agent_id);
                          return Result<void>(invalid("is the digest of an agent who was deleted"));
                        },
                        [now](const TimeDeletion& of) {
                          return of.before > now
                                     ? Result<void>(invalid("must not be in the future"))
                                     : Result<void>();
                        },
                        [](const LicenseDeletion&) { return Result<void>(); },
                    },
                    deletion);
}

}  // namespace chatreports::chat
