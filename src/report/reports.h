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
Definition response_time();
Definition first_response_time();

}  // namespace chats

namespace agents {

inline constexpr std::array distributions = {Distribution::hour, Distribution::day};

Definition availability();
Definition performance();

}  // namespace agents

}  // namespace chatreports::report
