#include "cli/output_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dynamo::cli {
namespace cli_output_format_test {

using ::testing::HasSubstr;

std::string refusal(const std::string& file, std::string_view format = {}) {
  const auto found = format_for(file, format);
  if (found) return "";
  EXPECT_EQ(found.error().kind, errc::invalid_argument);
  EXPECT_THAT(found.error().message, HasSubstr("'" + file + "'"));
  return found.error().message;
}

TEST(output_format, is_that_of_the_extension) {
  for (const std::string file : {"a.jsonl", "a.ndjson", "A.JSONL", "x.y/a.b.jsonl"}) {
    EXPECT_EQ(*format_for(file, ""), item_format::dynamodb_json) << file;
  }
  EXPECT_EQ(*format_for("a.csv", ""), item_format::csv);
  EXPECT_EQ(*format_for("a.CSV", ""), item_format::csv);
}

TEST(output_format, without_an_extension_is_dynamodb_json) {
  for (const std::string file : {"-", "", "a", "/dev/null", "/dev/fd/3", "x.csv/a", ".csv", "."}) {
    EXPECT_EQ(*format_for(file, ""), item_format::dynamodb_json) << file;
  }
}

TEST(output_format, an_extension_of_something_else_is_refused) {
  for (const std::string file : {"a.parquet", "a.json", "a.txt", "a.tsv", "a.csv.bak"}) {
    EXPECT_THAT(refusal(file),
                HasSubstr("not .jsonl, .ndjson or .csv; use one of these, or --format"))
        << file;
  }
}

TEST(output_format, that_is_named_goes_before_the_extension) {
  EXPECT_EQ(*format_for("a.json", "json"), item_format::json);
  EXPECT_EQ(*format_for("a.txt", "csv"), item_format::csv);
  EXPECT_EQ(*format_for("a.csv", "dynamodb-json"), item_format::dynamodb_json);
}

TEST(output_format, what_is_called_compressed_is_refused_always) {
  for (const std::string file : {"a.jsonl.gz", "a.csv.zst", "a.GZ", "a.zip", "a.xz"}) {
    for (const std::string_view format : {"", "json"}) {
      EXPECT_THAT(refusal(file, format), HasSubstr("compressed files are not supported; write to "
                                                   "standard output and compress that"));
    }
  }
}

TEST(output_format, standard_output_has_several_names) {
  for (const char* const file : {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
    EXPECT_TRUE(is_standard_output(file)) << file;
  }
  for (const char* const file : {"", "a", "/dev/fd/2", "/dev/fd/11", "dev/stdout"}) {
    EXPECT_FALSE(is_standard_output(file)) << file;
  }
}

}  // namespace cli_output_format_test
}  // namespace dynamo::cli
