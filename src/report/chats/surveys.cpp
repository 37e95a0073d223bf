// surveys: how often each form was sent in, and each answer chosen, by the groups of the chat.

#include <fmt/format.h>

#include <array>
#include <map>
#include <string>

#include "base/check.h"
#include "report/assembler.h"
#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  return std::vector{plan_of_whole_range(query, SubmissionsSource{})};
}

struct Form {
  std::int64_t count = 0;
  std::map<std::string, Entries> fields;  // the counts of the answers, by field
};

// The answers of one form: `count` takes its place among the fields, in the order of text.
Entries entries_of(Form form) {
  Entries entries;
  const Entry count{"count", Number(form.count)};
  bool counted = false;
  for (auto& [field, answers] : form.fields) {
    if (!counted && count.key <= field) {
      entries.push_back(count);
      counted = true;
    }
    // A field that is called "count" must not hide the count.
    if (field != count.key) entries.push_back({field, std::move(answers)});
  }
  if (!counted) entries.push_back(count);
  return entries;
}

Report report(const Definition& definition, const Query&, std::span<const Plan>,
              std::span<const Table> tables, Allowance& allowance) {
  std::map<std::int64_t, std::map<std::string, Form>> groups;
  Steps steps(allowance);
  for (const SubmissionsCell& cell : std::get<std::vector<SubmissionsCell>>(tables[0])) {
    if (steps.take(steps_per_entry)) break;
    Form& form = groups[cell.group][cell.form_id];
    if (cell.answer.empty()) {
      form.count = cell.count;
      continue;
    }
    // Ids of answers may hold a colon, ids of fields may not.
    const std::size_t colon = cell.answer.find(':');
    CHECK(colon != std::string::npos);
    form.fields[cell.answer.substr(0, colon)].push_back(
        {cell.answer.substr(colon + 1), Number(cell.count)});
  }
  Report answer{&definition, definition.figures};
  for (auto& [group, forms] : groups) {
    Entries of_group;
    if (steps.take(steps_per_entry)) break;
    for (auto& [form_id, form] : forms) {
      if (steps.take(steps_per_entry * (1 + form.fields.size()))) break;
      of_group.push_back({form_id, entries_of(std::move(form))});
    }
    answer.records.push_back({fmt::to_string(group), std::move(of_group)});
  }
  return answer;
}

constexpr RowColumn columns[] = {
    {"group"}, {"form"}, {"field"}, {"answer"}, {"count", Unit::submissions}};

// One row for each form, without a field, and one for each of its answers.
bool take_record(const Entry& record, const TakeRow& take) {
  const RowCell group = Number(std::stoll(record.key));
  for (const Entry& form : std::get<Entries>(record.value)) {
    for (const Entry& field : std::get<Entries>(form.value)) {
      if (const auto* count = std::get_if<Number>(&field.value)) {
        if (!take(std::array<RowCell, 5>{group, form.key, {}, {}, *count})) return false;
        continue;
      }
      for (const Entry& answer : std::get<Entries>(field.value)) {
        const RowCell count = std::get<Number>(answer.value);
        if (!take(std::array<RowCell, 5>{group, form.key, field.key, answer.key, count})) {
          return false;
        }
      }
    }
  }
  return true;
}

}  // namespace

Definition surveys() {
  return {
      .resource = "chats",
      .action = "surveys",
      .name = "surveys-report",
      .versions = {Version::v3_4, Version::v3_4},
      .meaning = "How often surveys were submitted, and each answer chosen.",
      .dimensions = {Dimension::group, Dimension::form, Dimension::field, Dimension::answer},
      .figures = {{.meaning = "submissions in which the answer was chosen",
                   .unit = Unit::submissions},
                  {.key = "count",
                   .meaning = "submissions of the form",
                   .unit = Unit::submissions,
                   .level = Dimension::form}},
      .own_shape =
          OwnShape{.plans = plans, .report = report, .rows = OwnRows{columns, take_record}},
  };
}

}  // namespace chatreports::report::chats
