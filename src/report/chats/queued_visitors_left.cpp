// queued_visitors_left: the customers who left the queue, page by page.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "report/assembler.h"
#include "report/plans.h"
#include "report/reports.h"
#include "time/rfc3339.h"

namespace chatreports::report::chats {
namespace {

constexpr std::int64_t page_size = 100;

Result<std::vector<Plan>> plans(const Query& query) {
  return std::vector{plan_of_whole_range(query, DeparturesSource{query.page, page_size})};
}

// A UUID of version 8 made of the digest (RFC 9562, 5.8).
std::string uuid_of(chat::CustomerDigest digest) {
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0F) | 0x80);
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3F) | 0x80);
  std::string uuid;
  for (std::size_t at = 0; at < digest.size(); ++at) {
    if (at == 4 || at == 6 || at == 8 || at == 10) uuid += '-';
    fmt::format_to(std::back_inserter(uuid), "{:02x}", digest[at]);
  }
  return uuid;
}

Entry entry_of(const Definition& definition, const DepartureCell& cell) {
  const Figure& duration = definition.figures.front();
  Entries queue = {{std::string(duration.key), number_of(duration, cell.waited.count())},
                   {"group", Number(cell.group)},
                   {"start_date", format_rfc3339_second(cell.queued_at)}};
  Entries visitor;
  if (cell.customer) visitor.push_back({"id", uuid_of(*cell.customer)});
  return {std::string(cell.key()),
          Entries{{"queue", std::move(queue)}, {"visitor", std::move(visitor)}}};
}

Report report(const Definition& definition, const Query&, std::span<const Plan>,
              std::span<const Table> tables, Allowance&) {
  const auto& departures = std::get<DeparturesTable>(tables[0]);
  const std::int64_t pages = (departures.departures + page_size - 1) / page_size;
  Report answer{&definition, definition.figures};
  answer.total = Number(departures.departures);
  answer.summary = Entries{{"left_without_details", Number(departures.without_pre_chat_form)},
                           {"total_pages", Number(pages)}};
  for (const DepartureCell& cell : departures.page) {
    answer.records.push_back(entry_of(definition, cell));
  }
  std::ranges::sort(answer.records, {}, &Entry::key);
  return answer;
}

constexpr RowColumn columns[] = {
    {"chat"}, {"group"}, {"start_date"}, {"visitor"}, {"duration", Unit::seconds}};

bool take_record(const Entry& record, const TakeRow& take) {
  const auto& chat = std::get<Entries>(record.value);
  const Entries& queue = entries_in(chat, "queue");
  return take(std::array{RowCell(record.key), cell_in(queue, "group"), cell_in(queue, "start_date"),
                         cell_in(entries_in(chat, "visitor"), "id"), cell_in(queue, "duration")});
}

}  // namespace

Definition queued_visitors_left() {
  return {
      .resource = "chats",
      .action = "queued_visitors_left",
      .name = "queued-visitors-left-report",
      .versions = {Version::v3_6, Version::v3_7},
      .meaning = "The customers who left the queue, 100 a page.",
      .dimensions = {Dimension::chat},
      .figures = {{.key = "duration",
                   .meaning = "time that the customer waited",
                   .unit = Unit::seconds,
                   .statistic = Statistic::sum,
                   .column = Column::queue_wait}},
      .total = Figure{.meaning = "chats whose customer left the queue, on all pages"},
      .summary = {{.key = "left_without_details",
                   .meaning = "chats without a pre-chat form, on all pages"},
                  {.key = "total_pages", .meaning = "pages of 100 records", .unit = Unit::pages}},
      .has_pages = true,
      .own_shape = OwnShape{.plans = plans,
                            .report = report,
                            .records = "`<chat id>`: `queue` (`duration`, `group`, `start_date`), "
                                       "`visitor` (`id`)",
                            .record_schema = "Departure",
                            .rows = OwnRows{columns, take_record}},
  };
}

}  // namespace chatreports::report::chats
