#include "describe/generated.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatreports::describe {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(GeneratedParts, ReplaceWhatIsBetweenTheMarks) {
  const auto made = with_generated_parts(
      "# Title\n<!-- ./dev docs: figures -->\nold\n<!-- ./dev docs: end -->\nprose\n");
  ASSERT_TRUE(made);
  EXPECT_THAT(*made, StartsWith("# Title\n<!-- ./dev docs: figures -->\n\n| Report |"));
  EXPECT_THAT(*made, EndsWith("|\n\n<!-- ./dev docs: end -->\nprose\n"));
  EXPECT_THAT(*made, HasSubstr("\n| `tags` | `<tag>` | chats | Chats that carry the tag |\n"));
  EXPECT_THAT(*made,
              HasSubstr("\n| `availability` | `minutes` | minutes, up to two decimals | Time "
                        "in which an agent was accepting chats, if the distribution is "
                        "`hour` |\n"));
  EXPECT_THAT(*made, Not(HasSubstr("old")));
  EXPECT_EQ(with_generated_parts(*made), made) << "a second time changes nothing";
}

TEST(GeneratedParts, LeaveOtherDocumentsAlone) {
  EXPECT_EQ(with_generated_parts("a\n\n# b\n"), "a\n\n# b\n");
  EXPECT_EQ(with_generated_parts(""), "");
}

TEST(GeneratedParts, AreRefusedIfNobodyKnowsThem) {
  for (const char* document :
       {"# ./dev docs: nothing\n# ./dev docs: end\n", "# ./dev docs: openapi paths\n",
        "# ./dev docs: end\n",
        "# ./dev docs: openapi paths\n# ./dev docs: openapi schemas\n# ./dev docs: end\n"}) {
    EXPECT_FALSE(with_generated_parts(document)) << document;
  }
  EXPECT_THAT(with_generated_parts("# ./dev docs: x\n").error().message, HasSubstr("\"x\""));
}

}  // namespace
}  // namespace chatreports::describe
