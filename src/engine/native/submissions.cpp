#include "engine/native/submissions.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace chatreports::engine::native {
namespace {

constexpr std::size_t max_dense_counts = std::size_t{1} << 20;

// Counts per (group, choice): an array where that is small, else a map.
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

void Submissions::Builder::push_back(std::uint32_t row, const chat::SurveySubmission& submission,
                                     std::span<const std::uint32_t> groups) {
  rows_.push_back(static_cast<std::uint16_t>(row));
  types_.push_back(submission.type);
  submitted_at_.push_back(submission.submitted_at);
  std::vector<Choice>& chosen = chosen_.emplace_back();
  chosen.emplace_back(submission.form_id, "");
  for (const std::string& answer : submission.answers) {
    chosen.emplace_back(submission.form_id, answer);
  }
  groups_.insert(groups_.end(), groups.begin(), groups.end());
  group_ends_.push_back(static_cast<std::uint32_t>(groups_.size()));
}

Submissions Submissions::Builder::build(const TimeColumn& started_at) && {
  Submissions made;
  std::map<Choice, std::uint32_t> numbers;
  for (const std::vector<Choice>& chosen : chosen_) {
    for (const Choice& choice : chosen) numbers.emplace(choice, 0);
  }
  Lists<char>::Builder forms;
  Lists<char>::Builder answers;
  std::uint32_t next = 0;
  for (auto& [choice, number] : numbers) {
    number = next++;
    forms.push_back(choice.first);
    answers.push_back(choice.second);
  }
  made.forms_ = std::move(forms).build();
  made.answers_ = std::move(answers).build();

  std::vector<std::vector<std::uint16_t>> of_types(types);
  std::vector<std::vector<std::uint16_t>> of_choices(std::size_t{types} * next);
  std::vector<std::uint32_t> chosen_numbers;
  std::vector<std::uint32_t> chosen_ends;
  const auto add = [](std::vector<std::uint16_t>& rows, std::uint16_t row) {
    if (rows.empty() || rows.back() != row) rows.push_back(row);
  };
  for (std::size_t submission = 0; submission < rows_.size(); ++submission) {
    const chat::SurveyType type = types_[submission];
    std::vector<std::uint16_t>& of_type = of_types[static_cast<std::size_t>(type)];
    if (!of_type.empty() && of_type.back() == rows_[submission]) {
      made.types_sent_twice_ |= 1U << static_cast<std::uint32_t>(type);
    }
    add(of_type, rows_[submission]);
    for (const Choice& choice : chosen_[submission]) {
      chosen_numbers.push_back(numbers.at(choice));
      add(of_choices[made.position(type, chosen_numbers.back())], rows_[submission]);
    }
    chosen_ends.push_back(static_cast<std::uint32_t>(chosen_numbers.size()));
  }
  const auto postings_of = [this](const std::vector<std::vector<std::uint16_t>>& lists) {
    Postings::Builder postings(segment_rows_);
    for (const std::vector<std::uint16_t>& rows : lists) postings.push_back(rows);
    return std::move(postings).build();
  };
  made.of_types_ = postings_of(of_types);
  made.of_choices_ = postings_of(of_choices);
  if (!submitted_at_.empty()) {
    const auto [earliest, latest] = std::ranges::minmax(submitted_at_);
    made.earliest_ = earliest;
    made.latest_ = latest;
  }
  std::vector<std::int64_t> waits;
  for (std::size_t submission = 0; submission < rows_.size(); ++submission) {
    waits.push_back((submitted_at_[submission] - started_at.value(rows_[submission])).microseconds);
  }
  if (!waits.empty()) made.least_wait_.microseconds = std::ranges::min(waits);
  for (std::int64_t& wait : waits) wait -= made.least_wait_.microseconds;
  made.waits_ = Column(waits);
  made.rows_ = std::move(rows_);
  made.types_ = std::move(types_);
  made.chosen_ = {chosen_numbers, std::move(chosen_ends)};
  made.groups_ = {groups_, std::move(group_ends_)};
  made.totals_ = made.totals({0, max_segment_rows}, nullptr);
  return made;
}

std::vector<Submissions::Total> Submissions::totals(RowRange rows, const RowSet* among) const {
  const Numbers& known = groups_.numbers();
  std::uint32_t groups = 0;
  for (std::uint32_t at = 0; at < known.size(); ++at) groups = std::max(groups, known[at] + 1);
  Counts counts(std::size_t{groups} + 1, choices());
  auto submission =
      static_cast<std::uint32_t>(std::ranges::lower_bound(rows_, rows.begin) - rows_.begin());
  for (; submission < size() && rows_[submission] < rows.end; ++submission) {
    if (among != nullptr && !among->contains(rows_[submission])) continue;
    const std::uint32_t first_group = groups_.begin_of(submission);
    const std::uint32_t end_of_groups = groups_.end_of(submission);
    for (std::uint32_t at = chosen_.begin_of(submission); at < chosen_.end_of(submission); ++at) {
      const std::uint32_t choice = chosen_.numbers()[at];
      if (first_group == end_of_groups) counts.add(groups, choice);
      for (std::uint32_t group = first_group; group < end_of_groups; ++group) {
        counts.add(known[group], choice);
      }
    }
  }
  std::vector<Total> totals;
  counts.for_each([&](std::size_t group, std::size_t choice, std::int64_t count) {
    totals.push_back({group == groups ? no_group : static_cast<std::uint32_t>(group),
                      static_cast<std::uint32_t>(choice), count});
  });
  return totals;
}

chat::SurveySubmission Submissions::submission(std::uint32_t submission,
                                               const TimeColumn& started_at) const {
  const Numbers& chosen = chosen_.numbers();
  const std::uint32_t form = chosen_.begin_of(submission);
  chat::SurveySubmission found{std::string(form_id(chosen[form])),
                               types_[submission],
                               submitted_at(submission, started_at),
                               {}};
  for (std::uint32_t at = form + 1; at < chosen_.end_of(submission); ++at) {
    found.answers.emplace_back(answer(chosen[at]));
  }
  return found;
}

void Submissions::add_rows_where(const report::Submitted& test, const TimeColumn& started_at,
                                 RowSet& into) const {
  if (size() == 0) return;
  std::vector<bool> wanted(choices(), false);
  if (test.answers) {
    std::vector<std::string> answers = *test.answers;
    std::sort(answers.begin(), answers.end());
    for (std::uint32_t choice = 0; choice < choices(); ++choice) {
      wanted[choice] = !answer(choice).empty() &&
                       std::binary_search(answers.begin(), answers.end(), answer(choice));
    }
  }
  const auto type = static_cast<std::uint32_t>(test.type);
  const bool some_left_out = test.at && !(test.at->from <= earliest_ && latest_ <= test.at->to);
  const bool some_sent_twice = ((types_sent_twice_ >> type) & 1) != 0;
  if (some_left_out || (test.answers && test.none_of && some_sent_twice)) {
    walk(test, wanted, started_at, into);
    return;
  }
  if (!test.answers) {
    unite(into, of_types_[type]);
    return;
  }
  RowSet answered(into.rows());
  for (std::uint32_t choice = 0; choice < choices(); ++choice) {
    if (wanted[choice]) unite(answered, of_choices_[position(test.type, choice)]);
  }
  if (test.none_of) {
    answered.complement();
    intersect(answered, of_types_[type]);
  }
  into.unite(answered);
}

void Submissions::walk(const report::Submitted& test, const std::vector<bool>& wanted,
                       const TimeColumn& started_at, RowSet& into) const {
  for (std::uint32_t submission = 0; submission < size(); ++submission) {
    if (types_[submission] != test.type) continue;
    if (test.at && !test.at->contains(submitted_at(submission, started_at))) continue;
    if (test.answers) {
      bool any = false;
      const std::uint32_t end = chosen_.end_of(submission);
      for (std::uint32_t at = chosen_.begin_of(submission); at < end && !any; ++at) {
        any = wanted[chosen_.numbers()[at]];
      }
      if (any == test.none_of) continue;
    }
    into.insert(rows_[submission]);
  }
}

}  // namespace chatreports::engine::native
