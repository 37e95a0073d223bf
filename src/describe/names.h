#pragma once
// Names and phrases that are made from a definition.

#include <string>

#include "report/definition.h"

namespace chatreports::describe {

// "first_response_time" → "FirstResponseTime".
std::string type_name(const report::Definition& definition);

// The sentences about a report as a whole.
std::string summary_of(const report::Definition& definition);

// "<bucket>", "<agent id>" …
std::string placeholder_of(report::Dimension dimension);

// The unit and the precision: "chats", "whole seconds", "hours, up to two decimals" …
std::string unit_of(const report::Figure& figure);

// With a capital letter.
std::string sentence(std::string_view text);

}  // namespace chatreports::describe
