#include "report/reports.h"

namespace chatreports::report::chats {

Definition groups() {
  return {
      .resource = "chats",
      .action = "groups",
      .name = "groups-report",
      .versions = {Version::v3_6, Version::v3_7},
      .meaning = "How many chats each group had.",
      .dimensions = {Dimension::bucket, Dimension::group},
      .figures = {{.meaning = "chats of the group"}},
      .total = Figure{.meaning = "chats, of a group or not"},
  };
}

}  // namespace chatreports::report::chats
