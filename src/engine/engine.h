#pragma once
// The seam between what is asked and how it is computed. An engine is a view of the store: it can
// be thrown away and fed again.

#include <span>

#include "base/allowance.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine {

class Engine {
 public:
  virtual ~Engine() = default;

  // Applies the changes as one: readers see all of them or none. One caller at a time. Changes come
  // in any order of time; for the same thread, in the order of their numbers.
  virtual Result<void> apply(std::span<const chat::Change> changes) = 0;

  // Any number of callers at once, and never waiting for apply. Fails with `unavailable` where the
  // allowance is used up before the table is whole, within some milliseconds; an answer with all
  // cells of the table must be within its bytes.
  virtual Result<report::Table> run(const report::Plan& plan, Allowance& allowance) const = 0;
  // However long it takes.
  Result<report::Table> run(const report::Plan& plan) const {
    Allowance without_limits;
    return run(plan, without_limits);
  }

  // The number of the last change that was applied.
  virtual ChangeNumber applied() const = 0;
};

}  // namespace chatreports::engine
