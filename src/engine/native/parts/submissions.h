#pragma once
// The survey submissions of a segment's chats, in the order of their rows. A submission makes
// choices: the form itself, and the form with each of its answers.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/thread.h"
#include "engine/native/columns/array.h"
#include "engine/native/columns/integer_column.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/postings.h"
#include "engine/native/columns/row_set.h"
#include "engine/native/columns/time_column.h"
#include "report/plan.h"

namespace chatreports::engine::native {

class Submissions {
 public:
  class Builder;

  // Makes the submissions of a segment of `rows` rows, which start at `started_at`, from those of
  // other segments whose rows move there.
  struct Moved {
    const Submissions* submissions;
    const TimeColumn* started_at;
    const NewNumbers* rows;
    const NewNumbers* groups;  // the new numbers of the segment's groups
  };
  static Submissions merged(std::span<const Moved> from, std::uint32_t rows,
                            const TimeColumn& started_at);

  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  // Returns the number of choices. They ascend by form, then by answer.
  std::uint32_t choices() const { return forms_.size(); }
  std::string_view form_id(std::uint32_t choice) const { return text_of(forms_, choice); }
  // Returns an empty text for the form itself.
  std::string_view answer(std::uint32_t choice) const { return text_of(answers_, choice); }

  // How often the chats of a group, or of no group, made a choice.
  struct Total {
    std::uint32_t group = no_group;  // a number among the values of the segment's group index
    std::uint32_t choice = 0;
    std::int64_t count = 0;
  };
  static constexpr std::uint32_t no_group = UINT32_MAX;
  std::span<const Total> totals() const { return totals_.span(); }  // of all submissions
  std::vector<Total> totals(RowRange rows, const RowSet* among) const;

  // Adds to `into` the rows for which the test holds. `started_at` is that of the segment's rows.
  // Rows are stored for each type of survey and choice. The submissions are walked only if `at`
  // leaves some of the segment's out, or if the test has `none_of` and a chat submitted that type
  // of survey twice.
  void add_rows_where(const report::Submitted& test, const TimeColumn& started_at,
                      RowSet& into) const;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.rows_, self.types_, self.waits_, self.least_wait_, self.earliest_, self.latest_,
           self.chosen_, self.groups_, self.forms_, self.answers_, self.totals_, self.of_types_,
           self.of_choices_, self.types_sent_twice_);
  }

 private:
  static constexpr std::uint32_t types = 2;                      // of chat::SurveyType
  using Choice = std::pair<std::string_view, std::string_view>;  // form, answer

  // In the order of rows; those of one row keep their order.
  struct Plain {
    std::vector<std::uint16_t> rows;
    std::vector<chat::SurveyType> types;
    std::vector<Instant> submitted_at;
    std::vector<std::uint32_t> chosen;
    std::vector<std::uint32_t> chosen_ends;
    std::vector<std::uint32_t> groups;
    std::vector<std::uint32_t> group_ends;
    Lists<char>::Builder forms;    // of each choice, ascending
    Lists<char>::Builder answers;  // likewise
  };
  static Submissions made(Plain plain, std::uint32_t segment_rows, const TimeColumn& started_at);

  Choice choice(std::uint32_t number) const { return {form_id(number), answer(number)}; }
  // Returns the place of the choice in of_choices_.
  std::uint32_t position(chat::SurveyType type, std::uint32_t choice) const {
    return static_cast<std::uint32_t>(type) * choices() + choice;
  }
  Instant submitted_at(std::uint32_t submission, const TimeColumn& started_at) const {
    return started_at.value(rows_[submission]) + least_wait_ + Duration(waits_.value(submission));
  }
  void walk(const report::Submitted& test, const std::vector<bool>& wanted,
            const TimeColumn& started_at, RowSet& into) const;

  Array<std::uint16_t> rows_;
  Array<chat::SurveyType> types_;
  IntegerColumn waits_;    // from the start of the chat to the submission, less least_wait_
  Duration least_wait_{};  // the least of all waits; may be below 0
  Instant earliest_;       // submission
  Instant latest_;
  NumberLists chosen_;   // of each submission: its choices, the form first
  NumberLists groups_;   // of each submission: numbers among the segment's groups
  Lists<char> forms_;    // of each choice
  Lists<char> answers_;  // of each choice
  Array<Total> totals_;
  Postings of_types_;                   // of each type of survey: the rows that submitted one
  Postings of_choices_;                 // by type, then by choice: the rows that made the choice
  std::uint32_t types_sent_twice_ = 0;  // a bit for each type that some chat submitted twice
};

class Submissions::Builder {
 public:
  explicit Builder(std::uint32_t segment_rows) : segment_rows_(segment_rows) {}
  // Add rows in ascending order. `groups` are the chat's groups, as numbers among the values of the
  // segment's group index.
  void push_back(std::uint32_t row, const chat::SurveySubmission& submission,
                 std::span<const std::uint32_t> groups);
  Submissions build(const TimeColumn& started_at) &&;

 private:
  using Choice = std::pair<std::string, std::string>;  // form, answer

  std::uint32_t segment_rows_;
  Plain plain_;
  std::map<Choice, std::uint32_t> choices_;  // numbered in the order in which they come
};

}  // namespace chatreports::engine::native
