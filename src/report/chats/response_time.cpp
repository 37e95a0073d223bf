// response_time and first_response_time: how long customers waited in the chats in which somebody
// answered.

#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::chats {
namespace {

std::vector<Figure> figures(std::string_view key, std::string_view meaning, Column column) {
  return {{.key = "count", .meaning = "chats with a response", .where = has_response()},
          {.key = key,
           .meaning = meaning,
           .unit = Unit::seconds,
           .statistic = Statistic::mean,
           .precision = Precision::hundredths,
           .column = column,
           .where = has_response()}};
}

Figure total() {
  return {.meaning = "chats with a response", .where = has_response()};
}

}  // namespace

Definition response_time() {
  return {
      .resource = "chats",
      .action = "response_time",
      .name = "response-time-report",
      .meaning = "How long customers waited for answers.",
      .dimensions = {Dimension::bucket},
      .figures = figures("response_time", "mean over these chats of their mean waits",
                         Column::response_time),
      .total = total(),
  };
}

Definition first_response_time() {
  return {
      .resource = "chats",
      .action = "first_response_time",
      .name = "first-response-time-report",
      .meaning = "How long customers waited for the first answer.",
      .dimensions = {Dimension::bucket},
      .figures = figures("first_response_time", "mean wait for the first response",
                         Column::first_response_time),
      .total = total(),
  };
}

}  // namespace chatreports::report::chats
