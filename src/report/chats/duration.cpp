#include "report/reports.h"

namespace chatreports::report::chats {

Definition duration() {
  return {
      .resource = "chats",
      .action = "duration",
      .name = "duration-report",
      .meaning = "How long chats last.",
      .dimensions = {Dimension::bucket},
      .figures = {{.key = "agents_chatting_duration",
                   .meaning = "mean time in which at least one agent took part",
                   .unit = Unit::seconds,
                   .statistic = Statistic::mean,
                   .column = Column::agents_chatting_duration},
                  {.key = "count", .meaning = "chats"},
                  {.key = "duration",
                   .meaning = "mean time from the start of a chat to its end",
                   .unit = Unit::seconds,
                   .statistic = Statistic::mean,
                   .column = Column::duration}},
      .total = Figure{.meaning = "chats"},
  };
}

}  // namespace chatreports::report::chats
