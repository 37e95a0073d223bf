#include "base/scope.h"

#include <gtest/gtest.h>

namespace chatreports {
namespace {

TEST(Scope, HasOneText) {
  for (const Scope scope : {Scope::reports_read, Scope::reports_write, Scope::webhooks,
                            Scope::metrics_read, Scope::admin, Scope::records_delete}) {
    EXPECT_EQ(parse_scope(text_of(scope)), scope);
  }
  EXPECT_EQ(text_of(Scope::reports_write), "reports_write");
  for (const char* text : {"report_read", "", "reports_read ", "REPORTS_READ"}) {
    EXPECT_EQ(parse_scope(text), std::nullopt) << text;
  }
}

TEST(Scopes, AreASet) {
  Scopes scopes{Scope::reports_write};
  EXPECT_TRUE(scopes.contains(Scope::reports_write));
  EXPECT_FALSE(scopes.contains(Scope::reports_read));
  scopes.insert(Scope::reports_read);
  EXPECT_EQ(scopes, (Scopes{Scope::reports_read, Scope::reports_write}));
  EXPECT_EQ(scopes.text(","), "reports_read,reports_write");
  EXPECT_TRUE(Scopes().empty());
  EXPECT_EQ(Scopes().text(","), "");
}

}  // namespace
}  // namespace chatreports
