#include "engine/native/submissions.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace chatreports::engine::native {
namespace {

std::span<const std::uint32_t> slice(const std::vector<std::uint32_t>& values,
                                     const std::vector<std::uint32_t>& ends, std::uint32_t at) {
  const std::uint32_t begin = at == 0 ? 0 : ends[at - 1];
  return std::span(values).subspan(begin, ends[at] - begin);
}

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

void Submissions::push_back(std::uint32_t row, const chat::SurveySubmission& submission,
                            std::span<const std::uint32_t> groups) {
  rows_.push_back(static_cast<std::uint16_t>(row));
  types_.push_back(submission.type);
  submitted_at_.push_back(submission.submitted_at);
  const auto choose = [this](Choice choice) {
    chosen_.push_back(static_cast<std::uint32_t>(choices_.size()));
    choices_.push_back(std::move(choice));
  };
  choose({submission.form_id, ""});
  for (const std::string& answer : submission.answers) choose({submission.form_id, answer});
  choice_ends_.push_back(static_cast<std::uint32_t>(chosen_.size()));
  groups_.insert(groups_.end(), groups.begin(), groups.end());
  group_ends_.push_back(static_cast<std::uint32_t>(groups_.size()));
}

void Submissions::finish() {
  std::map<Choice, std::uint32_t> numbers;
  for (const Choice& choice : choices_) numbers.emplace(choice, 0);
  std::uint32_t next = 0;
  for (auto& [choice, number] : numbers) number = next++;
  for (std::uint32_t& chosen : chosen_) chosen = numbers.at(choices_[chosen]);
  choices_.clear();
  for (const auto& [choice, number] : numbers) choices_.push_back(choice);
  totals_ = totals({0, max_segment_rows}, nullptr);
  rows_.shrink_to_fit();
  types_.shrink_to_fit();
  submitted_at_.shrink_to_fit();
  choice_ends_.shrink_to_fit();
  chosen_.shrink_to_fit();
  group_ends_.shrink_to_fit();
  groups_.shrink_to_fit();
  choices_.shrink_to_fit();
}

std::vector<Submissions::Total> Submissions::totals(RowRange rows, const RowSet* among) const {
  const std::uint32_t groups = groups_.empty() ? 0 : *std::ranges::max_element(groups_) + 1;
  Counts counts(std::size_t{groups} + 1, choices_.size());
  auto submission =
      static_cast<std::uint32_t>(std::ranges::lower_bound(rows_, rows.begin) - rows_.begin());
  for (; submission < size() && rows_[submission] < rows.end; ++submission) {
    if (among != nullptr && !among->contains(rows_[submission])) continue;
    const auto of_chat = groups_of(submission);
    for (const std::uint32_t choice : choices_of(submission)) {
      if (of_chat.empty()) counts.add(groups, choice);
      for (const std::uint32_t group : of_chat) counts.add(group, choice);
    }
  }
  std::vector<Total> totals;
  counts.for_each([&](std::size_t group, std::size_t choice, std::int64_t count) {
    totals.push_back({group == groups ? no_group : static_cast<std::uint32_t>(group),
                      static_cast<std::uint32_t>(choice), count});
  });
  return totals;
}

std::span<const std::uint32_t> Submissions::choices_of(std::uint32_t submission) const {
  return slice(chosen_, choice_ends_, submission);
}

std::span<const std::uint32_t> Submissions::groups_of(std::uint32_t submission) const {
  return slice(groups_, group_ends_, submission);
}

chat::SurveySubmission Submissions::submission(std::uint32_t submission) const {
  const auto chosen = choices_of(submission);
  chat::SurveySubmission found{
      choices_[chosen[0]].form_id, types_[submission], submitted_at_[submission], {}};
  for (const std::uint32_t choice : chosen.subspan(1)) {
    found.answers.push_back(choices_[choice].answer);
  }
  return found;
}

void Submissions::add_rows_where(const report::Submitted& test, RowSet& into) const {
  std::vector<bool> wanted(choices_.size(), false);
  if (test.answers) {
    std::vector<std::string> answers = *test.answers;
    std::sort(answers.begin(), answers.end());
    for (std::size_t choice = 0; choice < choices_.size(); ++choice) {
      wanted[choice] = !choices_[choice].answer.empty() &&
                       std::binary_search(answers.begin(), answers.end(), choices_[choice].answer);
    }
  }
  for (std::uint32_t submission = 0; submission < size(); ++submission) {
    if (types_[submission] != test.type) continue;
    if (test.at && !test.at->contains(submitted_at_[submission])) continue;
    if (test.answers) {
      const bool any = std::ranges::any_of(
          choices_of(submission), [&wanted](std::uint32_t choice) { return wanted[choice]; });
      if (any == test.none_of) continue;
    }
    into.insert(rows_[submission]);
  }
}

std::size_t Submissions::bytes() const {
  std::size_t bytes = rows_.capacity() * sizeof(rows_[0]) + types_.capacity() * sizeof(types_[0]) +
                      submitted_at_.capacity() * sizeof(submitted_at_[0]);
  for (const auto* numbers : {&choice_ends_, &chosen_, &group_ends_, &groups_}) {
    bytes += numbers->capacity() * sizeof(std::uint32_t);
  }
  bytes += totals_.capacity() * sizeof(Total);
  for (const Choice& choice : choices_) {
    bytes += sizeof(Choice) + choice.form_id.capacity() + choice.answer.capacity();
  }
  return bytes;
}

}  // namespace chatreports::engine::native
