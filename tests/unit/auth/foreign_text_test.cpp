// What others say, made fit for a message.
#include "auth/foreign_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dynamo::auth {
namespace auth_foreign_text_test {

TEST(foreign_text, has_no_control_characters) {
  EXPECT_EQ(shown_line("\x1b[2Jcleared\x7f", {}), " [2Jcleared ");
  // C1, which terminals obey as well.
  EXPECT_EQ(shown_line("\xc2\x9b"
                       "2Jcleared",
                       {}),
            " 2Jcleared");
  EXPECT_EQ(shown_line("caf\xc3\xa9", {}), "caf\xc3\xa9");
  EXPECT_EQ(shown_line("\xff\xfe", {}), "??");
}

TEST(foreign_text, is_one_line_without_secrets) {
  EXPECT_EQ(shown_line("\n the token hunter22 is wrong\nand more", {"hunter22"}),
            "the token *** is wrong");
  EXPECT_EQ(shown_line("a word", {"a"}), "a word") << "too short to be a secret";
}

}  // namespace auth_foreign_text_test
}  // namespace dynamo::auth
