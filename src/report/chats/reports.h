#pragma once
// The Chats reports, one file each beside this one.

#include "report/catalogue.h"
#include "report/plans.h"

namespace chatreports::report::chats {

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

}  // namespace chatreports::report::chats
