#pragma once
// Reports by bucket and by another value of the chats: ratings by day and agent. Source:
// docs/api.md, "Figures by agent and day".

#include <span>

#include "report/definition.h"

namespace chatreports::report {

// By which a report may be grouped; none if its records have more dimensions than the bucket, or a
// shape of their own.
std::span<const Dimension> groupings_of(const Definition& definition);

// All that any report may be grouped by.
std::span<const Dimension> all_groupings();

// The same report with that dimension below the bucket. Never freed. Requires one of groupings_of.
const Definition& grouped_by(const Definition& definition, Dimension dimension);

}  // namespace chatreports::report
