#include "report/reports.h"

namespace chatreports::report::chats {

Definition total_chats() {
  const Predicate continuous =
      Predicate::that(HasAny{Field::property("routing", "continuous"), {true}});
  return {
      .resource = "chats",
      .action = "total_chats",
      .name = "total-chats-report",
      .meaning = "How many chats there were.",
      .dimensions = {Dimension::bucket},
      .figures = {{.key = "continuous",
                   .meaning = "continuous chats",
                   .where = continuous,
                   .is_zero_written = false},
                  {.key = "total", .meaning = "chats", .is_zero_written = false}},
      .total = Figure{.meaning = "chats"},
  };
}

}  // namespace chatreports::report::chats
