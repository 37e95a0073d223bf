#pragma once
// Exports everything that is known of a licence as records that restore it in another store.

#include <functional>
#include <span>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/deletions.h"
#include "store/sqlite.h"
#include "store/string_rows.h"

namespace chatreports::store {

// As Store::export_records.
Result<void> export_records(Database& database, StringRows& strings, Deletions& deletions,
                            LicenseId license,
                            const std::function<Result<void>(std::span<const chat::Record>)>& take);

}  // namespace chatreports::store
