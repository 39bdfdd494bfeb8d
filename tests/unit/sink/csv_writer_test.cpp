#include "sink/csv_cell.hpp"
#include "support/item_reader.hpp"
#include "support/temporary_folder.hpp"

#include <dynamo/sink/csv_writer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo {
namespace sink_csv_writer_test {

using test::contents_of;
using test::item_reader;
using test::temporary_folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string csv_of(std::vector<std::string> columns, const std::vector<std::string>& items) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a.csv");
  csv_writer writer = csv_writer::with_columns(file, std::move(columns));
  item_reader read;
  for (const std::string& json : items) writer.write(read(json));
  writer.finish();
  file.commit();
  return contents_of(folder / "a.csv");
}

std::string csv_of_all(std::vector<std::string> first, const std::vector<std::string>& items) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a.csv");
  csv_writer writer = csv_writer::with_all_columns(file, std::move(first));
  item_reader read;
  for (const std::string& json : items) writer.write(read(json));
  writer.finish();
  file.commit();
  EXPECT_THAT(folder.names(), ElementsAre("a.csv"));
  return contents_of(folder / "a.csv");
}

std::string quoted(std::string_view text) {
  std::string out;
  sink::append_csv_text(out, text);
  return out;
}

TEST(csv_cell, quotes_what_would_be_misread) {
  EXPECT_EQ(quoted("plain text"), "plain text");
  EXPECT_EQ(quoted("a,b"), "\"a,b\"");
  EXPECT_EQ(quoted("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(quoted("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(quoted("carriage\rreturn"), "\"carriage\rreturn\"");
  EXPECT_EQ(quoted("\""), "\"\"\"\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(csv_line_ends, looks_over_quoted_line_feeds_across_pieces) {
  sink::csv_line_ends ends;
  EXPECT_EQ(ends.next("a,\"b\nc\"\nd", 0), 8U);
  EXPECT_EQ(ends.next("a,\"b\nc\"\nd", 8), std::string_view::npos);
  EXPECT_EQ(ends.next("e,\"f\n", 0), std::string_view::npos);
  EXPECT_EQ(ends.next("g\"\"h\n\"\ni\n", 0), 7U);
}

TEST(csv_writer, writes_every_type) {
  EXPECT_EQ(
      csv_of({"s", "n", "b", "t", "z", "l", "m", "ss", "ns"},
             {R"({"s":{"S":"a"},"n":{"N":"1.50"},"b":{"B":"AQID"},"t":{"BOOL":true},)"
              R"("z":{"NULL":true},"l":{"L":[{"S":"x"},{"N":"1"}]},"m":{"M":{"k":{"S":"v"}}},)"
              R"("ss":{"SS":["p"]},"ns":{"NS":["1","2"]}})"}),
      "s,n,b,t,z,l,m,ss,ns\n"
      "a,1.50,AQID,true,,\"[\"\"x\"\",1]\",\"{\"\"k\"\":\"\"v\"\"}\",\"[\"\"p\"\"]\",\"[1,2]\"\n");
}

TEST(csv_writer, leaves_out_what_is_not_a_column) {
  EXPECT_EQ(csv_of({"b", "a"}, {R"({"a":{"S":"1"},"x":{"S":"no"},"b":{"S":"2"}})",
                                R"({"b":{"S":"3"}})", R"({"x":{"S":"no"}})"}),
            "b,a\n2,1\n3,\n,\n");
}

TEST(csv_writer, reports_a_missing_attribute_from_an_empty_string) {
  EXPECT_EQ(csv_of({"a", "b"}, {R"({"a":{"S":""}})", R"({"b":{"S":""}})"}), "a,b\n\"\",\n,\"\"\n");
}

TEST(csv_writer, never_writes_an_empty_line) {
  EXPECT_EQ(csv_of({"a"}, {R"({"b":{"S":""}})"}), "a\n\"\"\n");
}

TEST(csv_writer, keeps_column_names_verbatim) {
  EXPECT_EQ(csv_of({"a.b", "say \"hi\"", "c,d"}, {R"({"a.b":{"S":"dot"},"a":{"M":{}}})"}),
            "a.b,\"say \"\"hi\"\"\",\"c,d\"\ndot,,\n");
}

TEST(csv_writer, refuses_a_column_twice) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a.csv");
  const auto made = csv_writer::try_with_columns(file, {"a", "b", "a"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, errc::invalid_argument);
  EXPECT_THAT(made.error().message, HasSubstr("'a'"));
}

TEST(csv_writer, finds_columns_and_pads_earlier_lines) {
  EXPECT_EQ(csv_of_all({}, {R"({"a":{"S":"1"}})", R"({"b":{"S":"two\nlines \"x\""},"a":{"S":"2"}})",
                            R"({"a":{"S":"3"}})", R"({"d":{"S":"4"},"c":{"S":"5"}})",
                            R"({"c":{"S":"6"},"a":{"S":"7"}})"}),
            "a,b,d,c\n"
            "1,,,\n"
            "2,\"two\nlines \"\"x\"\"\",,\n"
            "3,,,\n"
            ",,4,5\n"
            "7,,,6\n");
}

TEST(csv_writer, puts_the_given_columns_first) {
  EXPECT_EQ(csv_of_all({"id", "email"}, {R"({"name":{"S":"n"},"email":{"S":"e"},"id":{"S":"i"}})"}),
            "id,email,name\ni,e,n\n");
}

TEST(csv_writer, a_table_without_items_has_a_header) {
  EXPECT_EQ(csv_of_all({"id"}, {}), "id\n");
  EXPECT_EQ(csv_of_all({}, {}), "");
}

TEST(csv_writer, pads_lines_that_had_no_cells) {
  EXPECT_EQ(csv_of_all({}, {R"({})", R"({"a":{"S":"1"},"b":{"S":"2"}})"}), "a,b\n\"\",\n1,2\n");
}

// Long enough for several pieces of the temporary file, with line ends at any place in them.
TEST(csv_writer, pads_across_pieces) {
  std::vector<std::string> items;
  std::string expected = "a,b\n";
  for (int i = 0; i < 9'000; ++i) {
    const std::string text(static_cast<std::size_t>(i % 97), 'x');
    items.push_back(R"({"a":{"S":"\n\")" + text + R"("}})");
    expected += "\"\n\"\"" + text + "\",\n";
  }
  items.emplace_back(R"({"b":{"N":"1"}})");
  expected += ",1\n";
  EXPECT_EQ(csv_of_all({}, items), expected);
}

TEST(csv_writer, refuses_more_columns_than_a_line_can_have) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a.csv");
  csv_writer writer = csv_writer::with_all_columns(file);
  item_reader read;
  for (std::size_t i = 0; i < max_csv_columns; ++i) {
    ASSERT_TRUE(writer.try_write(read(R"({"c)" + std::to_string(i) + R"(":{"S":"x"}})")));
  }
  const auto written = writer.try_write(read(R"({"one more":{"S":"x"}})"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, errc::invalid_argument);
  EXPECT_THAT(written.error().message, HasSubstr("10000"));
}

TEST(csv_writer, reports_a_full_disk) {
  output_file file = output_file::create("/dev/full", {.buffer_bytes = 1});
  const auto made = csv_writer::try_with_columns(file, {"a", "b"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, errc::io);

  output_file other = output_file::create("/dev/full", {.buffer_bytes = 1});
  csv_writer writer = csv_writer::with_all_columns(other);
  item_reader read;
  writer.write(read(R"({"a":{"S":"x"}})"));
  const auto finished = writer.try_finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message, HasSubstr("No space left on device"));
}

}  // namespace sink_csv_writer_test
}  // namespace dynamo
