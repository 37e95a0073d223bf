#pragma once
// The reports, a file for each under chats/ and agents/. catalogue.h lists them.

#include <array>

#include "report/definition.h"

namespace chatreports::report {

namespace chats {

Definition duration();
Definition tags();
Definition total_chats();
Definition ratings();
Definition ranking();
Definition engagement();
Definition greetings_conversion();
Definition surveys();
Definition forms();
Definition groups();
Definition queued_visitors();
Definition queued_visitors_left();
Definition response_time();
Definition first_response_time();

}  // namespace chats

namespace tags {

Definition chat_usage();

}  // namespace tags

namespace agents {

inline constexpr std::array distributions = {Distribution::hour, Distribution::day};

Definition availability();
Definition performance();

}  // namespace agents

}  // namespace chatreports::report
