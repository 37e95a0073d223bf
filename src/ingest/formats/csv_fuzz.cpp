// A table of any bytes becomes lines of JSON, and a mapping of any bytes is read or refused.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "ingest/formats/csv_mapping.h"
#include "ingest/formats/csv_source.h"
#include "ingest/parse_record.h"

namespace {

namespace ingest = chatreports::ingest;
using chatreports::Result;

constexpr std::array<std::string_view, 2> mappings = {
    R"({"timezone":"Europe/Warsaw","columns":{"a":"thread_id","b":"started_at","c":"ended_at",
        "d":{"fact":"agents","separator":";"},"e":{"fact":"groups","separator":" "},"f":"rating",
        "g":"first_response_time","h":{"fact":"property","name":"n.p"}}})",
    R"({"rows":"events","columns":{"a":"thread_id","b":"at","c":"author","d":"author_type"}})"};

ingest::CsvMapping mapping_at(std::size_t place) {
  auto mapping = ingest::parse_csv_mapping(mappings[place]);
  CHECK(mapping.has_value());
  return *std::move(mapping);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<ingest::CsvMapping, 2> known = {mapping_at(0), mapping_at(1)};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto mapping = ingest::parse_csv_mapping(bytes);
  CHECK(mapping || !mapping.error().message.empty());
  for (const ingest::CsvMapping& one : known) {
    std::string table = one.rows == ingest::CsvRows::chats ? "a,b,c,d,e,f,g,h\n" : "a,b,c,d\n";
    table += bytes;
    const auto memory = ingest::open_memory(table);
    const auto source = ingest::open_csv(*memory, one);
    std::string json;
    std::array<char, 100> some{};
    while (true) {
      const auto got = source->read(some);
      if (!got) CHECK(!got.error().message.empty());
      if (!got || *got == 0) break;
      json.append(some.data(), *got);
    }
    ingest::RecordParser parser;
    while (!json.empty()) {
      const std::size_t end = json.find('\n');
      CHECK(end != json.npos);
      const std::string line = json.substr(0, end);
      json.erase(0, end + 1);
      if (line.empty()) continue;
      int records = 0;
      parser.parse(line, [&records](const Result<chatreports::chat::Record>& record) {
        ++records;
        CHECK(record || !record.error().message.starts_with("not JSON"));
      });
      CHECK(records == 1);
    }
  }
  return 0;
}
