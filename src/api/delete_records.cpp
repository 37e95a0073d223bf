#include "api/delete_records.h"

#include <fmt/format.h>

#include <future>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/parameter_reader.h"
#include "api/presentation.h"
#include "api/refusals.h"
#include "chat/deletion.h"

namespace chatreports::api {
namespace {

constexpr auto allowed =
    "the body must be an object with one of thread_id, agent_id, before, and everything";

Result<chat::Deletion> read_deletion(const std::string& text, Instant now) {
  if (text.empty()) return invalid(allowed);
  const Result<Object> object = parse_json_parameters(text);
  if (!object) return std::unexpected(object.error());
  FirstError error;
  ParameterReader body(*object, "", error);
  std::vector<std::pair<std::string_view, chat::Deletion>> given;
  if (auto id = body.read_text("thread_id")) {
    given.emplace_back("thread_id", chat::ThreadDeletion{*std::move(id)});
  }
  if (auto id = body.read_text("agent_id")) {
    given.emplace_back("agent_id", chat::AgentDeletion{*std::move(id)});
  }
  if (const auto before = body.read_time("before")) {
    given.emplace_back("before", chat::TimeDeletion{before->instant});
  }
  if (const auto everything = body.read_bool("everything")) {
    if (!*everything) body.fail("everything", "must be true");
    given.emplace_back("everything", chat::LicenseDeletion{});
  }
  body.refuse_unknown_keys();
  for (const auto& [key, deletion] : given) {
    if (const auto checked = chat::check(deletion, now); !checked) {
      body.fail(key, checked.error().message);
    }
  }
  if (error.message()) return invalid(*error.message());
  if (given.size() != 1) return invalid(allowed);
  return std::move(given.front().second);
}

}  // namespace

http::Response delete_records(Services& services, const Call& call) {
  if (auto unexpected = unexpected_input(call.request)) return *std::move(unexpected);
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
