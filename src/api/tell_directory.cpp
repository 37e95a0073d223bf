#include "api/tell_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/conditional.h"
#include "api/default_timezone.h"
#include "api/errors.h"
#include "api/json_value.h"
#include "api/narrow.h"
#include "api/parameter_reader.h"
#include "api/parameters.h"
#include "api/presentation.h"
#include "api/refusals.h"
#include "api/target.h"
#include "base/json_text.h"
#include "base/product_version.h"
#include "report/plan.h"
#include "report/query.h"
#include "time/rfc3339.h"

namespace chatreports::api {
namespace {

constexpr std::size_t most_listed = 10'000;                    // values in each list
constexpr std::size_t most_list_bytes = std::size_t{2} << 20;  // about
constexpr std::size_t most_plan_bytes = std::size_t{1} << 30;  // of all different values
constexpr TimeRange all_time{earliest_instant, latest_instant};

http::Response json_answer(const Services& services, const Call& call, std::string text) {
  http::Response response;
  warn_of_damage(services.intake.wholeness(call.caller.license), response);
  if (is_at_client(call.request, text, response)) return response;
  response.headers.emplace_back("Content-Type", media_type_of(Format::json));
  response.body = std::move(text);
  return response;
}

void append_or_null(std::string& json, const std::optional<std::string>& text) {
  if (text) {
    append_json_string(json, *text);
  } else {
    json += "null";
  }
}

void append_or_null(std::string& json, const std::optional<Instant>& at) {
  append_or_null(json, at ? std::optional(format_rfc3339(*at)) : std::nullopt);
}

// Appends `,"<key>":[…]` with what `append_one` makes of the first elements.
template <class Elements, class AppendOne>
void append_list(std::string& json, std::string_view key, const Elements& elements,
                 const AppendOne& append_one) {
  json += json.back() == '{' ? "" : ",";
  append_json_string(json, key);
  json += ":[";
  std::size_t count = 0;
  const std::size_t begin = json.size();
  for (const auto& element : elements) {
    if (count == most_listed || json.size() - begin > most_list_bytes) break;
    if (count++ > 0) json += ',';
    append_one(element);
  }
  json += ']';
}

// What a licence's chats have.
class Contents {
 public:
  // Those that the caller may see.
  Contents(const engine::Engine& engine, const Caller& caller, Allowance& allowance)
      : engine_(engine),
        license_(caller.license),
        chats_(predicate_of_chats(caller)),
        allowance_(allowance) {}

  // The values of the field, those of most chats first.
  Result<std::vector<report::Value>> values(report::Field field) const {
    const auto table = engine_.run(
        plan(report::ChatsSource{std::move(field), {{report::Column::count, {}}}}), allowance_);
    if (!table) return std::unexpected(table.error());
    std::vector<std::pair<report::Sum, report::Value>> counted;
    for (const report::ChatsCell cell : std::get<report::ChatsTable>(*table)) {
      counted.emplace_back(cell.figures[0], *cell.group);
    }
    std::ranges::stable_sort(counted, std::greater(), [](const auto& one) { return one.first; });
    std::vector<report::Value> values;
    for (auto& [count, value] : counted) values.push_back(std::move(value));
    return values;
  }

  Result<std::vector<std::string>> forms() const {
    const auto table = engine_.run(plan(report::SubmissionsSource{}), allowance_);
    if (!table) return std::unexpected(table.error());
    std::map<std::string, std::int64_t> counts;
    for (const auto& cell : std::get<std::vector<report::SubmissionsCell>>(*table)) {
      if (cell.answer.empty()) counts[cell.form_id] += cell.count;
    }
    std::vector<std::pair<std::string, std::int64_t>> counted(counts.begin(), counts.end());
    std::ranges::stable_sort(counted, std::greater(), [](const auto& one) { return one.second; });
    std::vector<std::string> forms;
    for (auto& [form, count] : counted) forms.push_back(std::move(form));
    return forms;
  }

 private:
  static report::Predicate predicate_of_chats(const Caller& caller) {
    report::Filters filters;
    narrow(filters, caller);
    return report::predicate_of(filters);
  }
  report::Plan plan(report::Source source) const {
    return {license_, std::move(source), false, chats_, Buckets::whole(all_time)};
  }

  const engine::Engine& engine_;
  const LicenseId license_;
  const report::Predicate chats_;
  Allowance& allowance_;
};

// Those of records and those of chats: an agent who left long ago still has chats.
std::vector<chat::TeamAgent> agents_of(const chat::Team& team,
                                       const std::vector<report::Value>& in_chats) {
  std::vector<chat::TeamAgent> agents = team.agents;
  for (const report::Value& id : in_chats) {
    const auto& text = std::get<std::string>(id);
    const auto known =
        std::ranges::lower_bound(team.agents, text, std::less(), &chat::TeamAgent::id);
    if (known == team.agents.end() || known->id != text) agents.push_back({text, {}, false});
  }
  return agents;
}

std::vector<chat::TeamGroup> groups_of(const chat::Team& team,
                                       const std::vector<report::Value>& in_chats) {
  std::vector<chat::TeamGroup> groups = team.groups;
  for (const report::Value& id : in_chats) {
    const std::int64_t number = std::get<std::int64_t>(id);
    const auto known = std::ranges::find(team.groups, number, &chat::TeamGroup::id);
    if (known == team.groups.end()) groups.push_back({number, {}});
  }
  return groups;
}

// Leaves those that the caller's chats have, and those that the token names.
template <class Member, class Id>
void leave_visible(std::vector<Member>& members, const std::vector<report::Value>& in_chats,
                   const std::vector<Id>& only) {
  const std::set<report::Value> visible(in_chats.begin(), in_chats.end());
  std::erase_if(members, [&](const Member& member) {
    return !visible.contains(report::Value(member.id)) &&
           std::ranges::find(only, member.id) == only.end();
  });
}

Result<std::string> directory_text(const Services& services, const Caller& caller,
                                   const chat::Team& team, Allowance& allowance) {
  const Contents contents(services.engine, caller, allowance);
  std::string json = "{";
  const auto append_value = [&json](const report::Value& value) { append_json(json, value); };
  const auto append_named = [&json](const auto& one) {
    json += R"({"id":)";
    append_json(json, one.id);
    json += R"(,"name":)";
    append_or_null(json, one.name);
    json += '}';
  };
  const auto agents = contents.values(report::Field::agent());
  if (!agents) return std::unexpected(agents.error());
  std::vector<chat::TeamAgent> people = agents_of(team, *agents);
  if (caller.is_narrowed()) leave_visible(people, *agents, caller.only_agents);
  for (const auto& [key, are_bots] : {std::pair("agents", false), std::pair("bots", true)}) {
    std::vector<chat::TeamAgent> kind;
    std::ranges::copy_if(people, std::back_inserter(kind),
                         [are_bots](const auto& agent) { return agent.is_bot == are_bots; });
    append_list(json, key, kind, append_named);
  }
  const auto groups = contents.values(report::Field::group());
  if (!groups) return std::unexpected(groups.error());
  std::vector<chat::TeamGroup> known_groups = groups_of(team, *groups);
  if (caller.is_narrowed()) leave_visible(known_groups, *groups, caller.only_groups);
  append_list(json, "groups", known_groups, append_named);
  for (const auto& [key, field] :
       {std::pair("tags", report::Field::tag()), std::pair("greetings", report::Field::greeting()),
        std::pair("goals", report::Field::goal()), std::pair("sales", report::Field::sale()),
        std::pair("countries", report::Field::country())}) {
    const auto values = contents.values(field);
    if (!values) return std::unexpected(values.error());
    append_list(json, key, *values, append_value);
  }
  const auto forms = contents.forms();
  if (!forms) return std::unexpected(forms.error());
  append_list(json, "forms", *forms, [&json](const std::string& form) {
    json += R"({"id":)";
    append_json_string(json, form);
    json += '}';
  });
  append_list(json, "properties", services.engine.content(caller.license).properties,
              [&json](const auto& property) {
                json += R"({"namespace":)";
                append_json_string(json, property.first);
                json += R"(,"name":)";
                append_json_string(json, property.second);
                json += '}';
              });
  return json + "}";
}

// Returns the answer from the cache; else what `make` makes, and caches it. It never depends on the
// time.
template <class Make>
http::Response cached_answer(Services& services, const Call& call, std::string key,
                             const Make& make) {
  if (services.intake.wholeness(call.caller.license) == Wholeness::damaged) {
    return damaged_records();
  }
  key.insert(0, narrowed_key(call.caller) + ' ');
  // Read before the facts are.
  const ChangeNumber last_change = services.engine.applied();
  if (const auto cached = services.answer_cache.find(key, last_change, call.now)) {
    return json_answer(services, call, cached->text);
  }
  Allowance allowance = allowance_of(services, call.request, most_plan_bytes, 1);
  std::expected<std::string, http::Response> text = make(allowance);
  if (!text) return std::move(text.error());
  services.answer_cache.put(
      std::move(key), last_change, earliest_instant,
      std::make_shared<const CachedAnswer>(*text, media_type_of(Format::json)));
  return json_answer(services, call, *std::move(text));
}

// The name space and the name that a request asks for.
Result<std::pair<std::string, std::string>> property_of(const http::Request& request) {
  const auto parameters = parse_query_parameters(parse_target(request.target).query);
  if (!parameters) return std::unexpected(parameters.error());
  FirstError error;
  ParameterReader reader(*parameters, "", error);
  auto name_space = reader.read_text("namespace");
  auto name = reader.read_text("name");
  reader.refuse_unknown_keys();
  for (const auto& [key, text] : {std::pair("namespace", &name_space), std::pair("name", &name)}) {
    if (!*text) reader.fail(key, "is missing");
  }
  if (error.message()) return invalid(*error.message());
  return std::pair(*std::move(name_space), *std::move(name));
}

}  // namespace

http::Response tell_caller(Services& services, const Call& call) {
  const Caller& caller = call.caller;
  if (services.intake.wholeness(caller.license) == Wholeness::damaged) return damaged_records();
  const auto timezone = default_timezone(services, caller);
  if (!timezone) return no_answer_now();
  const engine::LicenseContent content = services.engine.content(caller.license);
  const auto first = content.starts.transform([](const TimeRange& range) { return range.from; });
  const auto last = content.starts.transform([](const TimeRange& range) { return range.to; });
  std::string json = fmt::format(R"({{"license":{},"scopes":[)", caller.license.value);
  for (const Scope scope : token_scopes) {
    if (!caller.scopes.contains(scope)) continue;
    if (json.back() != '[') json += ',';
    append_json_string(json, text_of(scope));
  }
  json += R"(],"version":)";
  append_json_string(json, product_version());
  json += R"(,"timezone":)";
  append_or_null(json, *timezone);
  json += fmt::format(R"(,"chats":{},"first_chat":)", content.chats);
  append_or_null(json, first);
  json += R"(,"last_chat":)";
  append_or_null(json, last);
  json += fmt::format(R"(,"last_change":{})", content.last_change.value);
  if (caller.is_narrowed()) {
    append_list(json, "only_groups", caller.only_groups,
                [&json](std::int64_t group) { json += std::to_string(group); });
    append_list(json, "only_agents", caller.only_agents,
                [&json](const std::string& agent) { append_json_string(json, agent); });
  }
  return json_answer(services, call, json + "}");
}

http::Response tell_directory(Services& services, const Call& call) {
  const LicenseId license = call.caller.license;
  return cached_answer(services, call, fmt::format("{} directory", license.value),
                       [&](Allowance& allowance) -> std::expected<std::string, http::Response> {
                         const auto team = services.directory.team(license);
                         if (!team) return std::unexpected(unreadable_team());
                         auto text = directory_text(services, call.caller, **team, allowance);
                         if (!text) return std::unexpected(no_answer_now());
                         return *std::move(text);
                       });
}

http::Response tell_property(Services& services, const Call& call) {
  const auto property = property_of(call.request);
  if (!property) return error_answer(ErrorType::validation, property.error().message);
  const auto& [name_space, name] = *property;
  const LicenseId license = call.caller.license;
  // The length keeps two properties apart.
  std::string key =
      fmt::format("{} property {} {}{}", license.value, name_space.size(), name_space, name);
  return cached_answer(services, call, std::move(key),
                       [&](Allowance& allowance) -> std::expected<std::string, http::Response> {
                         const auto values = Contents(services.engine, call.caller, allowance)
                                                 .values(report::Field::property(name_space, name));
                         if (!values) return std::unexpected(no_answer_now());
                         std::string json = "{";
                         append_list(json, "values", *values, [&json](const report::Value& value) {
                           append_json(json, value);
                         });
                         return json + "}";
                       });
}

}  // namespace chatreports::api
