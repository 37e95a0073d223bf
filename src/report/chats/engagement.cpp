#include "chat/thread.h"
#include "report/reports.h"

namespace chatreports::report::chats {
namespace {

Figure started_by(std::string_view key, std::string_view meaning, chat::StartedBy who) {
  return {.key = key,
          .meaning = meaning,
          .where = Predicate::that(HasAny{Field::started_by(), {static_cast<std::int64_t>(who)}}),
          .is_zero_written = false};
}

}  // namespace

Definition engagement() {
  return {
      .resource = "chats",
      .action = "engagement",
      .name = "engagement-report",
      .meaning = "Who began the chats.",
      .dimensions = {Dimension::bucket},
      .figures = {started_by("started_by_agent", "chats that an agent began",
                             chat::StartedBy::agent),
                  started_by("started_by_customer_from_greeting",
                             "chats that a customer began by answering a greeting",
                             chat::StartedBy::customer_from_greeting),
                  started_by("started_by_customer_without_greeting",
                             "chats that a customer began without a greeting",
                             chat::StartedBy::customer_without_greeting)},
      .total = Figure{.meaning = "chats"},
  };
}

}  // namespace chatreports::report::chats
