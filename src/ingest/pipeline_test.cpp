#include "ingest/pipeline.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "base/gzip.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool never() {
  return false;
}

struct Outcome {
  std::vector<chat::Record> records;
  std::vector<Refusal> refused;
  std::optional<Error> error;
  std::size_t batches = 0;
};

Outcome outcome_of(ByteSource& source, const PipelineOptions& options = {}) {
  Outcome outcome;
  const auto take = [&](Batch batch) -> Result<void> {
    ++outcome.batches;
    std::move(batch.records.begin(), batch.records.end(), std::back_inserter(outcome.records));
    std::move(batch.refused.begin(), batch.refused.end(), std::back_inserter(outcome.refused));
    return {};
  };
  const auto read = read_records(source, options, take, never);
  if (!read) outcome.error = read.error();
  return outcome;
}

Outcome outcome_of(std::string_view input, const PipelineOptions& options = {}) {
  const auto source = open_memory(input);
  return outcome_of(*source, options);
}

std::vector<std::uint64_t> lines(const std::vector<Refusal>& refused) {
  std::vector<std::uint64_t> lines;
  for (const Refusal& refusal : refused) lines.push_back(refusal.line);
  return lines;
}

std::string group(std::int64_t id) {
  return fmt::format(R"({{"record":"group","id":{}}})", id);
}

std::string groups(std::int64_t count, std::string_view between) {
  std::string text;
  for (std::int64_t id = 0; id < count; ++id) {
    if (id > 0) text += between;
    text += group(id);
  }
  return text;
}

std::vector<chat::Record> group_records(std::int64_t count) {
  std::vector<chat::Record> records;
  for (std::int64_t id = 0; id < count; ++id) records.emplace_back(chat::GroupRecord{id, {}});
  return records;
}

TEST(Pipeline, OrderIsKeptOverThreadsAndBatches) {
  const std::string input = groups(20'000, "\n");
  for (const unsigned threads : {0U, 1U, 2U, 5U}) {
    const Outcome outcome = outcome_of(input, {.threads = threads, .batch_bytes = 1'000});
    EXPECT_FALSE(outcome.error.has_value());
    EXPECT_THAT(outcome.refused, IsEmpty());
    EXPECT_GT(outcome.batches, 100U);
    EXPECT_TRUE(outcome.records == group_records(20'000)) << threads;
  }
}

TEST(Pipeline, NoInputMakesNoBatch) {
  const Outcome outcome = outcome_of(" \n");
  EXPECT_EQ(outcome.batches, 0U);
  EXPECT_FALSE(outcome.error.has_value());
}

TEST(Pipeline, RefusalsHaveLineAndPlace) {
  const Outcome in_lines =
      outcome_of(group(0) + "\n\n{}\n" + group(1) + "\n{\"record\":\"group\"}");
  EXPECT_THAT(in_lines.records, ElementsAre(chat::Record(chat::GroupRecord{0, {}}),
                                            chat::Record(chat::GroupRecord{1, {}})));
  EXPECT_THAT(lines(in_lines.refused), ElementsAre(3, 5));
  EXPECT_EQ(in_lines.refused[1].reason, "id: missing");

  const Outcome in_page = outcome_of("{\"chats\":[" + group(0) + ",\n{\"record\":\"group\"}]}");
  EXPECT_THAT(in_page.refused, ElementsAre(Refusal{2, "chats[1]: id: missing"}));
  const Outcome in_array = outcome_of("[" + group(0) + ",{\"record\":\"group\"}]");
  EXPECT_THAT(in_array.refused, ElementsAre(Refusal{1, "[1]: id: missing"}));
  // Likewise in a line that is parsed as one unit.
  const Outcome in_line = outcome_of("{}\n[" + group(0) + ",{\"record\":\"group\"}]");
  EXPECT_EQ(in_line.refused.at(1), (Refusal{2, "[1]: id: missing"}));

  // The text around the elements must be JSON, too.
  const Outcome around = outcome_of("{\"found\":01,\"chats\":[" + group(0) + "]}");
  EXPECT_EQ(around.records.size(), 1U);
  EXPECT_THAT(around.refused, ElementsAre(Refusal{1, "not JSON: a malformed number"}));
}

TEST(Pipeline, PagesOfAnySizeAreHandedOverOnce) {
  const std::string chats = groups(2'000, ",");
  const std::string input = "\n{\"chats\":[" + chats + "],\"next_page_id\":\"x\"}\n{\"chats\":[]}";
  for (const std::size_t batch_bytes : {std::size_t{100}, std::size_t{1} << 20}) {
    const auto source = open_memory(input);
    std::vector<Page> pages;
    const auto read = read_records(
        *source, {.threads = 2, .batch_bytes = batch_bytes},
        [&](Batch batch) -> Result<void> {
          std::ranges::copy(batch.pages, std::back_inserter(pages));
          return {};
        },
        never);
    EXPECT_TRUE(read.has_value());
    EXPECT_THAT(pages, ElementsAre(Page{2, true, false}, Page{3, false, false}));
  }
}

TEST(Pipeline, AnErrorFromTheTakerEndsIt) {
  const std::string input = groups(20'000, "\n");
  for (const unsigned threads : {1U, 2U}) {
    const auto source = open_memory(input);
    int taken = 0;
    const auto read = read_records(
        *source, {.threads = threads, .batch_bytes = 1'000},
        [&](const Batch&) -> Result<void> {
          if (++taken == 3) return failed("the disk is full");
          return {};
        },
        never);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().message, "the disk is full");
    EXPECT_EQ(taken, 3);
  }
}

TEST(Pipeline, AStopEndsItWithoutAnError) {
  const std::string input = groups(20'000, "\n");
  const auto source = open_memory(input);
  int taken = 0;
  const auto read = read_records(
      *source, {.threads = 2, .batch_bytes = 1'000},
      [&](const Batch&) -> Result<void> {
        ++taken;
        return {};
      },
      [&] { return taken == 3; });
  EXPECT_TRUE(read.has_value());
  EXPECT_EQ(taken, 3);
}

TEST(Pipeline, ReadsAheadWithinItsLimit) {
  const std::string input = groups(200'000, "\n");
  const auto source = open_memory(input);
  const auto read = read_records(
      *source, {.threads = 2, .batch_bytes = 1 << 16},
      [&](const Batch&) -> Result<void> { return failed("enough"); }, never);
  EXPECT_FALSE(read.has_value());
  // Six batches wait between the reader and the taker, and two are in work; a source reads ahead
  // a quarter of a megabyte at most.
  EXPECT_LE(source->bytes_consumed(), std::uint64_t{10 * (1 << 16) + (1 << 18)});
  EXPECT_LT(source->bytes_consumed(), input.size());
}

TEST(Pipeline, AnExceptionFromTheTakerDoesNotEscape) {
  const std::string input = groups(20'000, "\n");
  const auto source = open_memory(input);
  const auto read = read_records(
      *source, {.threads = 2, .batch_bytes = 1'000},
      [&](const Batch&) -> Result<void> { throw std::runtime_error("thrown"); }, never);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("thrown"));
}

TEST(Pipeline, DamageIsReportedAfterTheRecordsBeforeIt) {
  const std::string packed = gzip(groups(20'000, "\n"));
  for (const unsigned threads : {1U, 2U}) {
    const Outcome cut = outcome_of(std::string_view(packed).substr(0, packed.size() - 8),
                                   {.threads = threads, .batch_bytes = 10'000});
    ASSERT_TRUE(cut.error.has_value());
    EXPECT_THAT(cut.error->message, HasSubstr("cut short"));
    EXPECT_THAT(cut.refused, IsEmpty());
    EXPECT_TRUE(cut.records == group_records(20'000));

    const Outcome half = outcome_of(std::string_view(packed).substr(0, packed.size() / 2),
                                    {.threads = threads, .batch_bytes = 10'000});
    ASSERT_TRUE(half.error.has_value());
    EXPECT_THAT(half.refused, IsEmpty());
    EXPECT_GT(half.records.size(), 1'000U);
    EXPECT_TRUE(half.records == group_records(static_cast<std::int64_t>(half.records.size())));
  }
}

TEST(Pipeline, RandomBytesAreRefused) {
  std::string rubbish;
  std::uint64_t state = 88'172'645'463'325'252ULL;
  for (int i = 0; i < 3'000'000; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    rubbish += static_cast<char>(state >> 32);
  }
  rubbish[0] = 'x';
  const Outcome outcome = outcome_of(rubbish);
  EXPECT_THAT(outcome.records, IsEmpty());
  EXPECT_FALSE(outcome.refused.empty());
  EXPECT_FALSE(outcome.error.has_value());
}

// --- The same records in every shape of input.

// Texts that are hard to split.
std::string awkward_text() {
  const auto piece = rc::gen::element<std::string>("\\n", "\\\"", "{", "}", "[", "]", ",", ":",
                                                   "\\\\", "ł", "chats", "x", " ");
  std::string text;
  for (const std::string& each : *rc::gen::container<std::vector<std::string>>(piece)) text += each;
  return text;
}

// The lines of a record from a pretty printer.
std::vector<std::string> some_record() {
  const auto id = *rc::gen::inRange(0, 1'000);
  const std::string text = awkward_text().substr(0, 200);
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return {"{", R"(  "record": "group",)", fmt::format(R"(  "id": {},)", id),
              fmt::format(R"(  "name": "{}")", text), "}"};
    case 1:
      return {"{",
              fmt::format(R"(  "users": [ {{"id": "{}", "type": "agent" }} ],)", id + 1),
              R"(  "thread": {)",
              fmt::format(R"(    "id": "T{}",)", id),
              R"(    "created_at": "2021-04-08T12:00:00Z",)",
              R"(    "properties": {)",
              fmt::format(R"(      "n": {{"x": "{}" }} )", text),
              R"(    },)",
              R"(    "events": [)",
              R"(      {)",
              fmt::format(R"(        "author_id": "{}",)", id + 1),
              fmt::format(R"(        "text": "{}",)", text),
              R"(        "created_at": "2021-04-08T12:00:01Z")",
              R"(      })",
              R"(    ])",
              R"(  })",
              "}"};
    default:
      return {"{",
              R"(  "record": "sale",)",
              fmt::format(R"(  "id": {},)", id),
              R"(  "chats": null,)",
              R"(  "thread_id": "T")",
              "}"};
  }
}

std::string on_one_line(const std::vector<std::string>& record) {
  std::string text;
  for (const std::string& line : record) text += line.substr(line.find_first_not_of(' '));
  return text;
}

using Records = std::vector<std::vector<std::string>>;

Records some_records() {
  Records records;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) records.push_back(some_record());
  return records;
}

struct Shape {
  std::string text;
  std::vector<std::uint64_t> lines;  // of each record
};

Shape joined(const Records& records, bool pretty, std::string_view before, std::string_view between,
             std::string_view after, std::string_view indent) {
  Shape shape{std::string(before), {}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i > 0) shape.text += between;
    shape.lines.push_back(
        1 + static_cast<std::uint64_t>(std::count(shape.text.begin(), shape.text.end(), '\n')));
    if (!pretty) {
      shape.text += on_one_line(records[i]);
      continue;
    }
    for (std::size_t line = 0; line < records[i].size(); ++line) {
      if (line > 0) shape.text += fmt::format("\n{}", indent);
      shape.text += records[i][line];
    }
  }
  shape.text += after;
  return shape;
}

Shape some_shape(const Records& records) {
  switch (*rc::gen::inRange(0, 10)) {
    case 0:
      return joined(records, false, "", "\n", "", "");
    case 1:
      return joined(records, false, "\xEF\xBB\xBF\r\n", "\r\n\r\n", "\n", "");
    case 2:
      return joined(records, false, "[", ",", "]", "");
    case 3:
      return joined(records, false, "[\n", ",\n", "\n]", "");
    case 4:
      return joined(records, true, "[\n  ", ",\n  ", "\n]\n", "  ");
    case 5:
      return joined(records, true, "", "\n", "\n", "");
    case 6:
      return joined(records, true, "[", ", ", "]", "");
    case 7:
      return joined(records, false, "{\"found_chats\":5,\"chats\":[", ",", "]}", "");
    case 8:
      return joined(records, true, "{\n  \"chats\": [\n    ", ",\n    ",
                    "\n  ],\n  \"next_page_id\": \"x\"\n}", "    ");
    default:
      return joined(records, true, "", "", "\n", "");
  }
}

PipelineOptions some_options() {
  PipelineOptions options;
  options.threads = *rc::gen::inRange(1U, 4U);
  options.batch_bytes = *rc::gen::element<std::size_t>(1, 20, 100, 1'000, 1 << 20);
  return options;
}

RC_GTEST_PROP(PipelineProperty, EveryShapeGivesTheSameRecords, ()) {
  const Records records = some_records();
  const Shape lines_of_records = joined(records, false, "", "\n", "", "");
  const Outcome expected = outcome_of(lines_of_records.text);
  RC_ASSERT(expected.records.size() == records.size());

  Shape shape = some_shape(records);
  RC_LOG() << shape.text;
  if (*rc::gen::arbitrary<bool>()) shape.text = gzip(shape.text);
  const Outcome outcome = outcome_of(shape.text, some_options());
  RC_ASSERT(outcome.refused.empty());
  RC_ASSERT(outcome.records == expected.records);
}

RC_GTEST_PROP(PipelineProperty, EveryShapeGivesTheLineOfARefusal, ()) {
  Records records = some_records();
  const auto bad = *rc::gen::inRange<std::size_t>(0, records.size());
  records[bad] = {"{", R"(  "record": "group",)", R"(  "id": "x")", "}"};
  const Shape shape = some_shape(records);
  RC_LOG() << shape.text;
  const Outcome outcome = outcome_of(shape.text, some_options());
  RC_ASSERT(outcome.records.size() == records.size() - 1);
  RC_ASSERT(lines(outcome.refused) == std::vector<std::uint64_t>{shape.lines[bad]});
}

RC_GTEST_PROP(PipelineProperty, AMalformedLineCostsItselfOnly, ()) {
  Records records;
  const int count = *rc::gen::inRange(2, 12);
  for (int i = 0; i < count; ++i) records.push_back(some_record());
  std::vector<std::string> input;
  for (const auto& record : records) input.push_back(on_one_line(record));
  const auto bad = *rc::gen::inRange<std::size_t>(0, input.size());

  std::string& line = input[bad];
  const auto place = *rc::gen::inRange<std::size_t>(0, line.size());
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      line.resize(place);
      break;
    case 1:
      line[place] = *rc::gen::element('{', '}', '[', ']', '"', ',', ':', '\\', '\xff', 'x', '\0');
      break;
    default:
      line.insert(place, 1, *rc::gen::element('{', '}', '[', ']', '"', ',', ':', '\\'));
  }

  std::vector<chat::Record> others;
  std::string text;
  for (std::size_t i = 0; i < input.size(); ++i) {
    text += input[i] + "\n";
    if (i != bad) others.push_back(outcome_of(input[i]).records.at(0));
  }
  RC_LOG() << text;
  const Outcome outcome = outcome_of(text, some_options());
  for (const Refusal& refusal : outcome.refused) RC_ASSERT(refusal.line == bad + 1);
  // The damaged line may still be a record of any kind; all others are there.
  std::size_t found = 0;
  for (const chat::Record& record : outcome.records) {
    if (found < others.size() && record == others[found]) ++found;
  }
  RC_ASSERT(found == others.size());
  RC_ASSERT(outcome.records.size() <= others.size() + 1);
}

TEST(Pipeline, ReadsTheSampleOfSupportDialogues) {
  const std::filesystem::path path =
      std::filesystem::path(SAMPLES_FOLDER) / "support-dialogues.ndjson.gz";
  const auto source = open_file(path.string());
  ASSERT_TRUE(source.has_value());
  const Outcome outcome = outcome_of(**source);
  EXPECT_FALSE(outcome.error.has_value());
  EXPECT_THAT(outcome.refused, IsEmpty());
  ASSERT_EQ(outcome.records.size(), 525U);
  const auto& first = std::get<chat::ChatRecord>(outcome.records[0]);
  EXPECT_EQ(first.thread_id, "31D8CFAB85");
  EXPECT_EQ(first.thread.started_at, parse_rfc3339("2020-04-01T17:31:32Z").value().instant);
  EXPECT_THAT(first.thread.agents, ElementsAre("teamyoutube@example.com"));
  EXPECT_THAT(first.thread.groups, ElementsAre(1));
  EXPECT_THAT(first.thread.tags, ElementsAre("teamyoutube"));
  ASSERT_EQ(first.thread.events.size(), 2U);
  EXPECT_EQ(first.thread.events[0].author, chat::AuthorKind::customer);
  EXPECT_EQ(first.thread.events[1].author, chat::AuthorKind::agent);
}

}  // namespace
}  // namespace chatreports::ingest
