#include "report/reports.h"

namespace chatreports::report::tags {

Definition chat_usage() {
  return {
      .resource = "tags",
      .action = "chat_usage",
      .name = "tags-chat-usage-report",
      .versions = {Version::v3_5, Version::v3_7},
      .meaning = "How many chats carry each tag, over the whole range.",
      .dimensions = {Dimension::tag},
      .figures = {{.meaning = "chats that carry the tag"}},
  };
}

}  // namespace chatreports::report::tags
