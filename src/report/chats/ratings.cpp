#include "report/plans.h"
#include "report/reports.h"

namespace chatreports::report::chats {

Definition ratings() {
  return {
      .resource = "chats",
      .action = "ratings",
      .name = "ratings-report",
      .meaning = "How chats were rated.",
      .dimensions = {Dimension::bucket},
      .figures = {{.key = "bad",
                   .meaning = "chats rated bad",
                   .where = rated(chat::Rating::bad),
                   .is_zero_written = false},
                  {.key = "chats", .meaning = "chats, rated or not", .is_zero_written = false},
                  {.key = "good",
                   .meaning = "chats rated good",
                   .where = rated(chat::Rating::good),
                   .is_zero_written = false}},
      .total = Figure{.meaning = "chats, rated or not"},
  };
}

}  // namespace chatreports::report::chats
