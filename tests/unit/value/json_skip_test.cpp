// skip_value against a skipper that looks at one character at a time.
#include "unit/value/padded_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace value_json_skip_test {

using dynamo::detail::json_cursor;
using dynamo::test::padded_text;

// The length of the value at the start of valid JSON.
std::size_t length_of_value(std::string_view json) {
  std::size_t i = 0;
  int depth = 0;
  do {
    if (json[i] == '"') {
      for (++i; json[i] != '"'; ++i) {
        if (json[i] == '\\') ++i;
      }
      ++i;
    } else if (json[i] == '{' || json[i] == '[') {
      ++depth;
      ++i;
    } else if (json[i] == '}' || json[i] == ']') {
      --depth;
      ++i;
    } else if (depth == 0) {
      while (i < json.size() && json.find_first_of(",]} ", i) != i) ++i;
    } else {
      ++i;
    }
  } while (depth > 0);
  return i;
}

class random_json {
 public:
  explicit random_json(std::uint32_t seed) : random_(seed) {}

  std::string value(int depth) {
    switch (below(depth > 6 ? 4 : 7)) {
      case 0:
      case 1:
        return text();
      case 2:
        return below(2) == 0 ? "-12.5e+300" : std::to_string(random_());
      case 3:
        return below(2) == 0 ? "true" : "null";
      case 4: {
        std::string out = "[";
        for (unsigned i = 0, n = below(5); i < n; ++i) {
          out += (i == 0 ? "" : ",") + space() + value(depth + 1) + space();
        }
        return out + "]";
      }
      default: {
        std::string out = "{";
        for (unsigned i = 0, n = below(5); i < n; ++i) {
          out += (i == 0 ? "" : ",") + space() + text() + space() + ":" + value(depth + 1);
        }
        return out + "}";
      }
    }
  }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

 private:
  std::string space() { return std::string(below(8) == 0 ? below(70) : 0, ' '); }
  std::string text() {
    std::string out = "\"";
    for (unsigned i = 0, n = below(4); i < n; ++i) {
      switch (below(5)) {
        case 0:  // long enough to cross blocks of 64
          out += std::string(2 * static_cast<std::size_t>(below(80)), '\\');
          break;
        case 1:
          out += std::string(2 * static_cast<std::size_t>(below(40)), '\\') + "\\\"";
          break;
        case 2:
          out += "]}[{,:";
          break;
        case 3:
          out += std::string(below(66), 'x');
          break;
        default:
          out += "\u00e9\\u0041;{";
      }
    }
    return out + '"';
  }

  std::mt19937 random_;
};

TEST(skip_value, ends_where_the_naive_skipper_ends) {
  random_json json(20120810);
  for (int round = 0; round < 20000; ++round) {
    const std::string value = json.value(0);
    const std::string text = value + (round % 2 == 0 ? "" : ",\"]}\"");
    ASSERT_EQ(length_of_value(text), value.size()) << text;
    const padded_text page(text);
    json_cursor cursor = page.begin();
    ASSERT_TRUE(cursor.skip_value()) << text;
    ASSERT_EQ(cursor.position() - page.begin().position(),
              static_cast<std::ptrdiff_t>(value.size()))
        << text;
  }
}

TEST(skip_value, truncated_containers_are_refused) {
  random_json json(7);
  for (int round = 0; round < 2000; ++round) {
    const std::string value = "[" + json.value(0) + "]";
    const padded_text page(value.substr(0, json.below(static_cast<unsigned>(value.size()))));
    json_cursor cursor = page.begin();
    ASSERT_FALSE(cursor.skip_value()) << value;
  }
}

TEST(skip_value, backslashes_across_blocks) {
  // The closing quote at every position of a block, behind runs of every length.
  for (std::size_t before = 0; before < 130; ++before) {
    for (std::size_t run = 0; run < 140; ++run) {
      const std::string text =
          "[\"" + std::string(before, 'x') + std::string(run, '\\') + "\"]\",[]]";
      // An odd run escapes the quote: the string ends behind the bracket.
      const std::size_t expected = run % 2 == 0 ? before + run + 4 : text.size();
      const padded_text page(text);
      json_cursor cursor = page.begin();
      ASSERT_TRUE(cursor.skip_value()) << text;
      ASSERT_EQ(cursor.position() - page.begin().position(), static_cast<std::ptrdiff_t>(expected))
          << text;
    }
  }
}

TEST(skip_value, deep_nesting) {
  const std::string text = std::string(100000, '[') + std::string(100000, ']');
  const padded_text page(text);
  json_cursor cursor = page.begin();
  EXPECT_TRUE(cursor.skip_value());
  EXPECT_EQ(cursor.peek(), '\0');
  const padded_text open(text.substr(0, text.size() - 1));
  json_cursor unclosed = open.begin();
  EXPECT_FALSE(unclosed.skip_value());
}

TEST(skip_value, numbers_of_any_size) {
  for (const std::string_view text :
       {"1e999", "-0", "123456789012345678901234567890", "0.1E-999"}) {
    const padded_text page(text);
    json_cursor cursor = page.begin();
    EXPECT_TRUE(cursor.skip_value()) << text;
    EXPECT_EQ(cursor.peek(), '\0');
  }
}

TEST(skip_value, refuses_what_is_no_value) {
  for (const std::string_view text : {"", " ", "]", "}", ",", ":", "x", "tru", "nul", "-", "+1",
                                      ".5", "\"abc", "\"\\\"", "[\"]", "{\"a\":\"}", "[\"\\\"]"}) {
    const padded_text page(text);
    EXPECT_FALSE(page.begin().skip_value()) << text;
  }
}

}  // namespace value_json_skip_test
