// queued_visitors_left: the customers who left the queue, page by page.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/assembler.h"
#include "report/plans.h"
#include "report/reports.h"
#include "time/rfc3339.h"

namespace chatreports::report::chats {
namespace {

constexpr std::size_t page_size = 100;

Result<std::vector<Plan>> plans(const Query& query) {
  return std::vector{plan_of_whole_range(query, DeparturesSource{})};
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

// `2025-03-03T10:15:07Z`; fractions are cut off.
std::string second_of(Instant at) {
  std::string time = format_rfc3339(at);
  time.resize(time.find('.'));
  return time + 'Z';
}

std::string_view key_of(const DepartureCell& cell) {
  return cell.chat_id.empty() ? cell.thread_id : cell.chat_id;
}

// Returns one departure for each chat, the latest, in the order of the table.
std::vector<const DepartureCell*> latest_of_chats(const std::vector<DepartureCell>& cells,
                                                  Steps& steps) {
  std::map<std::string_view, const DepartureCell*> latest;
  for (const DepartureCell& cell : cells) {
    if (steps.take(steps_per_entry)) break;
    latest[key_of(cell)] = &cell;
  }
  std::vector<const DepartureCell*> departures;
  for (const DepartureCell& cell : cells) {
    const auto found = latest.find(key_of(cell));
    if (found != latest.end() && found->second == &cell) departures.push_back(&cell);
  }
  return departures;
}

Entry entry_of(const Definition& definition, const DepartureCell& cell) {
  const Figure& duration = definition.figures.front();
  Entries queue = {{std::string(duration.key), number_of(duration, cell.waited.count())},
                   {"group", Number(cell.group)},
                   {"start_date", second_of(cell.queued_at)}};
  Entries visitor;
  if (cell.customer) visitor.push_back({"id", uuid_of(*cell.customer)});
  return {std::string(key_of(cell)),
          Entries{{"queue", std::move(queue)}, {"visitor", std::move(visitor)}}};
}

Report report(const Definition& definition, const Query& query, std::span<const Plan>,
              std::span<const Table> tables, Allowance& allowance) {
  Steps steps(allowance);
  const auto departures = latest_of_chats(std::get<std::vector<DepartureCell>>(tables[0]), steps);
  const auto total = static_cast<std::int64_t>(departures.size());
  const std::int64_t without_details = std::ranges::count_if(
      departures, [](const DepartureCell* cell) { return !cell->has_pre_chat_form; });
  const std::int64_t pages = (total + page_size - 1) / page_size;
  Report answer{&definition, definition.figures};
  answer.total = Number(total);
  answer.summary =
      Entries{{"left_without_details", Number(without_details)}, {"total_pages", Number(pages)}};
  if (query.page > pages) return answer;
  const std::size_t begin = static_cast<std::size_t>(query.page - 1) * page_size;
  const std::size_t end = std::min(begin + page_size, departures.size());
  for (std::size_t at = begin; at < end; ++at) {
    answer.records.push_back(entry_of(definition, *departures[at]));
  }
  std::ranges::sort(answer.records, {}, &Entry::key);
  return answer;
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
      // A page has few of them: this bounds the memory that all of them take.
      .least_cell_bytes = 64,
      .own_shape = OwnShape{.plans = plans,
                            .report = report,
                            .records = "`<chat id>`: `queue` (`duration`, `group`, `start_date`), "
                                       "`visitor` (`id`)",
                            .record_schema = "Departure"},
  };
}

}  // namespace chatreports::report::chats
