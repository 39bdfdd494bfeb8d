#include "unit/value/padded_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace value_json_cursor_test {

using dynamo::detail::is_utf8;
using dynamo::detail::json_cursor;
using dynamo::detail::raw_string;
using dynamo::test::padded_text;

// The text of a JSON string, unescaped both ways; nothing if it is refused.
std::optional<std::string> string_in(std::string_view json) {
  const padded_text page(json);
  json_cursor cursor = page.begin();
  raw_string raw;
  if (!cursor.string(raw)) return std::nullopt;
  EXPECT_EQ(cursor.peek(), '\0') << json;
  dynamo::detail::arena memory;
  std::string_view view;
  std::string copy = "old";
  const bool unescaped = text_of(raw, memory, view);
  EXPECT_EQ(text_of(raw, copy), unescaped);
  if (!unescaped) return std::nullopt;
  EXPECT_EQ(copy, view);
  return copy;
}

TEST(json_string, of_every_length_at_every_offset) {
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length < 40; ++length) {
      const std::string text(length, 'a');
      EXPECT_EQ(string_in(std::string(offset, ' ') + '"' + text + '"'), text);
      EXPECT_EQ(string_in('"' + std::string(offset, 'b') + "\\\\" + text + '"'),
                std::string(offset, 'b') + '\\' + text);
      EXPECT_EQ(string_in('"' + std::string(offset, 'b') + "\u00e9" + text + '"'),
                std::string(offset, 'b') + "\u00e9" + text);
    }
  }
}

TEST(json_string, every_escape) {
  EXPECT_EQ(string_in(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(string_in(R"("\u0041\u00e9\u20AC")"), "A\u00e9\u20ac");
  EXPECT_EQ(string_in(R"("\u0000")"), std::string(1, '\0'));
  EXPECT_EQ(string_in(R"("\uFFFF\ud7ff\ue000")"), "\uffff\ud7ff\ue000");
  EXPECT_EQ(string_in(R"("\ud83d\ude00")"), "\U0001F600");
  EXPECT_EQ(string_in(R"("\uD800\uDC00\uDBFF\uDFFF")"), "\U00010000\U0010FFFF");
}

TEST(json_string, malformed_escapes) {
  for (const std::string_view json :
       {R"("\a")", R"("\x41")", R"("\u")", R"("\u12")", R"("\u123")", R"("\u123g")", R"("\u 123")",
        R"("\u+123")", R"("\U0041")", R"("\'")"}) {
    EXPECT_EQ(string_in(json), std::nullopt) << json;
  }
}

TEST(json_string, lone_surrogates) {
  for (const std::string_view json :
       {R"("\ud800")", R"("\udbff")", R"("\udc00")", R"("\udfff")", R"("\ud800x")", R"("\ud800\n")",
        R"("\ud800\u0041")", R"("\ud800\ud800")", R"("\udc00\ud800")", R"("\ud800\udbff")",
        R"("\ud800\ue000")", R"("\ud800\u")", R"("\ud800\udc0")"}) {
    EXPECT_EQ(string_in(json), std::nullopt) << json;
  }
}

TEST(json_string, control_characters) {
  for (char c = 0; c < 0x20; ++c) {
    for (const std::string& before : {std::string(), std::string("\u00e9"), std::string("\\")}) {
      EXPECT_EQ(string_in('"' + before + c + "aaaaaaaaaa\""), std::nullopt) << int{c};
      const padded_text page('"' + before + c + "aaaaaaaaaa\"");
      raw_string raw;
      EXPECT_FALSE(page.begin().string(raw));
    }
  }
  EXPECT_EQ(string_in("\"\x7f\""), "\x7f");
}

TEST(json_string, invalid_utf8) {
  for (const std::string_view bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC3\x28", "\xE2\x28\xA1"}) {
    EXPECT_FALSE(is_utf8(bad));
    for (std::size_t offset = 0; offset < 9; ++offset) {
      const std::string text = std::string(offset, 'a') + std::string(bad);
      EXPECT_EQ(string_in('"' + text + '"'), std::nullopt) << testing::PrintToString(bad);
      EXPECT_EQ(string_in('"' + text + "\\n\""), std::nullopt) << testing::PrintToString(bad);
    }
  }
}

TEST(utf8, borders_of_every_length) {
  for (const std::string_view good :
       {"", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000",
        "\U0010ffff", "a\u00e9\u20ac\U0001F600z"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
}

TEST(json_cursor, integers) {
  auto read = [](std::string_view json) -> std::optional<std::uint64_t> {
    const padded_text page(json);
    json_cursor cursor = page.begin();
    std::uint64_t value = 0;
    if (!cursor.unsigned_integer(value) || cursor.peek() != '\0') return std::nullopt;
    return value;
  };
  EXPECT_EQ(read(" 0 "), 0U);
  EXPECT_EQ(read("18446744073709551615"), 18446744073709551615U);
  for (const std::string_view bad :
       {"", "-", "-1", "-0", "+1", "01", "1.0", "1e2", "18446744073709551616", "x", "1x", ".5"}) {
    EXPECT_EQ(read(bad), std::nullopt) << bad;
  }
}

TEST(json_cursor, floating_point) {
  auto read = [](std::string_view json) -> std::optional<double> {
    const padded_text page(json);
    json_cursor cursor = page.begin();
    double value = 0;
    if (!cursor.floating(value) || cursor.peek() != '\0') return std::nullopt;
    return value;
  };
  EXPECT_EQ(read("\t1.5"), 1.5);
  EXPECT_EQ(read("-0.5e+1\n"), -5.0);
  EXPECT_EQ(read("12"), 12.0);
  for (const std::string_view bad :
       {"", ".5", "5.", "1e", "1e+", "-", "+1", "00", "nan", "inf", "Infinity", "1e999", "0x1"}) {
    EXPECT_EQ(read(bad), std::nullopt) << bad;
  }
}

TEST(json_cursor, literals) {
  auto boolean = [](std::string_view json, bool& out) {
    const padded_text page(json);
    json_cursor cursor = page.begin();
    return cursor.boolean(out) && cursor.peek() == '\0';
  };
  bool value = false;
  EXPECT_TRUE(boolean(" true", value));
  EXPECT_TRUE(value);
  EXPECT_TRUE(boolean("false ", value));
  EXPECT_FALSE(value);
  for (const std::string_view bad : {"", "t", "tru", "True", "1", "null", "truex", "\"true\""}) {
    EXPECT_FALSE(boolean(bad, value)) << bad;
  }
  EXPECT_TRUE(padded_text(" null").begin().null());
  EXPECT_FALSE(padded_text("nul").begin().null());
}

// A response with everything in it, as a service may send it.
constexpr std::string_view document =
    R"({"Items":[{"id":{"S":"a\"\\\u00e9"},"n":{"N":"-1.5E+10"},"b":{"B":"QQ=="}},)"
    R"({"l":{"L":[{"NULL":true},{"BOOL":false},{"M":{"x":{"NS":["1","2"]}}}]}}],)"
    R"("Count":2,"Rate":0.25,"Empty":{},"None":[],"Nothing":null,"Last":true})";

// Reads any JSON with the cursor's own functions alone.
bool read_any(json_cursor& cursor, dynamo::detail::arena& memory) {
  raw_string raw;
  std::string_view text;
  bool flag = false;
  double number = 0;
  switch (cursor.peek()) {
    case '{':
      return cursor.object([&](const raw_string& key) {
        return text_of(key, memory, text) && read_any(cursor, memory);
      });
    case '[':
      return cursor.array([&] { return read_any(cursor, memory); });
    case '"':
      return cursor.string(raw) && text_of(raw, memory, text);
    case 't':
    case 'f':
      return cursor.boolean(flag);
    case 'n':
      return cursor.null();
    default:
      return cursor.floating(number);
  }
}

TEST(json_cursor, truncated_at_every_byte_is_refused) {
  dynamo::detail::arena memory;
  for (std::size_t size = 0; size <= document.size(); ++size) {
    const padded_text page(document.substr(0, size));
    json_cursor reading = page.begin();
    json_cursor skipping = page.begin();
    EXPECT_EQ(read_any(reading, memory), size == document.size()) << size;
    EXPECT_EQ(skipping.skip_value(), size == document.size()) << size;
  }
}

TEST(json_cursor, white_space_everywhere) {
  std::string spaced;
  bool quoted = false;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const char c = document[i];
    if (c == '"' && (i == 0 || document[i - 1] != '\\')) quoted = !quoted;
    const bool mark = std::string_view("{}[]:,").find(c) != std::string_view::npos;
    if (!quoted && mark) spaced += " \t\r\n ";
    spaced += c;
    if (!quoted && (mark || c == '"')) spaced += "\n\t\r  ";
  }
  ASSERT_GT(spaced.size(), document.size() * 2);
  const padded_text page(spaced);
  dynamo::detail::arena memory;
  json_cursor reading = page.begin();
  json_cursor skipping = page.begin();
  EXPECT_TRUE(read_any(reading, memory));
  EXPECT_TRUE(skipping.skip_value());
  EXPECT_EQ(reading.peek(), '\0');
  EXPECT_EQ(skipping.peek(), '\0');
}

TEST(json_cursor, refuses_wrong_punctuation) {
  dynamo::detail::arena memory;
  for (const std::string_view bad :
       {"{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{a:1}", "{\"a\":1]",
        "[,]", "[1,]", "[1 2]", "[1}", "{\"a\" 1}", "{\"a\"::1}", "[", "{", "[\f1]", "[\v1]",
        "{'a':1}"}) {
    const padded_text page(bad);
    json_cursor cursor = page.begin();
    EXPECT_FALSE(read_any(cursor, memory)) << bad;
  }
}

}  // namespace value_json_cursor_test
