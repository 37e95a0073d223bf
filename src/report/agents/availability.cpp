// availability: how long at least one of the chosen agents was accepting chats.

#include <algorithm>

#include "base/check.h"
#include "report/assembler.h"
#include "report/bucket_keys.h"
#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::agents {
namespace {

constexpr std::array by_hour = {Distribution::hour};
constexpr std::array by_day = {Distribution::day};

// Chat filters say nothing of the time that agents wait for chats.
Result<std::vector<Plan>> plans(const Query& query) {
  Result<Buckets> buckets = buckets_of(query);
  if (!buckets) return std::unexpected(buckets.error());
  All chosen{{agents_with_row(query.filters.agents), members_of(query.filters.groups)}};
  return std::vector{Plan{query.license,
                          StatusTimesSource{chat::AgentStatus::accepting_chats, false, query.now},
                          false, Predicate::that(std::move(chosen)), *std::move(buckets)}};
}

Report report(const Definition& definition, const Query& query, std::span<const Plan> plans,
              std::span<const Table> tables, Allowance& allowance) {
  const auto applies = std::ranges::find_if(definition.figures, [&query](const Figure& candidate) {
    return candidate.distributions.front() == query.distribution;
  });
  CHECK(applies != definition.figures.end());
  const Figure& figure = *applies;
  Report answer{&definition, std::span(&figure, 1)};
  const auto record_of = [&figure](Sum time) {
    return Entries{{std::string(figure.key), number_of(figure, time)}};
  };
  const Buckets& buckets = plans[0].buckets;
  Steps steps(allowance);
  for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
    if (steps.take(steps_per_entry)) return answer;
    answer.records.push_back({bucket_key(buckets, bucket), record_of(0)});
  }
  Sum total = 0;
  for (const TimesCell& cell : std::get<std::vector<TimesCell>>(tables[0])) {
    total += cell.time.count();
    answer.records[cell.bucket].value = record_of(cell.time.count());
  }
  answer.total = number_of(figure, total);
  answer.total_unit = figure.unit;
  return answer;
}

}  // namespace

Definition availability() {
  const Figure hours{.key = "hours",
                     .meaning = "time in which an agent was accepting chats",
                     .unit = Unit::hours,
                     .statistic = Statistic::sum,
                     .precision = Precision::hundredths,
                     .distributions = by_day};
  Figure minutes = hours;
  minutes.key = "minutes";
  minutes.unit = Unit::minutes;
  minutes.distributions = by_hour;
  Figure total = hours;
  total.key = {};
  total.distributions = distributions;
  total.meaning = "the same over the whole range, in minutes if the distribution is `hour`";
  return {
      .resource = "agents",
      .action = "availability",
      .name = "availability-report",
      .meaning = "How long at least one of the chosen agents was accepting chats.",
      .dimensions = {Dimension::bucket},
      .distributions = distributions,
      .figures = {hours, minutes},
      .total = total,
      .depends_on_now = true,
      .own_shape = OwnShape{plans, report},
  };
}

}  // namespace chatreports::report::agents
