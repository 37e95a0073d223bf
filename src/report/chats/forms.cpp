// forms: how often each form was submitted, and each answer chosen, with their labels.

#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "report/assembler.h"
#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::chats {
namespace {

Result<std::vector<Plan>> plans(const Query& query) {
  return std::vector{plan_of_whole_range(query, SubmissionsSource{})};
}

// Returns the number that the id is, if it is written as numbers are: `7`, but not `07`.
std::optional<std::int64_t> number_of_id(std::string_view id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool is_number = error == std::errc() && end == id.data() + id.size();
  const bool is_canonical = id == "0" || (!id.empty() && '1' <= id[0] && id[0] <= '9');
  return is_number && is_canonical ? std::optional(number) : std::nullopt;
}

// Numbers come before texts, in their own order.
struct ById {
  bool operator()(const std::string& left, const std::string& right) const {
    const auto place = [](const std::string& id) {
      const std::optional<std::int64_t> number = number_of_id(id);
      return std::tuple(!number.has_value(), number.value_or(0), std::string_view(id));
    };
    return place(left) < place(right);
  }
};

using Answers = std::map<std::string, std::int64_t, ById>;

struct Form {
  std::int64_t count = 0;
  std::size_t cells = 0;
  std::map<std::string, Answers, ById> fields;
};

// Adds the label of a field or, with `answer_id`, of an answer, if there is one.
void add_label(const Query& query, const std::string& form_id, const std::string& field_id,
               const std::string& answer_id, Entries& entries) {
  if (!query.form_labels) return;
  const auto label = query.form_labels->find({form_id, field_id, answer_id});
  if (label != query.form_labels->end()) entries.push_back({"label", label->second});
}

List fields_of(const Query& query, const std::string& form_id, const Form& form) {
  List fields;
  for (const auto& [field_id, counts] : form.fields) {
    List answers;
    for (const auto& [answer_id, count] : counts) {
      const std::optional<std::int64_t> number = number_of_id(answer_id);
      Entries answer;
      if (number) {
        answer.push_back({"answer_id", Number(*number)});
      } else {
        answer.push_back({"answer_id", answer_id});
      }
      answer.push_back({"count", Number(count)});
      add_label(query, form_id, field_id, answer_id, answer);
      answers.elements.push_back({"", std::move(answer)});
    }
    Entries field = {{"answers", std::move(answers)}, {"field_id", field_id}};
    add_label(query, form_id, field_id, "", field);
    fields.elements.push_back({"", std::move(field)});
  }
  return fields;
}

Report report(const Definition& definition, const Query& query, std::span<const Plan>,
              std::span<const Table> tables, Allowance& allowance) {
  std::map<std::pair<std::string, std::int64_t>, Form> forms;
  Steps steps(allowance);
  for (const SubmissionsCell& cell : std::get<std::vector<SubmissionsCell>>(tables[0])) {
    if (steps.take(steps_per_entry)) break;
    Form& form = forms[{cell.form_id, cell.group}];
    ++form.cells;
    if (cell.answer.empty()) {
      form.count = cell.count;
      continue;
    }
    // Ids of answers may hold a colon, ids of fields may not.
    const std::size_t colon = cell.answer.find(':');
    CHECK(colon != std::string::npos);
    form.fields[cell.answer.substr(0, colon)][cell.answer.substr(colon + 1)] = cell.count;
  }
  Report answer{&definition, definition.figures};
  for (const auto& [of, form] : forms) {
    if (steps.take(steps_per_entry * form.cells)) break;
    const auto& [form_id, group] = of;
    answer.records.push_back({"", Entries{{"count", Number(form.count)},
                                          {"fields", fields_of(query, form_id, form)},
                                          {"form_id", form_id},
                                          {"group_id", Number(group)}}});
  }
  return answer;
}

constexpr RowColumn columns[] = {{"form"},
                                 {"group"},
                                 {"field"},
                                 {"field_label"},
                                 {"answer"},
                                 {"answer_label"},
                                 {"count", Unit::submissions}};

// One row for the form, without a field, and one for each answer.
bool take_record(const Entry& record, const TakeRow& take) {
  const auto& form = std::get<Entries>(record.value);
  const RowCell form_id = cell_in(form, "form_id");
  const RowCell group = cell_in(form, "group_id");
  if (!take(std::array<RowCell, 7>{form_id, group, {}, {}, {}, {}, cell_in(form, "count")})) {
    return false;
  }
  for (const Entry& of_field : elements_in(form, "fields")) {
    const auto& field = std::get<Entries>(of_field.value);
    for (const Entry& of_answer : elements_in(field, "answers")) {
      const auto& answer = std::get<Entries>(of_answer.value);
      const bool goes_on = take(std::array{form_id, group, cell_in(field, "field_id"),
                                           cell_in(field, "label"), cell_in(answer, "answer_id"),
                                           cell_in(answer, "label"), cell_in(answer, "count")});
      if (!goes_on) return false;
    }
  }
  return true;
}

}  // namespace

Definition forms() {
  return {
      .resource = "chats",
      .action = "forms",
      .name = "form-report",
      .versions = {Version::v3_5, Version::v3_7},
      .meaning = "How often forms were submitted, and each answer chosen.",
      .dimensions = {Dimension::form, Dimension::group, Dimension::field, Dimension::answer},
      .figures = {{.key = "count",
                   .meaning = "submissions in which the answer was chosen",
                   .unit = Unit::submissions},
                  {.key = "count",
                   .meaning = "submissions of the form, in chats of the group",
                   .unit = Unit::submissions,
                   .level = Dimension::form}},
      .has_form_labels = true,
      .own_shape = OwnShape{.plans = plans,
                            .report = report,
                            .records = "a list of `form_id`, `group_id`, `count` and `fields`, a "
                                       "list of `field_id`, `label` and `answers`, a list of "
                                       "`answer_id`, `label` and `count`",
                            .record_schema = "FormRecord",
                            .records_are_list = true,
                            .rows = OwnRows{columns, take_record}},
  };
}

}  // namespace chatreports::report::chats
