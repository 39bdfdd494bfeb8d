// What an output file, and the formats on it, show on a terminal.
#include "support/item_reader.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/temporary_folder.hpp"

#include <dynamo/sink/csv_writer.hpp>
#include <dynamo/sink/json_lines_writer.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo {
namespace sink_terminal_test {

constexpr const char* hostile = "a\x1b]0;owned\x07\u009b2J\u202e\x7f\xff\tb\n";
constexpr const char* harmless = "a\\u001b]0;owned\\u0007\\u009b2J\\u202e\\u007f\\ufffd\tb\n";

class on_terminal_test : public ::testing::Test {
 protected:
  output_file out() const {
    return output_file::on_descriptor(terminal.descriptor(), "standard output");
  }
  const test::pseudo_terminal terminal;
};

TEST_F(on_terminal_test, what_it_would_obey_is_escaped) {
  output_file file = out();
  EXPECT_TRUE(file.is_escaped());
  file.write(hostile);
  file.flush();
  EXPECT_EQ(terminal.seen(), harmless);
}

TEST_F(on_terminal_test, also_where_it_is_opened_by_its_name) {
  output_file file = output_file::create(terminal.path());
  file.write(hostile);
  file.commit();
  EXPECT_EQ(terminal.seen(), harmless);
  output_file by_number = output_file::create("/dev/fd/" + std::to_string(terminal.descriptor()));
  by_number.write(hostile);
  by_number.commit();
  EXPECT_EQ(terminal.seen(), harmless);
}

TEST_F(on_terminal_test, a_character_of_two_writes_is_whole) {
  for (std::size_t buffer = 1; buffer < 8; ++buffer) {
    output_file file = output_file::on_descriptor(terminal.descriptor(), "standard output",
                                                  {.buffer_bytes = buffer});
    for (const char c : std::string("x\u20ac\u202e\U0001F600\u009b")) {
      file.write(std::string(1, c));
    }
    file.commit();
    EXPECT_EQ(terminal.seen(), "x\u20ac\\u202e\U0001F600\\u009b");
  }
}

TEST_F(on_terminal_test, a_character_that_is_cut_off_at_the_end_is_shown) {
  output_file file = out();
  file.write("a\xe2\x80");
  file.commit();
  EXPECT_EQ(terminal.seen(), "a\\ufffd\\ufffd");
}

TEST_F(on_terminal_test, is_given_the_bytes_on_request) {
  output_file file = output_file::on_descriptor(terminal.descriptor(), "standard output",
                                                {.exact_on_terminal = true});
  EXPECT_FALSE(file.is_escaped());
  file.write(hostile);
  file.flush();
  EXPECT_EQ(terminal.seen(), hostile);
}

TEST_F(on_terminal_test, json_is_still_json) {
  output_file file = out();
  json_lines_writer(file).write_raw("{\r\"id\":\t{\"S\":\"a\u009b\x7f\"}}");
  file.flush();
  EXPECT_EQ(terminal.seen(), "{\"id\":{\"S\":\"a\\u009b\\u007f\"}}\n");
}

// A line feed of a cell is not one of the table's.
TEST_F(on_terminal_test, csv_has_one_line_for_an_item) {
  output_file file = out();
  csv_writer writer = csv_writer::with_columns(file, {"id", "n\n"});
  test::item_reader read;
  writer.write(read(R"({"id":{"S":"a\nb,c\u001b[2J"}})"));
  file.flush();
  EXPECT_EQ(terminal.seen(), "id,\"n\\u000a\"\n\"a\\u000ab,c\\u001b[2J\",\n");
}

TEST(output_file, a_file_gets_every_byte) {
  const test::temporary_folder folder;
  output_file file = output_file::create(folder / "a");
  EXPECT_FALSE(file.is_escaped());
  file.write(hostile);
  file.commit();
  EXPECT_EQ(test::contents_of(folder / "a"), hostile);
}

}  // namespace sink_terminal_test
}  // namespace dynamo
