#pragma once
// The survey submissions of a segment's chats, in the order of their rows. What was chosen is kept
// as choices: a choice is a form alone (it was sent in) or a form and one answer of it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chat/thread.h"
#include "engine/native/row_set.h"
#include "report/plan.h"

namespace chatreports::engine::native {

class Submissions {
 public:
  struct Choice {
    std::string form_id;
    std::string answer;  // empty: the form itself
    auto operator<=>(const Choice&) const = default;
  };

  // `groups` are numbers among the values of the segment's group index, of the chat's groups.
  void push_back(std::uint32_t row, const chat::SurveySubmission& submission,
                 std::span<const std::uint32_t> groups);
  // After the last push_back.
  void finish();

  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  std::uint32_t row(std::uint32_t submission) const { return rows_[submission]; }
  const std::vector<Choice>& choices() const { return choices_; }  // ascending
  std::span<const std::uint32_t> choices_of(std::uint32_t submission) const;
  std::span<const std::uint32_t> groups_of(std::uint32_t submission) const;
  chat::SurveySubmission submission(std::uint32_t submission) const;

  // How often each choice was made by chats of each group, and of none.
  struct Total {
    std::uint32_t group = no_group;  // a number among the values of the segment's group index
    std::uint32_t choice = 0;
    std::int64_t count = 0;
  };
  static constexpr std::uint32_t no_group = UINT32_MAX;
  std::span<const Total> totals() const { return totals_; }  // of all submissions
  std::vector<Total> totals(RowRange rows, const RowSet* among) const;

  // Adds to `into` the rows that hold the test.
  void add_rows_where(const report::Submitted& test, RowSet& into) const;

  std::size_t bytes() const;

 private:
  std::vector<std::uint16_t> rows_;
  std::vector<chat::SurveyType> types_;
  std::vector<Instant> submitted_at_;
  std::vector<std::uint32_t> choice_ends_;
  std::vector<std::uint32_t> chosen_;  // numbers among choices_
  std::vector<std::uint32_t> group_ends_;
  std::vector<std::uint32_t> groups_;
  std::vector<Choice> choices_;
  std::vector<Total> totals_;
};

}  // namespace chatreports::engine::native
