#pragma once
// Reads everything that is known of a licence back as the records that would tell it again.

#include <functional>
#include <span>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/sqlite.h"
#include "store/string_rows.h"

namespace chatreports::store {

// As Store::read_records.
Result<void> read_records(Database& database, StringRows& strings, LicenseId license,
                          const std::function<Result<void>(std::span<const chat::Record>)>& take);

}  // namespace chatreports::store
