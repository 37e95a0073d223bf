#include "engine/native/parts/segment.h"

#include <algorithm>
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

// Reports show one line for each of these values, mostly beside a filter. Then the rows are few,
// and their values are looked up.
StoredField::ValuesOfRows values_of_rows(Field::Kind kind) {
  const bool is_grouped_by = kind == Field::Kind::agent || kind == Field::Kind::tag;
  return is_grouped_by ? StoredField::ValuesOfRows::stored : StoredField::ValuesOfRows::left_out;
}

std::int64_t value_of(const chat::Thread& facts, report::Column column) {
  switch (column) {
    case report::Column::duration:
      return facts.duration.count();
    case report::Column::agents_chatting_duration:
      return facts.agents_chatting_duration.count();
    case report::Column::response_time:
      return facts.response_time ? facts.response_time->count() : 0;
    case report::Column::first_response_time:
      return facts.first_response ? facts.first_response->wait.count() : 0;
    case report::Column::queue_wait:
    case report::Column::count:
      break;
  }
  CHECK(false && "not every row has a value");
  return 0;
}

template <class ValueOf>
IntegerColumn column_of(std::span<const SegmentRow> rows, ValueOf value_of_row) {
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  for (const SegmentRow& row : rows) values.push_back(value_of_row(row));
  return IntegerColumn(values);
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
  if (facts.country != chat::Country{}) add(Field::Kind::country, facts.country.code());
  if (facts.queue) {
    add(Field::Kind::queue_outcome, static_cast<std::int64_t>(facts.queue->outcome));
  }
}

}  // namespace

template <class Self, class Layout>
void Segment::Parts::lay_out(Self& self, Layout& layout) {
  layout(self.first_key, self.first_thread, self.started_at, self.threads);
  for (auto& column : self.of_rows) layout(column);
  for (auto& field : self.fields) layout(field);
  layout(self.properties, self.greeting_rows, self.greeting_sent_at, self.submissions,
         self.chatting, self.departures, self.queue_waits);
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
        column_of(rows, [column](const SegmentRow& row) { return value_of(*row.facts, column); });
  }

  std::vector<Instant> starts;
  std::array<RowsByValue, field_kinds> fields;
  StoredProperties::Builder properties;
  std::vector<std::uint16_t> greeting_rows;
  std::vector<Instant> greeting_sent_at;
  Departures::Builder departures;
  QueueWaits::Builder queue_waits;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const chat::Thread& facts = *rows[row].facts;
    starts.push_back(facts.started_at);
    for_each_value(facts, [&](Field::Kind kind, const auto& value) {
      fields[position(kind)].add(row, value);
    });
    for (const chat::Property& property : facts.properties) properties.add(row, property);
    departures.add(row, facts);
    queue_waits.add(row, facts);
    if (facts.greeting) {
      greeting_rows.push_back(static_cast<std::uint16_t>(row));
      greeting_sent_at.push_back(facts.greeting->sent_at);
    }
  }
  parts.started_at = TimeColumn(starts);
  parts.greeting_rows = std::move(greeting_rows);
  parts.greeting_sent_at = std::move(greeting_sent_at);
  parts.departures = std::move(departures).build();
  parts.queue_waits = std::move(queue_waits).build();
  for (std::size_t kind = 0; kind < field_kinds; ++kind) {
    parts.fields[kind] =
        StoredField(fields[kind], row_count, values_of_rows(static_cast<Field::Kind>(kind)));
  }
  parts.properties = std::move(properties).build(row_count);

  const FieldIndex groups = parts.fields[position(Field::Kind::group)].index();
  std::vector<std::uint32_t> group_numbers;
  Submissions::Builder submissions(row_count);
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const chat::Thread& facts = *rows[row].facts;
    if (facts.submissions.empty()) continue;
    group_numbers.clear();
    for (const std::int64_t group : facts.groups) group_numbers.push_back(*groups.find(group));
    for (const chat::SurveySubmission& submission : facts.submissions) {
      submissions.push_back(row, submission, group_numbers);
    }
  }
  parts.submissions = std::move(submissions).build(parts.started_at);

  const FieldIndex agents = parts.fields[position(Field::Kind::agent)].index();
  std::vector<Chatting::Interval> chatting;
  for (std::uint32_t row = 0; row < row_count; ++row) {
    for (const chat::ChattingInterval& interval : rows[row].facts->chatting) {
      chatting.push_back({*agents.find(interval.agent_id), row, interval.from, interval.to});
    }
  }
  parts.chatting = Chatting(std::move(chatting), parts.started_at, agents.size());
  seal();
}

struct Segment::Moved {
  const Segment* segment;
  NewNumbers rows;

  // Calls visit(row, new row) for each row that moves.
  template <class Visit>
  void for_each_row(Visit visit) const {
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      if (rows[row] != gone) visit(row, rows[row]);
    }
  }
};

// Returns each segment once.
std::vector<Segment::Moved> Segment::moved(std::span<const ChunkRun<Segment>> runs,
                                           std::uint32_t& rows) {
  std::vector<Moved> segments;
  rows = 0;
  for (const ChunkRun<Segment>& run : runs) {
    auto found = std::ranges::find(segments, run.chunk.get(), &Moved::segment);
    if (found == segments.end()) {
      segments.push_back({run.chunk.get(), NewNumbers(run.chunk->size(), gone)});
      found = std::prev(segments.end());
    }
    for (std::uint32_t row = run.begin; row < run.end; ++row) found->rows[row] = rows++;
  }
  return segments;
}

Segment::Segment(std::span<const ChunkRun<Segment>> runs) {
  std::uint32_t row_count = 0;
  const std::vector<Moved> from = moved(runs, row_count);
  CHECK(row_count > 0 && row_count <= max_segment_rows);
  Parts& parts = parts_;
  parts.first_key = runs.front().chunk->key(runs.front().begin);

  std::vector<Instant> starts(row_count);
  std::vector<std::int64_t> values(row_count);
  const auto gather = [&](auto& into, auto value_of) {
    for (const Moved& moved : from) {
      moved.for_each_row([&](std::uint32_t row, std::uint32_t new_row) {
        into[new_row] = value_of(*moved.segment, row);
      });
    }
  };
  gather(starts,
         [](const Segment& segment, std::uint32_t row) { return segment.started_at().value(row); });
  parts.started_at = TimeColumn(starts);
  gather(values,
         [](const Segment& segment, std::uint32_t row) { return segment.thread(row).value; });
  parts.first_thread = std::ranges::min(values);
  for (std::int64_t& value : values) value -= parts.first_thread;
  parts.threads = IntegerColumn(values);
  for (std::size_t column = 0; column < columns; ++column) {
    gather(values, [column](const Segment& segment, std::uint32_t row) {
      return segment.parts_.of_rows[column].value(row);
    });
    parts.of_rows[column] = IntegerColumn(values);
  }

  std::array<std::vector<NewNumbers>, field_kinds> new_values;  // by field, then by segment
  std::vector<StoredField::Moved> fields(from.size());
  for (std::size_t kind = 0; kind < field_kinds; ++kind) {
    for (std::size_t at = 0; at < from.size(); ++at) {
      fields[at] = {from[at].segment->parts_.fields[kind].index(), &from[at].rows};
    }
    parts.fields[kind] = StoredField::merged(
        fields, row_count, values_of_rows(static_cast<Field::Kind>(kind)), new_values[kind]);
  }

  std::vector<StoredProperties::Moved> properties;
  std::vector<std::pair<std::uint16_t, Instant>> greetings;
  std::vector<Submissions::Moved> submissions;
  std::vector<Departures::Moved> departures;
  std::vector<QueueWaits::Moved> queue_waits;
  std::vector<Chatting::Interval> chatting;
  for (std::size_t at = 0; at < from.size(); ++at) {
    const Parts& old = from[at].segment->parts_;
    properties.push_back({&old.properties, &from[at].rows});
    departures.push_back({&old.departures, &from[at].rows});
    queue_waits.push_back({&old.queue_waits, &from[at].rows});
    for (std::size_t i = 0; i < old.greeting_rows.size(); ++i) {
      const std::uint32_t row = from[at].rows[old.greeting_rows[i]];
      if (row == gone) continue;
      greetings.emplace_back(static_cast<std::uint16_t>(row), old.greeting_sent_at[i]);
    }
    submissions.push_back({&old.submissions, &old.started_at, &from[at].rows,
                           &new_values[position(Field::Kind::group)][at]});
    old.chatting.add_moved(old.started_at, from[at].rows,
                           new_values[position(Field::Kind::agent)][at], chatting);
  }
  std::ranges::sort(greetings);
  std::vector<std::uint16_t> greeting_rows;
  std::vector<Instant> greeting_sent_at;
  for (const auto& [row, sent_at] : greetings) {
    greeting_rows.push_back(row);
    greeting_sent_at.push_back(sent_at);
  }
  parts.properties = StoredProperties::merged(properties, row_count);
  parts.greeting_rows = std::move(greeting_rows);
  parts.greeting_sent_at = std::move(greeting_sent_at);
  parts.submissions = Submissions::merged(submissions, row_count, parts.started_at);
  parts.departures = Departures::merged(departures);
  parts.queue_waits = QueueWaits::merged(queue_waits);
  parts.chatting = Chatting(std::move(chatting), parts.started_at,
                            parts.fields[position(Field::Kind::agent)].index().size());
  seal();
}

void Segment::seal() {
  image_ = move_to_image(parts_);
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

std::optional<RowKey> Segment::find(ThreadNumber thread) const {
  for (std::uint32_t row = 0; row < size(); ++row) {
    if (this->thread(row) == thread) return key(row);
  }
  return std::nullopt;
}

const IntegerColumn& Segment::column_of_rows(report::Column column) const {
  return parts_.of_rows[position(column)];
}

FieldIndex Segment::index(const Field& field) const {
  return field.kind == Field::Kind::property ? parts_.properties.index(field.name_space, field.name)
                                             : parts_.fields[position(field.kind)].index();
}

void Segment::add_rows_where(const report::GreetingSent& test, RowSet& into) const {
  for (std::size_t i = 0; i < parts_.greeting_rows.size(); ++i) {
    if (test.at.contains(parts_.greeting_sent_at[i])) into.insert(parts_.greeting_rows[i]);
  }
}

std::size_t Segment::bytes() const {
  return sizeof(Segment) + image_->bytes().size();
}

}  // namespace chatreports::engine::native
