#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/native/run_plan.h"
#include "engine/native/select.h"

namespace chatreports::engine::native {
namespace {

// The counts of all segments. Each segment has its own numbers for groups and choices; here they
// become one.
class Cells {
 public:
  void add(const Segment& segment, std::span<const Submissions::Total> totals) {
    const FieldIndex& groups = segment.index({report::Field::Kind::group, {}, {}});
    std::vector<std::vector<std::int64_t>*> of_group(groups.size(), nullptr);
    std::vector<std::size_t> numbers;
    const Submissions& submissions = segment.submissions();
    for (std::uint32_t choice = 0; choice < submissions.choices(); ++choice) {
      const ChoiceView wanted{submissions.form_id(choice), submissions.answer(choice)};
      auto known = numbers_.find(wanted);
      if (known == numbers_.end()) {
        known = numbers_.emplace(Choice(wanted), numbers_.size()).first;
      }
      numbers.push_back(known->second);
    }
    for (const auto& [group, choice, count] : totals) {
      std::vector<std::int64_t>& counts =
          group == Submissions::no_group ? counts_[0] : of(groups, group, of_group[group]);
      if (counts.size() <= numbers[choice]) counts.resize(numbers_.size());
      counts[numbers[choice]] += count;
    }
  }

  std::vector<report::SubmissionsCell> table() const {
    std::vector<report::SubmissionsCell> cells;
    for (const auto& [group_id, counts] : counts_) {
      for (const auto& [choice, number] : numbers_) {
        if (number >= counts.size() || counts[number] == 0) continue;
        cells.push_back({group_id, choice.first, choice.second, counts[number]});
      }
    }
    return cells;
  }

 private:
  using Choice = std::pair<std::string, std::string>;  // form, answer
  using ChoiceView = std::pair<std::string_view, std::string_view>;
  struct Less {
    using is_transparent = void;
    bool operator()(const ChoiceView& left, const ChoiceView& right) const { return left < right; }
  };

  std::vector<std::int64_t>& of(const FieldIndex& groups, std::uint32_t group,
                                std::vector<std::int64_t>*& known) {
    if (known == nullptr) known = &counts_[std::get<std::int64_t>(groups.value(group))];
    return *known;
  }

  std::map<Choice, std::size_t, Less> numbers_;               // in the order of meeting
  std::map<std::int64_t, std::vector<std::int64_t>> counts_;  // by group id, by choice's number
};

}  // namespace

report::Table run_submissions(const Segments& segments, const report::Plan& plan) {
  const report::Predicate predicate = prepared(plan.predicate);
  Cells cells;
  for (const auto& segment : segments) {
    const RowRange picked = rows_picked_by_start(*segment, plan);
    const Submissions& submissions = segment->submissions();
    if (picked.size() == 0 || submissions.size() == 0) continue;
    if (!holds_for_all(predicate)) {
      const RowSet rows = select(*segment, predicate);
      cells.add(*segment, submissions.totals(picked, &rows));
    } else if (picked.size() == segment->size()) {
      cells.add(*segment, submissions.totals());
    } else {
      cells.add(*segment, submissions.totals(picked, nullptr));
    }
  }
  return cells.table();
}

}  // namespace chatreports::engine::native
