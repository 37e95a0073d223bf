#include "report/reports.h"

namespace chatreports::report::chats {

Definition tags() {
  return {
      .resource = "chats",
      .action = "tags",
      .name = "tags-report",
      .meaning = "How many chats carry each tag.",
      .dimensions = {Dimension::bucket, Dimension::tag},
      .figures = {{.meaning = "chats that carry the tag"}},
      .total = Figure{.meaning = "chats, tagged or not"},
  };
}

}  // namespace chatreports::report::chats
