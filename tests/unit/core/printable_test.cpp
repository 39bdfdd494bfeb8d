#include <dynamo/core/printable.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dynamo {
namespace core_printable_test {

TEST(printable, text_of_people_stays) {
  for (const std::string_view text :
       {"", "users", "caf\u00e9 \u20ac \U0001F600", "a\\b\"c", "\u00a0\u2027\u202f\u2065\u206a"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(printable, control_characters_are_escaped) {
  EXPECT_EQ(printable("\x1b]0;owned\x07"), R"(\u001b]0;owned\u0007)");
  EXPECT_EQ(printable("a\nb\tc\rd"), R"(a\u000ab\u0009c\u000dd)");
  EXPECT_EQ(printable(std::string_view("\0\x1f\x7f", 3)), R"(\u0000\u001f\u007f)");
  EXPECT_EQ(printable("\u0080\u009b2J\u009f"), R"(\u0080\u009b2J\u009f)");
}

TEST(printable, what_reorders_or_breaks_a_line_is_escaped) {
  EXPECT_EQ(printable("\u061c\u200e\u200f"), R"(\u061c\u200e\u200f)");
  EXPECT_EQ(printable("\u2028\u2029\u202a\u202b\u202c\u202d\u202e"),
            R"(\u2028\u2029\u202a\u202b\u202c\u202d\u202e)");
  EXPECT_EQ(printable("\u2066\u2067\u2068\u2069"), R"(\u2066\u2067\u2068\u2069)");
}

TEST(printable, what_is_kept_stays) {
  EXPECT_EQ(printable("a\tb\n\x1b", "\n\t"), "a\tb\n\\u001b");
}

// Some terminals take a lone byte from 0x80 to 0x9F for a control character.
TEST(printable, bytes_that_are_not_utf8_are_replaced) {
  EXPECT_EQ(printable("\x9b"), R"(\ufffd)");
  EXPECT_EQ(printable("a\xff(\xc3("), R"(a\ufffd(\ufffd()");
  EXPECT_EQ(printable("\xc0\x9b"), R"(\ufffd\ufffd)") << "longer than needed";
  EXPECT_EQ(printable("\xe0\x82\x9b"), R"(\ufffd\ufffd\ufffd)");
  EXPECT_EQ(printable("\xed\xa0\x80"), R"(\ufffd\ufffd\ufffd)") << "half of a pair";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), R"(\ufffd\ufffd\ufffd\ufffd)") << "beyond Unicode";
  EXPECT_EQ(printable("\xe2\x80"), R"(\ufffd\ufffd)") << "cut off";
}

TEST(printable, a_character_that_is_cut_off_is_found) {
  const std::string text = "a\u20ac";  // of three bytes
  EXPECT_EQ(detail::whole_characters(text), 4U);
  EXPECT_EQ(detail::whole_characters(std::string_view(text).substr(0, 3)), 1U);
  EXPECT_EQ(detail::whole_characters(std::string_view(text).substr(0, 2)), 1U);
  EXPECT_EQ(detail::whole_characters("\U0001F600"), 4U);
  EXPECT_EQ(detail::whole_characters(std::string_view("\U0001F600").substr(0, 3)), 0U);
  EXPECT_EQ(detail::whole_characters(""), 0U);
  // None begins there: these stay to be replaced.
  EXPECT_EQ(detail::whole_characters("\x80\x80\x80\x80\x80"), 5U);
  EXPECT_EQ(detail::whole_characters("a\xff"), 2U);
}

}  // namespace core_printable_test
}  // namespace dynamo
