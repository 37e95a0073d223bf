#include "engine/native/parts/submissions.h"

#include <algorithm>
#include <unordered_map>

namespace chatreports::engine::native {
namespace {

constexpr std::size_t max_dense_counts = std::size_t{1} << 20;

// Counts per (group, choice): in an array if that is small, else in a map.
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
  plain_.rows.push_back(static_cast<std::uint16_t>(row));
  plain_.types.push_back(submission.type);
  plain_.submitted_at.push_back(submission.submitted_at);
  const auto choose = [&](const std::string& answer) {
    const auto next = static_cast<std::uint32_t>(choices_.size());
    plain_.chosen.push_back(choices_.try_emplace({submission.form_id, answer}, next).first->second);
  };
  choose("");
  for (const std::string& answer : submission.answers) choose(answer);
  plain_.chosen_ends.push_back(static_cast<std::uint32_t>(plain_.chosen.size()));
  plain_.groups.insert(plain_.groups.end(), groups.begin(), groups.end());
  plain_.group_ends.push_back(static_cast<std::uint32_t>(plain_.groups.size()));
}

Submissions Submissions::Builder::build(const TimeColumn& started_at) && {
  NewNumbers numbers(choices_.size());
  std::uint32_t next = 0;
  for (const auto& [choice, number] : choices_) {
    numbers[number] = next++;
    plain_.forms.push_back(choice.first);
    plain_.answers.push_back(choice.second);
  }
  for (std::uint32_t& chosen : plain_.chosen) chosen = numbers[chosen];
  return made(std::move(plain_), segment_rows_, started_at);
}

Submissions Submissions::merged(std::span<const Moved> from, std::uint32_t rows,
                                const TimeColumn& started_at) {
  struct Place {
    std::uint32_t row;  // its new number
    InList old;
  };
  std::vector<Place> places;
  std::vector<std::uint32_t> sizes;
  std::vector<NewNumbers> choices;
  for (std::size_t list = 0; list < from.size(); ++list) {
    const Submissions& submissions = *from[list].submissions;
    sizes.push_back(submissions.choices());
    NewNumbers& of_list = choices.emplace_back(submissions.choices(), gone);
    const auto before = static_cast<std::ptrdiff_t>(places.size());
    for (std::uint32_t number = 0; number < submissions.size(); ++number) {
      const std::uint32_t row = (*from[list].rows)[submissions.rows_[number]];
      if (row == gone) continue;
      places.push_back({row, {list, number}});
      for (std::uint32_t at = submissions.chosen_.begin_of(number);
           at < submissions.chosen_.end_of(number); ++at) {
        of_list[submissions.chosen_.numbers()[at]] = 0;  // it stays
      }
    }
    std::inplace_merge(places.begin(), places.begin() + before, places.end(),
                       [](const Place& left, const Place& right) { return left.row < right.row; });
  }

  Plain plain;
  std::uint32_t next = 0;
  for_each_value_in(
      sizes, [from](const InList& at) { return from[at.list].submissions->choice(at.number); },
      [&](std::span<const InList> equal) {
        bool stays = false;
        for (const InList& at : equal) {
          std::uint32_t& number = choices[at.list][at.number];
          if (number == gone) continue;
          number = next;
          stays = true;
        }
        if (!stays) return;
        const Choice choice = from[equal.front().list].submissions->choice(equal.front().number);
        plain.forms.push_back(choice.first);
        plain.answers.push_back(choice.second);
        ++next;
      });
  const auto add = [](const NumberLists& lists, std::uint32_t list, const NewNumbers& numbers,
                      std::vector<std::uint32_t>& into, std::vector<std::uint32_t>& ends) {
    for (std::uint32_t at = lists.begin_of(list); at < lists.end_of(list); ++at) {
      into.push_back(numbers[lists.numbers()[at]]);
    }
    ends.push_back(static_cast<std::uint32_t>(into.size()));
  };
  for (const auto& [row, old] : places) {
    const Moved& moved = from[old.list];
    const Submissions& submissions = *moved.submissions;
    plain.rows.push_back(static_cast<std::uint16_t>(row));
    plain.types.push_back(submissions.types_[old.number]);
    plain.submitted_at.push_back(submissions.submitted_at(old.number, *moved.started_at));
    add(submissions.chosen_, old.number, choices[old.list], plain.chosen, plain.chosen_ends);
    add(submissions.groups_, old.number, *moved.groups, plain.groups, plain.group_ends);
  }
  return made(std::move(plain), rows, started_at);
}

Submissions Submissions::made(Plain plain, std::uint32_t segment_rows,
                              const TimeColumn& started_at) {
  Submissions made;
  made.forms_ = std::move(plain.forms).build();
  made.answers_ = std::move(plain.answers).build();

  std::vector<std::vector<std::uint16_t>> of_types(types);
  std::vector<std::vector<std::uint16_t>> of_choices(std::size_t{types} * made.choices());
  const auto add = [](std::vector<std::uint16_t>& rows, std::uint16_t row) {
    if (rows.empty() || rows.back() != row) rows.push_back(row);
  };
  std::uint32_t next_chosen = 0;
  for (std::size_t submission = 0; submission < plain.rows.size(); ++submission) {
    const std::uint16_t row = plain.rows[submission];
    const chat::SurveyType type = plain.types[submission];
    std::vector<std::uint16_t>& of_type = of_types[static_cast<std::size_t>(type)];
    if (!of_type.empty() && of_type.back() == row) {
      made.types_sent_twice_ |= 1U << static_cast<std::uint32_t>(type);
    }
    add(of_type, row);
    for (; next_chosen < plain.chosen_ends[submission]; ++next_chosen) {
      add(of_choices[made.position(type, plain.chosen[next_chosen])], row);
    }
  }
  const auto postings_of = [segment_rows](const std::vector<std::vector<std::uint16_t>>& lists) {
    Postings::Builder postings(segment_rows);
    for (const std::vector<std::uint16_t>& rows : lists) postings.push_back(rows);
    return std::move(postings).build();
  };
  made.of_types_ = postings_of(of_types);
  made.of_choices_ = postings_of(of_choices);
  if (!plain.submitted_at.empty()) {
    const auto [earliest, latest] = std::ranges::minmax(plain.submitted_at);
    made.earliest_ = earliest;
    made.latest_ = latest;
  }
  std::vector<std::int64_t> waits;
  for (std::size_t submission = 0; submission < plain.rows.size(); ++submission) {
    waits.push_back(
        (plain.submitted_at[submission] - started_at.value(plain.rows[submission])).count());
  }
  if (!waits.empty()) made.least_wait_ = Duration(std::ranges::min(waits));
  for (std::int64_t& wait : waits) wait -= made.least_wait_.count();
  made.waits_ = IntegerColumn(waits);
  made.rows_ = std::move(plain.rows);
  made.types_ = std::move(plain.types);
  made.chosen_ = {plain.chosen, std::move(plain.chosen_ends)};
  made.groups_ = {plain.groups, std::move(plain.group_ends)};
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
