#include "engine/native/segment.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <string>
#include <utility>

#include "base/check.h"

namespace chatreports::engine::native {
namespace {

using report::Field;

constexpr std::size_t position(Field::Kind kind) {
  return static_cast<std::size_t>(kind);
}
constexpr std::size_t position(report::Column column) {
  return static_cast<std::size_t>(column) - 1;  // count has no column
}

// What reports show a line each of, mostly beside a filter: then the rows are few, and their values
// are looked up.
bool is_grouped_by(Field::Kind kind) {
  return kind == Field::Kind::agent || kind == Field::Kind::tag;
}

std::int64_t value_of(const chat::Thread& facts, report::Column column) {
  switch (column) {
    case report::Column::duration:
      return facts.duration.microseconds;
    case report::Column::agents_chatting_duration:
      return facts.agents_chatting_duration.microseconds;
    case report::Column::response_time:
      return facts.response_time ? facts.response_time->microseconds : 0;
    case report::Column::first_response_time:
      return facts.first_response ? facts.first_response->wait.microseconds : 0;
    case report::Column::count:
      break;
  }
  CHECK(false && "the count has no column");
  return 0;
}

template <class ValueOf>
Column column_of(std::span<const SegmentRow> rows, ValueOf value_of_row) {
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  for (const SegmentRow& row : rows) values.push_back(value_of_row(row));
  return Column(values);
}

// Calls add(kind, value) for each value of the fields that are not properties.
template <class Add>
void for_each_value(const chat::Thread& facts, Add add) {
  for (const std::string& agent : facts.agents) add(Field::Kind::agent, std::string_view(agent));
  for (const std::string& tag : facts.tags) add(Field::Kind::tag, std::string_view(tag));
  for (const std::int64_t group : facts.groups) add(Field::Kind::group, group);
  for (const chat::EventType type : facts.event_types) {
    add(Field::Kind::event_type, static_cast<std::int64_t>(type));
  }
  for (const std::int64_t goal : facts.goals) add(Field::Kind::goal, goal);
  for (const std::int64_t sale : facts.sales) add(Field::Kind::sale, sale);
  if (facts.greeting) add(Field::Kind::greeting, facts.greeting->id);
  if (facts.first_response) {
    add(Field::Kind::first_responder, std::string_view(facts.first_response->agent_id));
  }
  add(Field::Kind::started_by, static_cast<std::int64_t>(facts.started_by));
  if (facts.rating) add(Field::Kind::rating, static_cast<std::int64_t>(*facts.rating));
}

}  // namespace

template <class Self, class Layout>
void Segment::Parts::lay_out(Self& self, Layout& layout) {
  layout(self.first_key, self.first_thread, self.started_at, self.threads);
  for (auto& column : self.of_rows) layout(column);
  for (auto& field : self.fields) layout(field);
  layout(self.property_name_spaces, self.property_names);
  if constexpr (!std::is_const_v<Self>) self.properties.resize(self.property_names.size());
  for (auto& property : self.properties) layout(property);
  layout(self.greeting_rows, self.greeting_sent_at, self.submissions, self.chatting);
}

Segment::Segment(std::span<const SegmentRow> rows) {
  CHECK(!rows.empty() && rows.size() <= max_segment_rows);
  const auto row_count = static_cast<std::uint32_t>(rows.size());
  Parts& parts = parts_;
  parts.first_key = rows.front().key();
  parts.first_thread = std::ranges::min(rows, {}, &SegmentRow::thread).thread.value;
  parts.threads = column_of(
      rows, [&parts](const SegmentRow& row) { return row.thread.value - parts.first_thread; });
  for (const auto column : {report::Column::duration, report::Column::agents_chatting_duration,
                            report::Column::response_time, report::Column::first_response_time}) {
    parts.of_rows[position(column)] =
        column_of(rows, [column](const SegmentRow& row) { return value_of(row.facts, column); });
  }

  std::vector<Instant> starts;
  std::array<FieldIndexBuilder, field_kinds> fields;
  std::map<std::pair<std::string, std::string>, FieldIndexBuilder> properties;
  std::vector<std::uint16_t> greeting_rows;
  std::vector<Instant> greeting_sent_at;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const chat::Thread& facts = rows[row].facts;
    starts.push_back(facts.started_at);
    for_each_value(facts, [&](Field::Kind kind, const auto& value) {
      fields[position(kind)].add(row, value);
    });
    for (const chat::Property& property : facts.properties) {
      properties[{property.name_space, property.name}].add(row, property.value);
    }
    if (facts.greeting) {
      greeting_rows.push_back(static_cast<std::uint16_t>(row));
      greeting_sent_at.push_back(facts.greeting->sent_at);
    }
  }
  parts.started_at = TimeColumn(starts);
  parts.greeting_rows = std::move(greeting_rows);
  parts.greeting_sent_at = std::move(greeting_sent_at);
  for (std::size_t kind = 0; kind < field_kinds; ++kind) {
    parts.fields[kind] =
        std::move(fields[kind]).build(row_count, is_grouped_by(static_cast<Field::Kind>(kind)));
  }
  Lists<char>::Builder name_spaces;
  Lists<char>::Builder names;
  for (auto& [name, builder] : properties) {
    name_spaces.push_back(name.first);
    names.push_back(name.second);
    parts.properties.push_back(std::move(builder).build(row_count));
  }
  parts.property_name_spaces = std::move(name_spaces).build();
  parts.property_names = std::move(names).build();

  const FieldIndex& groups = parts.fields[position(Field::Kind::group)];
  std::vector<std::uint32_t> group_numbers;
  Submissions::Builder submissions(row_count);
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const chat::Thread& facts = rows[row].facts;
    if (facts.submissions.empty()) continue;
    group_numbers.clear();
    for (const std::int64_t group : facts.groups) group_numbers.push_back(*groups.find(group));
    for (const chat::SurveySubmission& submission : facts.submissions) {
      submissions.push_back(row, submission, group_numbers);
    }
  }
  parts.submissions = std::move(submissions).build(parts.started_at);

  const FieldIndex& agents = parts.fields[position(Field::Kind::agent)];
  std::vector<Chatting::Interval> chatting;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    for (const chat::ChattingInterval& interval : rows[row].facts.chatting) {
      chatting.push_back({*agents.find(interval.agent_id), row, interval.from, interval.to});
    }
  }
  parts.chatting = Chatting(std::move(chatting), parts.started_at, agents.size());
  image_ = pack(parts_);
  look_at_ends();
}

Segment::Segment(std::shared_ptr<const Image> image) : image_(std::move(image)) {
  read(*image_, parts_);
  look_at_ends();
}

void Segment::look_at_ends() {
  first_start_ = started_at().value(0);
  last_start_ = started_at().value(size() - 1);
}

const Column& Segment::column(report::Column column) const {
  return parts_.of_rows[position(column)];
}

const FieldIndex& Segment::index(const Field& field) const {
  if (field.kind != Field::Kind::property) return parts_.fields[position(field.kind)];
  static const FieldIndex nothing;
  const std::uint32_t number = property_from(field.name_space, field.name);
  const bool is_there = number < parts_.properties.size() &&
                        text_of(parts_.property_name_spaces, number) == field.name_space &&
                        text_of(parts_.property_names, number) == field.name;
  return is_there ? parts_.properties[number] : nothing;
}

std::uint32_t Segment::property_from(std::string_view name_space, std::string_view name) const {
  const auto numbers = std::views::iota(0U, parts_.property_names.size());
  return *std::ranges::partition_point(numbers, [&](std::uint32_t number) {
    const std::string_view known = text_of(parts_.property_name_spaces, number);
    return known < name_space ||
           (known == name_space && text_of(parts_.property_names, number) < name);
  });
}

void Segment::add_rows_where(const report::GreetingSent& test, RowSet& into) const {
  for (std::size_t i = 0; i < parts_.greeting_rows.size(); ++i) {
    if (test.at.contains(parts_.greeting_sent_at[i])) into.insert(parts_.greeting_rows[i]);
  }
}

std::vector<SegmentRow> Segment::unpack() const {
  std::vector<SegmentRow> rows(size());
  for (std::uint32_t row = 0; row < size(); ++row) {
    rows[row].thread.value = parts_.first_thread + parts_.threads.value(row);
    chat::Thread& facts = rows[row].facts;
    facts.started_at = started_at().value(row);
    facts.duration = {column(report::Column::duration).value(row)};
    facts.agents_chatting_duration = {column(report::Column::agents_chatting_duration).value(row)};
  }
  // Values ascend, so each set is filled in its order.
  const auto for_each_pair = [this](Field::Kind kind, auto take) {
    const FieldIndex& index = parts_.fields[position(kind)];
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      const report::Value value = index.value(number);
      for_each_row(index.rows(number), [&](std::uint32_t row) { take(row, value); });
    }
  };
  const auto text = [](const report::Value& value) { return std::get<std::string>(value); };
  const auto integer = [](const report::Value& value) { return std::get<std::int64_t>(value); };
  for_each_pair(Field::Kind::agent, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.agents.push_back(text(value));
  });
  for_each_pair(Field::Kind::tag, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.tags.push_back(text(value));
  });
  for_each_pair(Field::Kind::group, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.groups.push_back(integer(value));
  });
  for_each_pair(Field::Kind::event_type, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.event_types.push_back(static_cast<chat::EventType>(integer(value)));
  });
  for_each_pair(Field::Kind::goal, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.goals.push_back(integer(value));
  });
  for_each_pair(Field::Kind::sale, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.sales.push_back(integer(value));
  });
  for_each_pair(Field::Kind::started_by, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.started_by = static_cast<chat::StartedBy>(integer(value));
  });
  for_each_pair(Field::Kind::rating, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.rating = static_cast<chat::Rating>(integer(value));
  });
  for_each_pair(Field::Kind::greeting, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.greeting = chat::Greeting{integer(value), {}};
  });
  for (std::size_t i = 0; i < parts_.greeting_rows.size(); ++i) {
    rows[parts_.greeting_rows[i]].facts.greeting->sent_at = parts_.greeting_sent_at[i];
  }
  for_each_pair(Field::Kind::first_responder, [&](std::uint32_t row, const report::Value& value) {
    chat::Thread& facts = rows[row].facts;
    facts.first_response =
        chat::FirstResponse{text(value), {column(report::Column::first_response_time).value(row)}};
    facts.response_time = Duration{column(report::Column::response_time).value(row)};
  });
  for (std::uint32_t name = 0; name < parts_.properties.size(); ++name) {
    const FieldIndex& index = parts_.properties[name];
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      const chat::Property property{std::string(text_of(parts_.property_name_spaces, name)),
                                    std::string(text_of(parts_.property_names, name)),
                                    index.value(number)};
      for_each_row(index.rows(number),
                   [&](std::uint32_t row) { rows[row].facts.properties.push_back(property); });
    }
  }
  for (std::uint32_t submission = 0; submission < submissions().size(); ++submission) {
    rows[submissions().row(submission)].facts.submissions.push_back(
        submissions().submission(submission, started_at()));
  }
  const FieldIndex& agents = parts_.fields[position(Field::Kind::agent)];
  for (std::uint32_t number = 0; number < chatting().size(); ++number) {
    const Chatting::Interval interval = chatting().interval(number, started_at());
    rows[interval.row].facts.chatting.push_back(
        {std::get<std::string>(agents.value(interval.agent)), interval.from, interval.to});
  }
  return rows;
}

std::size_t Segment::bytes() const {
  return sizeof(Segment) + parts_.properties.capacity() * sizeof(FieldIndex) +
         image_->bytes().size();
}

}  // namespace chatreports::engine::native
