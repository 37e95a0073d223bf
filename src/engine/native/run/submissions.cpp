#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/native/run/run_plan.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

// The counts of all segments. Each segment has its own numbers for groups and choices; here all
// segments share one numbering.
class Cells {
 public:
  explicit Cells(Allowance& allowance) : allowance_(allowance), steps_(allowance) {}

  void add(const Segment& segment, std::span<const Submissions::Total> totals) {
    const FieldIndex groups = segment.index(report::Field::group());
    std::vector<Counts*> of_group(groups.size(), nullptr);
    std::vector<Numbers::const_iterator> choices;
    const Submissions& submissions = segment.submissions();
    for (std::uint32_t choice = 0; choice < submissions.choices(); ++choice) {
      if (steps_.take(steps_a_cell)) return;
      const ChoiceView wanted{submissions.form_id(choice), submissions.answer(choice)};
      auto known = numbers_.find(wanted);
      if (known == numbers_.end()) known = numbers_.emplace(Choice(wanted), numbers_.size()).first;
      choices.emplace_back(known);
    }
    for (const auto& [group, choice, count] : totals) {
      if (steps_.take(steps_a_cell)) return;
      Counts& counts =
          group == Submissions::no_group ? counts_[0] : of(groups, group, of_group[group]);
      std::int64_t& known = counts.of(choices[choice]->second, numbers_.size());
      const bool is_new = known == 0;
      known += count;
      if (!is_new) continue;
      bytes_ += allowance_.bytes_of_cell(choices[choice]->first.second.size());
      if (allowance_.is_used_up_by(bytes_)) return;
    }
  }

  std::vector<report::SubmissionsCell> table() {
    std::vector<Numbers::const_iterator> choices(numbers_.size());
    std::vector<std::size_t> ranks(numbers_.size());  // in the order of choices
    std::size_t rank = 0;
    for (auto choice = numbers_.cbegin(); choice != numbers_.cend(); ++choice) {
      choices[choice->second] = choice;
      ranks[choice->second] = rank++;
    }
    std::vector<report::SubmissionsCell> cells;
    std::vector<std::pair<std::size_t, std::int64_t>> ordered;
    for (const auto& [group_id, counts] : counts_) {
      ordered.assign(counts.later.begin(), counts.later.end());
      for (std::size_t number = 0; number < counts.first.size(); ++number) {
        if (counts.first[number] != 0) ordered.emplace_back(number, counts.first[number]);
      }
      std::ranges::sort(ordered, {}, [&ranks](const auto& count) { return ranks[count.first]; });
      for (const auto& [number, count] : ordered) {
        if (steps_.take(steps_a_cell)) return cells;
        const Choice& choice = choices[number]->first;
        cells.push_back({group_id, choice.first, choice.second, count});
      }
    }
    return cells;
  }

 private:
  static constexpr std::size_t steps_a_cell = 8;

  using Choice = std::pair<std::string, std::string>;  // form, answer
  using ChoiceView = std::pair<std::string_view, std::string_view>;
  struct Less {
    using is_transparent = void;
    bool operator()(const ChoiceView& left, const ChoiceView& right) const { return left < right; }
  };
  using Numbers = std::map<Choice, std::size_t, Less>;
  // Counts by the choice's number. Mostly there are few choices, and each group has most of them.
  struct Counts {
    static constexpr std::size_t most_first = 64;
    std::int64_t& of(std::size_t number, std::size_t numbers) {
      if (number >= most_first) return later[number];
      if (first.size() <= number) first.resize(std::min(numbers, most_first));
      return first[number];
    }
    std::vector<std::int64_t> first;
    std::unordered_map<std::size_t, std::int64_t> later;
  };

  Counts& of(const FieldIndex& groups, std::uint32_t group, Counts*& known) {
    if (known == nullptr) known = &counts_[std::get<std::int64_t>(groups.value(group))];
    return *known;
  }

  Allowance& allowance_;
  Steps steps_;
  std::size_t bytes_ = 0;                  // the least that the cells take of the answer
  Numbers numbers_;                        // in the order in which the choices were met
  std::map<std::int64_t, Counts> counts_;  // by group id
};

}  // namespace

report::Table run_source(const Run& run, const report::SubmissionsSource&) {
  const report::Predicate predicate = prepared(run.plan.predicate);
  Cells cells(run.allowance);
  for (const auto& segment : run.chunks<Segment>()) {
    if (run.allowance.is_used_up()) break;
    const RowRange picked = rows_picked_by_start(*segment, run.plan);
    const Submissions& submissions = segment->submissions();
    if (picked.size() == 0 || submissions.size() == 0) continue;
    if (!holds_for_all(predicate)) {
      const RowSet rows = select(*segment, predicate, run.allowance);
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
