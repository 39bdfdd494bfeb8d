#include "support/temporary_folder.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/sink/json_lines_writer.hpp>
#include <dynamo/sink/plain_json.hpp>
#include <dynamo/value/item_parser.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo {
namespace sink_json_lines_writer_test {

using test::contents_of;
using test::temporary_folder;

// An item together with what it views.
class parsed_item {
 public:
  explicit parsed_item(std::string_view json) : text_(json) {
    detail::item_parser parser;
    detail::decode_context context(detail::json_cursor(text_.data()), memory_);
    if (!parser.parse(context, value_)) throw exception(context.take_error(""));
  }
  const item& operator*() const { return value_; }

 private:
  body_buffer text_;
  detail::arena memory_;
  item value_;
};

std::string plain(std::string_view json) {
  const parsed_item parsed(json);
  std::string out;
  append_plain_json(out, *parsed);
  return out;
}

TEST(plain_json, writes_every_type) {
  EXPECT_EQ(plain(R"({"s":{"S":"a"},"n":{"N":"1.50"},"b":{"B":"AQID"},"t":{"BOOL":true},)"
                  R"("f":{"BOOL":false},"z":{"NULL":true},"l":{"L":[{"S":"x"},{"N":"1"}]},)"
                  R"("m":{"M":{"k":{"L":[]}}},"ss":{"SS":["p","q"]},"ns":{"NS":["1","-2"]},)"
                  R"("bs":{"BS":["AQ=="]}})"),
            R"({"s":"a","n":1.50,"b":"AQID","t":true,"f":false,"z":null,"l":["x",1],)"
            R"("m":{"k":[]},"ss":["p","q"],"ns":[1,-2],"bs":["AQ=="]})");
}

TEST(plain_json, keeps_all_digits) {
  EXPECT_EQ(plain(R"({"n":{"N":"12345678901234567890123456789012345678"}})"),
            R"({"n":12345678901234567890123456789012345678})");
  EXPECT_EQ(plain(R"({"n":{"N":"1E+125"}})"), R"({"n":1E+125})");
  EXPECT_EQ(plain(R"({"n":{"N":"-0.00000000000000000000000000000000000001"}})"),
            R"({"n":-0.00000000000000000000000000000000000001})");
}

// What stands in an "N" goes into the output unquoted: it must be a number, whoever sent it.
TEST(plain_json, quotes_what_is_no_number_of_json) {
  for (const std::string text : {"", "-", "+1", "01", ".5", "5.", "1e", "1e+", "0x1", "NaN", "1 ",
                                 "1,2", "1]", "--1", "1.2.3"}) {
    EXPECT_EQ(plain(R"({"n":{"N":")" + text + R"("}})"), R"({"n":")" + text + R"("})") << text;
  }
}

TEST(plain_json, escapes_strings_and_names) {
  EXPECT_EQ(plain(R"({"a\"b":{"S":"line\nbreak \\ \u0001 \u00e9"}})"),
            R"({"a\"b":"line\nbreak \\ \u0001 é"})");
}

TEST(json_lines_writer, writes_a_line_an_item) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a");
  json_lines_writer writer(file, json_style::plain);
  writer.write(*parsed_item(R"({"id":{"S":"a"}})"));
  writer.write(*parsed_item(R"({"id":{"S":"b"}})"));
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
}

TEST(json_lines_writer, passes_items_on_as_they_are) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a");
  json_lines_writer writer(file);
  const std::string json = R"({"id":{"S":"a\nb"},"n":{"N":"1.10"} })";
  writer.write_raw(json);
  writer.write(*parsed_item(json));
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), json + "\n" + json + "\n");
}

TEST(json_lines_writer, makes_one_line_of_an_item_that_is_spread_out) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a");
  json_lines_writer writer(file);
  writer.write_raw("{\r\n  \"a\": {\"S\": \"x  \\\" y\\\\\"},\n\t\"b\" : {\"N\":\"1\"}\n}");
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), "{\"a\":{\"S\":\"x  \\\" y\\\\\"},\"b\":{\"N\":\"1\"}}\n");
}

TEST(json_lines_writer, refuses_a_line_feed_within_a_string) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a");
  json_lines_writer writer(file);
  const auto written = writer.try_write_raw("{\"a\":{\"S\":\"x\ny\"}}");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, errc::invalid_response);
}

TEST(json_lines_writer, reports_a_file_that_cannot_be_written) {
  output_file file = output_file::create("/dev/full", {.buffer_bytes = 1});
  json_lines_writer writer(file);
  const auto written = writer.try_write_raw(R"({"a":{"S":"x"}})");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, errc::io);
}

}  // namespace sink_json_lines_writer_test
}  // namespace dynamo
