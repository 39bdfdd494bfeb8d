// The text of checkpoints.
#include "scan/checkpoint.hpp"

#include "auth/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::scan {
namespace scan_checkpoint_test {

using ::testing::HasSubstr;
using ::testing::Not;

table_description users() {
  return {
      .name = "users",
      .arn = "arn:aws:dynamodb:eu-west-1:1:table/users",
      .created = std::chrono::system_clock::time_point(std::chrono::milliseconds(1700000000123))};
}

scan_options filtered() {
  scan_options options;
  options.segments = 3;
  options.filter_expression = "#s = :s";
  options.projection_expression = "id";
  options.expression_attribute_names = {{"#s", "status"}};
  options.expression_attribute_values = {{":s", "top secret"}};
  return options;
}

checkpoint halfway() {
  return {
      .of = identity_of(users(), filtered()),
      .segments = {{.position = {.start_key = R"({"id":{"S":"a\"\\b"}})"}, .items = 12, .pages = 2},
                   {},
                   {.position = {.complete = true}, .items = 7, .pages = 1}},
      .note = "4711 dynamodb-json \"\n"};
}

// A text whose digest is right, whatever its members say.
std::string with_members(std::string_view members) {
  return R"({"format":"dynamo-checkpoint","version":1,"sha256":")" + auth::sha256_hex(members) +
         "\"," + std::string(members);
}

std::string members_of(const std::string& text) {
  const std::size_t at = text.find("\"table\"");
  return text.substr(at);
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("there is no " + std::string(from));
  return text.replace(at, from.size(), to);
}

TEST(checkpoint, reads_what_it_wrote) {
  const auto read = parse_checkpoint(to_text(halfway()), "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, halfway());
  EXPECT_EQ(read->items(), 19U);
  EXPECT_EQ(read->pages(), 3U);
  EXPECT_FALSE(read->is_complete());
}

TEST(checkpoint, is_the_text_that_the_format_describes) {
  const std::string text = to_text(halfway());
  const std::string members = members_of(text);
  EXPECT_EQ(text, with_members(members));
  EXPECT_EQ(members,
            R"("table":"users","arn":"arn:aws:dynamodb:eu-west-1:1:table/users",)"
            R"("created":1700000000123,"index":"","filter":"#s = :s","projection":"id","names":")" +
                auth::sha256_hex(R"({"#s":"status"})") + R"(","values":")" +
                auth::sha256_hex(R"({":s":{"S":"top secret"}})") +
                R"(","select":"service_default","consistent":false,"limit":0,"segments":3,)"
                "\"positions\":[\n"
                R"({"segment":0,"items":12,"pages":2,"start_key":{"id":{"S":"a\"\\b"}}},)"
                "\n"
                R"({"segment":2,"items":7,"pages":1,"complete":true}],)"
                R"("note":"4711 dynamodb-json \"\n"})"
                "\n");
}

TEST(checkpoint, holds_no_values_of_expressions) {
  EXPECT_THAT(to_text(halfway()), Not(HasSubstr("top secret")));
}

TEST(checkpoint, is_complete_when_all_segments_are_or_the_limit_is_reached) {
  checkpoint value = halfway();
  value.of.limit = 20;
  EXPECT_FALSE(value.is_complete());
  value.of.limit = 19;
  EXPECT_TRUE(value.is_complete());
  value.of.limit = 0;
  for (checkpoint_segment& each : value.segments) each.position = {.complete = true};
  EXPECT_TRUE(value.is_complete());
}

void expect_refused(const std::string& text, const std::string& sentence) {
  auto read = parse_checkpoint(text, "x.checkpoint");
  ASSERT_FALSE(read) << text;
  EXPECT_EQ(read.error().kind, errc::checkpoint);
  EXPECT_THAT(read.error().message, HasSubstr(sentence)) << text;
  EXPECT_THAT(read.error().message, HasSubstr("'x.checkpoint'"));
}

TEST(checkpoint, reports_what_is_something_else) {
  for (const std::string text : {"", "{", "{}", "users.jsonl", R"({"format":"dynamo-check")"}) {
    expect_refused(text, "is not a checkpoint");
  }
}

TEST(checkpoint, reports_another_version) {
  expect_refused(changed(to_text(halfway()), "\"version\":1", "\"version\":2"), "has version 2");
  expect_refused(changed(to_text(halfway()), "\"version\":1", "\"version\":12"), "version 12");
}

// A file that a disk tore, at every length, and one with a bit that has turned.
TEST(checkpoint, reports_damage) {
  const std::string text = to_text(halfway());
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_checkpoint(text.substr(0, length), "f")) << length;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string turned = text;
    turned[at] = static_cast<char>(turned[at] ^ 0x04);
    EXPECT_FALSE(parse_checkpoint(turned, "f")) << at;
  }
  expect_refused(text.substr(0, text.size() - 5), "is damaged");
  expect_refused(text + " ", "is damaged");
  expect_refused(std::string(text).replace(text.size() - 6, 4, 4, '\0'), "is damaged");
}

TEST(checkpoint, refuses_what_no_checkpoint_holds) {
  const std::string good = members_of(to_text(halfway()));
  ASSERT_TRUE(parse_checkpoint(with_members(good), "f"));
  const std::vector<std::pair<std::string_view, std::string_view>> changes = {
      {R"("table":"users",)", ""},
      {R"("table":"users")", R"("table":"users","table":"users")"},
      {R"("table":"users")", R"("table":1)"},
      {R"("limit":0)", R"("limit":-1)"},
      {R"("limit":0)", R"("limit":0,"other":0)"},
      {R"("segments":3)", R"("segments":0)"},
      {R"("segments":3)", R"("segments":2)"},
      {R"("segments":3)", R"("segments":1000001)"},
      {R"("created":1700000000123)", R"("created":9223372036854775808)"},
      {R"("segment":2)", R"("segment":0)"},
      {R"("segment":2)", R"("segment":3)"},
      {R"("complete":true)", R"("complete":false)"},
      {R"("complete":true)", R"("complete":true,"start_key":{"id":{"S":"a"}})"},
      {R"("items":7,)", ""},
      {R"({"id":{"S":"a\"\\b"}})", R"({})"},
      {R"({"id":{"S":"a\"\\b"}})", R"([1])"},
      {R"({"id":{"S":"a\"\\b"}})", R"({"id":{"S":1}})"},
      {R"({"id":{"S":"a\"\\b"}})", R"({"id":{"S":"a"}],"Limit":{"N":"1"}})"},
      {"\"}\n", "\"}x"},
      {"\"}\n", "\"},"},
      {"\"}\n", "\"\n"},
  };
  for (const auto& [from, to] : changes) {
    expect_refused(with_members(changed(good, from, to)), "contents are not those of a checkpoint");
  }
}

TEST(checkpoint, names_the_first_difference) {
  const scan_identity kept = identity_of(users(), filtered());
  EXPECT_EQ(difference(kept, kept), std::nullopt);
  auto told = [&](const std::function<void(table_description&, scan_options&)>& change) {
    table_description table = users();
    scan_options options = filtered();
    change(table, options);
    return difference(kept, identity_of(table, options)).value_or("nothing");
  };
  EXPECT_EQ(told([](auto& table, auto&) { table.name = "people"; }),
            "its table is 'users', not 'people'");
  EXPECT_THAT(told([](auto& table, auto&) { table.arn = "arn:2"; }), HasSubstr("ARN"));
  EXPECT_THAT(told([](auto& table, auto&) { *table.created += std::chrono::seconds(1); }),
              HasSubstr("deleted and created again"));
  EXPECT_THAT(told([](auto&, auto& options) { options.index_name = "by-age"; }),
              HasSubstr("index is '', not 'by-age'"));
  EXPECT_EQ(told([](auto&, auto& options) { options.filter_expression = "a > :s"; }),
            "its filter is '#s = :s', not 'a > :s'");
  EXPECT_THAT(told([](auto&, auto& options) { options.projection_expression = ""; }),
              HasSubstr("projection"));
  EXPECT_THAT(told([](auto&, auto& options) { options.expression_attribute_names["#s"] = "x"; }),
              HasSubstr("names"));
  EXPECT_THAT(told([](auto&, auto& options) { options.expression_attribute_values[":s"] = 1; }),
              HasSubstr("values"));
  EXPECT_THAT(told([](auto&, auto& options) { options.select = select::specific_attributes; }),
              HasSubstr("select"));
  EXPECT_EQ(told([](auto&, auto& options) { options.consistent_read = true; }),
            "it is of eventually consistent reads");
  EXPECT_EQ(told([](auto&, auto& options) { options.limit = 5; }), "its limit is '0', not '5'");
  EXPECT_EQ(told([](auto&, auto& options) { options.segments = 4; }),
            "its number of segments is '3', not '4'");
  // How it is read does not change what is read.
  EXPECT_EQ(told([](auto&, auto& options) {
              options.page_size = 5;
              options.max_concurrency = 1;
              options.max_buffered_bytes = 1;
            }),
            "nothing");
}

}  // namespace scan_checkpoint_test
}  // namespace dynamo::scan
