#include "api/delete_records.h"

#include <fmt/format.h>

#include <future>
#include <memory>
#include <utility>

#include "api/errors.h"
#include "api/parameter_reader.h"
#include "api/presentation.h"
#include "chat/hidden_agents.h"
#include "chat/limits.h"

namespace chatreports::api {
namespace {

constexpr auto allowed =
    "the body must be an object with one of thread_id, agent_id, before, and everything";

std::optional<std::string> read_id(ParameterReader& body, std::string_view key) {
  auto id = body.read_text(key);
  if (id && id->empty()) body.fail(key, "must not be empty");
  if (id && id->size() > chat::max_id_bytes) {
    body.fail(key, fmt::format("must not be longer than {} bytes", chat::max_id_bytes));
  }
  return id;
}

Result<chat::Deletion> read_deletion(const std::string& text, Instant now) {
  if (text.empty()) return invalid(allowed);
  const Result<Object> object = parse_json_parameters(text);
  if (!object) return std::unexpected(object.error());
  FirstError error;
  ParameterReader body(*object, "", error);
  const auto thread_id = read_id(body, "thread_id");
  const auto agent_id = read_id(body, "agent_id");
  const auto before = body.read_time("before");
  const auto everything = body.read_bool("everything");
  body.refuse_unknown_keys();
  if (everything == false) body.fail("everything", "must be true");
  if (before && before->instant > now) body.fail("before", "must not be in the future");
  if (agent_id && chat::is_digest(*agent_id)) {
    body.fail("agent_id", "is the digest of an agent who was deleted");
  }
  if (error.message()) return invalid(*error.message());
  if (int{thread_id.has_value()} + int{agent_id.has_value()} + int{before.has_value()} +
          int{everything.has_value()} !=
      1) {
    return invalid(allowed);
  }
  if (thread_id) return chat::ThreadDeletion{*thread_id};
  if (agent_id) return chat::AgentDeletion{*agent_id};
  if (before) return chat::TimeDeletion{before->instant};
  return chat::LicenseDeletion{};
}

}  // namespace

http::Response delete_records(Services& services, const Call& call) {
  auto deletion = read_deletion(call.request.body, call.now);
  if (!deletion) return error_answer(ErrorType::validation, deletion.error().message);
  using Outcome = Result<std::uint64_t>;
  const auto deleted = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> outcome = deleted->get_future();
  services.intake.erase(call.caller.license, *std::move(deletion),
                        [deleted](const Outcome& result) { deleted->set_value(result); });
  if (outcome.wait_for(services.options.deletion_patience) != std::future_status::ready) {
    return uncached_json(202, R"({"status":"under way"})");
  }
  const Outcome result = outcome.get();
  if (result) return uncached_json(200, fmt::format(R"({{"chats":{}}})", *result));
  if (result.error().kind == ErrorKind::not_found) {
    return error_answer(ErrorType::not_found, result.error().message);
  }
  return error_answer(ErrorType::service_unavailable,
                      "The deletion can't be completed right now; ask again, which does no harm. "
                      "The server's log says why");
}

}  // namespace chatreports::api
