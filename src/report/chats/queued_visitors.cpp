#include "report/reports.h"

namespace chatreports::report::chats {

Definition queued_visitors() {
  const auto figure = [](std::string_view key, std::string_view meaning, Statistic statistic,
                         Precision precision) {
    return Figure{.key = key,
                  .meaning = meaning,
                  .unit = statistic == Statistic::count ? Unit::chats : Unit::seconds,
                  .statistic = statistic,
                  .precision = precision,
                  .column = Column::queue_wait};
  };
  return {
      .resource = "chats",
      .action = "queued_visitors",
      .name = "queued-visitors-report",
      .versions = {Version::v3_6, Version::v3_7},
      .meaning = "How long customers waited in the queue.",
      .dimensions = {Dimension::bucket, Dimension::queue_outcome},
      .figures = {figure("avg", "mean of the waits", Statistic::mean, Precision::exact),
                  figure("count", "chats that waited", Statistic::count, Precision::whole),
                  figure("max", "the longest wait", Statistic::maximum, Precision::whole),
                  figure("min", "the shortest wait", Statistic::minimum, Precision::whole)},
      .total = Figure{.meaning = "chats that were queued, whether the customer left or not",
                      .where = Predicate::that(Exists{Field::queue_outcome()})},
  };
}

}  // namespace chatreports::report::chats
