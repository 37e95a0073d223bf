#pragma once
// Report → JSON text, in the order of its entries, without white space.

#include <string>

#include "report/report.h"

namespace chatreports::render {

std::string to_json(const report::Report& report);

}  // namespace chatreports::render
