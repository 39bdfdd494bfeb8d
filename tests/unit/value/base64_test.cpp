#include <dynamo/value/base64.hpp>

#include <gtest/gtest.h>

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace value_base64_test {

using contents = std::vector<std::byte>;

contents bytes_of(std::string_view text) {
  contents made;
  for (const char c : text) made.push_back(static_cast<std::byte>(c));
  return made;
}

std::string encoded(const contents& value) {
  std::string out = "x";
  dynamo::detail::append_base64(out, value);
  EXPECT_EQ(out.front(), 'x');
  return out.substr(1);
}

TEST(base64, published_vectors) {
  // RFC 4648, section 10.
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(encoded(bytes_of(plain)), text);
    contents out = bytes_of("old contents");
    EXPECT_TRUE(dynamo::detail::decode_base64(text, out)) << text;
    EXPECT_EQ(out, bytes_of(plain));
  }
}

TEST(base64, all_bytes_survive) {
  for (std::size_t size = 250; size <= 256; ++size) {
    contents all;
    for (std::size_t i = 0; i < size; ++i) all.push_back(static_cast<std::byte>(255 - i));
    contents back;
    ASSERT_TRUE(dynamo::detail::decode_base64(encoded(all), back));
    EXPECT_EQ(back, all);
  }
}

TEST(base64, refuses_other_texts) {
  contents out;
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zm9vYg", "====", "=m9v", "Z===", "Zg=a", "Zg==Zg==", "Zm=v", "Zm9 ",
        "Zm9-", "Zm9_", "Zm9\n", "Zm9\xE9", "Zm9vZm9"}) {
    EXPECT_FALSE(dynamo::detail::decode_base64(text, out)) << text;
  }
}

TEST(base64, size_of_what_is_encoded) {
  for (const std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(dynamo::detail::decoded_base64_size(encoded(bytes_of(text))), text.size()) << text;
  }
}

TEST(base64, compares_as_the_bytes_do) {
  const std::string_view texts[] = {"",
                                    std::string_view("\0", 1),
                                    std::string_view("\0\0", 2),
                                    std::string_view("\0\0\0", 3),
                                    std::string_view("\0\x01", 2),
                                    "\x01",
                                    std::string_view("\x01\0", 2),
                                    "\x01\xFF",
                                    "\x02",
                                    "A",
                                    "AB",
                                    "ABC",
                                    "ABCD",
                                    "\xF8",
                                    "\xFB\xEF",
                                    "\xFB\xEF\xBE",
                                    "\xFC",
                                    "\xFF"};
  for (const std::string_view a : texts) {
    for (const std::string_view b : texts) {
      const int order = dynamo::detail::compare_base64(encoded(bytes_of(a)), encoded(bytes_of(b)));
      EXPECT_EQ(order <=> 0, a.compare(b) <=> 0) << a << ' ' << b;
    }
  }
}

}  // namespace value_base64_test
