#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "engine/native/run_plan.h"
#include "engine/native/select.h"

namespace chatreports::engine::native {
namespace {

constexpr std::size_t max_dense_counts = std::size_t{1} << 20;

// Counts per (group, choice) of one segment: an array where that is small, else a map.
class Counts {
 public:
  Counts(std::size_t groups, std::size_t choices) : choices_(choices) {
    if (groups * choices <= max_dense_counts) dense_.resize(groups * choices);
  }

  void add(std::size_t group, std::size_t choice) {
    const std::size_t at = group * choices_ + choice;
    if (dense_.empty()) {
      ++sparse_[at];
    } else {
      ++dense_[at];
    }
  }

  // Calls visit(group, choice, count) for each count that is not 0.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t at = 0; at < dense_.size(); ++at) {
      if (dense_[at] != 0) visit(at / choices_, at % choices_, dense_[at]);
    }
    for (const auto& [at, count] : sparse_) visit(at / choices_, at % choices_, count);
  }

 private:
  std::size_t choices_;
  std::vector<std::int64_t> dense_;
  std::unordered_map<std::size_t, std::int64_t> sparse_;
};

}  // namespace

report::Table run_submissions(const Segments& segments, const report::Plan& plan) {
  const report::Predicate predicate = prepared(plan.predicate);
  std::map<std::pair<std::int64_t, Submissions::Choice>, std::int64_t> cells;
  for (const auto& segment : segments) {
    const RowRange picked = rows_picked_by_start(*segment, plan);
    const Submissions& submissions = segment->submissions();
    if (picked.size() == 0 || submissions.size() == 0) continue;
    std::optional<RowSet> rows;
    if (!holds_for_all(predicate)) rows = select(*segment, predicate);
    const FieldIndex& groups = segment->index({report::Field::Kind::group, {}, {}});
    const std::uint32_t no_group = groups.size();
    Counts counts(std::size_t{no_group} + 1, submissions.choices().size());
    for (std::uint32_t submission = 0; submission < submissions.size(); ++submission) {
      const std::uint32_t row = submissions.row(submission);
      if (row < picked.begin || row >= picked.end || (rows && !rows->contains(row))) continue;
      const auto of_chat = submissions.groups_of(submission);
      for (const std::uint32_t choice : submissions.choices_of(submission)) {
        if (of_chat.empty()) counts.add(no_group, choice);
        for (const std::uint32_t group : of_chat) counts.add(group, choice);
      }
    }
    counts.for_each([&](std::size_t group, std::size_t choice, std::int64_t count) {
      const std::int64_t group_id =
          group == no_group
              ? 0
              : std::get<std::int64_t>(groups.value(static_cast<std::uint32_t>(group)));
      cells[{group_id, submissions.choices()[choice]}] += count;
    });
  }
  std::vector<report::SubmissionsCell> table;
  for (const auto& [key, count] : cells) {
    table.push_back({key.first, key.second.form_id, key.second.answer, count});
  }
  return table;
}

}  // namespace chatreports::engine::native
