#include "engine/native/segment.h"

#include <algorithm>

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
}

}  // namespace

Segment::Segment(std::span<const SegmentRow> rows) {
  CHECK(!rows.empty() && rows.size() <= max_segment_rows);
  const auto row_count = static_cast<std::uint32_t>(rows.size());
  first_key_ = rows.front().key();
  first_thread_ = std::ranges::min(rows, {}, &SegmentRow::thread).thread.value;
  threads_ =
      column_of(rows, [this](const SegmentRow& row) { return row.thread.value - first_thread_; });
  for (const auto column : {report::Column::duration, report::Column::agents_chatting_duration,
                            report::Column::response_time, report::Column::first_response_time}) {
    columns_[position(column)] =
        column_of(rows, [column](const SegmentRow& row) { return value_of(row.facts, column); });
  }

  std::vector<Instant> starts;
  std::array<FieldIndexBuilder, field_kinds> fields;
  std::map<PropertyName, FieldIndexBuilder> properties;
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
      greeting_rows_.push_back(static_cast<std::uint16_t>(row));
      greeting_sent_at_.push_back(facts.greeting->sent_at);
    }
  }
  started_at_ = TimeColumn(starts);
  greeting_rows_.shrink_to_fit();
  greeting_sent_at_.shrink_to_fit();
  for (std::size_t kind = 0; kind < field_kinds; ++kind) {
    fields_[kind] = std::move(fields[kind]).build(row_count);
  }
  for (auto& [name, builder] : properties) {
    properties_.emplace(name, std::move(builder).build(row_count));
  }

  const FieldIndex& groups = fields_[position(Field::Kind::group)];
  std::vector<std::uint32_t> group_numbers;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const chat::Thread& facts = rows[row].facts;
    if (facts.submissions.empty()) continue;
    group_numbers.clear();
    for (const std::int64_t group : facts.groups) group_numbers.push_back(*groups.find(group));
    for (const chat::SurveySubmission& submission : facts.submissions) {
      submissions_.push_back(row, submission, group_numbers);
    }
  }
  submissions_.finish();

  const FieldIndex& agents = fields_[position(Field::Kind::agent)];
  std::vector<Chatting::Interval> chatting;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    for (const chat::ChattingInterval& interval : rows[row].facts.chatting) {
      chatting.push_back({*agents.find(interval.agent_id), row, interval.from, interval.to});
    }
  }
  chatting_ = Chatting(std::move(chatting), started_at_, agents.size());
}

const Column& Segment::column(report::Column column) const {
  return columns_[position(column)];
}

const FieldIndex& Segment::index(const Field& field) const {
  if (field.kind != Field::Kind::property) return fields_[position(field.kind)];
  static const FieldIndex nothing;
  const auto found = properties_.find({field.name_space, field.name});
  return found == properties_.end() ? nothing : found->second;
}

void Segment::add_rows_where(const report::GreetingSent& test, RowSet& into) const {
  for (std::size_t i = 0; i < greeting_rows_.size(); ++i) {
    if (test.at.contains(greeting_sent_at_[i])) into.insert(greeting_rows_[i]);
  }
}

std::vector<SegmentRow> Segment::unpack() const {
  std::vector<SegmentRow> rows(size());
  for (std::uint32_t row = 0; row < size(); ++row) {
    rows[row].thread.value = first_thread_ + threads_.value(row);
    chat::Thread& facts = rows[row].facts;
    facts.started_at = started_at_.value(row);
    facts.duration = {column(report::Column::duration).value(row)};
    facts.agents_chatting_duration = {column(report::Column::agents_chatting_duration).value(row)};
  }
  // Values ascend, so each set is filled in its order.
  const auto for_each_pair = [this](Field::Kind kind, auto take) {
    const FieldIndex& index = fields_[position(kind)];
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
  for_each_pair(Field::Kind::greeting, [&](std::uint32_t row, const report::Value& value) {
    rows[row].facts.greeting = chat::Greeting{integer(value), {}};
  });
  for (std::size_t i = 0; i < greeting_rows_.size(); ++i) {
    rows[greeting_rows_[i]].facts.greeting->sent_at = greeting_sent_at_[i];
  }
  for_each_pair(Field::Kind::first_responder, [&](std::uint32_t row, const report::Value& value) {
    chat::Thread& facts = rows[row].facts;
    facts.first_response =
        chat::FirstResponse{text(value), {column(report::Column::first_response_time).value(row)}};
    facts.response_time = Duration{column(report::Column::response_time).value(row)};
  });
  for (const auto& [name, index] : properties_) {
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      const chat::Property property{name.first, name.second, index.value(number)};
      for_each_row(index.rows(number),
                   [&](std::uint32_t row) { rows[row].facts.properties.push_back(property); });
    }
  }
  for (std::uint32_t submission = 0; submission < submissions_.size(); ++submission) {
    rows[submissions_.row(submission)].facts.submissions.push_back(
        submissions_.submission(submission));
  }
  const FieldIndex& agents = fields_[position(Field::Kind::agent)];
  for (std::uint32_t number = 0; number < chatting_.size(); ++number) {
    const Chatting::Interval interval = chatting_.interval(number, started_at_);
    rows[interval.row].facts.chatting.push_back(
        {std::get<std::string>(agents.value(interval.agent)), interval.from, interval.to});
  }
  return rows;
}

std::size_t Segment::bytes() const {
  std::size_t bytes = sizeof(Segment) + started_at_.bytes() + threads_.bytes() +
                      greeting_rows_.capacity() * sizeof(greeting_rows_[0]) +
                      greeting_sent_at_.capacity() * sizeof(greeting_sent_at_[0]) +
                      submissions_.bytes() + chatting_.bytes();
  for (const Column& column : columns_) bytes += column.bytes();
  for (const FieldIndex& index : fields_) bytes += index.bytes();
  for (const auto& [name, index] : properties_) {
    bytes += sizeof(FieldIndex) + sizeof(PropertyName) + name.first.size() + name.second.size() +
             index.bytes();
  }
  return bytes;
}

}  // namespace chatreports::engine::native
