#pragma once
// The Agents reports, one file each beside this one.

#include "report/catalogue.h"
#include "report/plans.h"

namespace chatreports::report::agents {

Definition availability();
Definition performance();

}  // namespace chatreports::report::agents
