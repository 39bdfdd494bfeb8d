#include "engine/stored_item.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/value/item_parser.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace engine_stored_item_test {

using dynamo::engine::size_of;
using dynamo::engine::stored_item;

stored_item stored(std::string_view json) {
  return stored_item(dynamo::parse_json(json));
}

TEST(stored_item, is_spelt_in_one_way) {
  const stored_item item = stored(
      R"( { "n" : {"N":"1.50"}, "s":{"S":"a\u0041\/\n"}, "b":{"B":"Zh=="}, "set":{"NS":["1E2","-0.0"]},)"
      R"( "m":{"M":{"z":{"NULL":true},"a":{"L":[{"N":"+007"},{"BOOL":false}]}}} } )");
  EXPECT_EQ(
      item.json(),
      R"({"b":{"B":"Zg=="},"m":{"M":{"a":{"L":[{"N":"7"},{"BOOL":false}]},"z":{"NULL":true}}},)"
      R"("n":{"N":"1.5"},"s":{"S":"aA/\n"},"set":{"NS":["100","0"]}})");
  EXPECT_EQ(stored_item(item.json()).json(), item.json());
  EXPECT_EQ(item.view().raw_json(), item.json());
}

TEST(stored_item, view_outlives_a_move) {
  stored_item first = stored(R"({"s":{"S":"a\nb"},"l":{"L":[{"N":"1"}]}})");
  const stored_item second = std::move(first);
  EXPECT_EQ(second.view()["s"].as_string(), "a\nb");
  EXPECT_EQ(second.view()["l"].elements()[0].number_text(), "1");
}

TEST(stored_item, row_that_is_no_item_is_an_error) {
  EXPECT_THROW(stored_item(std::string_view("{\"a\":")), dynamo::exception);
  EXPECT_THROW(stored_item(std::string_view("")), dynamo::exception);
}

// The attribute "n" of one byte with this value, as DynamoDB Local counts it.
std::uint64_t size_of_value(std::string_view value) {
  return stored("{\"n\":" + std::string(value) + "}").size() - 1;
}

TEST(item_size, of_numbers) {
  const std::pair<std::string_view, std::uint64_t> sizes[] = {
      {"0", 1},
      {"1", 2},
      {"-1", 3},
      {"12", 2},
      {"99", 2},
      {"123", 3},
      {"1234", 3},
      {"12345", 4},
      {"-12345", 5},
      {"100", 2},
      {"1000", 2},
      {"150", 3},
      {"101", 3},
      {"1001", 3},
      {"10001", 4},
      {"1E20", 2},
      {"1E21", 2},
      {"0.1", 2},
      {"0.01", 2},
      {"0.001", 2},
      {"0.12", 2},
      {"0.012", 3},
      {"1.5", 3},
      {"15", 2},
      {"12.34", 3},
      {"1.234", 4},
      {"123.4", 4},
      {"1E-130", 2},
      {"1E125", 2},
      {"12345678901234567890123456789012345678", 20},
      {"1.2345678901234567890123456789012345678", 21},
      {"-12345678901234567890123456789012345678", 21},
  };
  for (const auto& [number, size] : sizes) {
    EXPECT_EQ(size_of_value("{\"N\":\"" + std::string(number) + "\"}"), size) << number;
  }
}

TEST(item_size, of_other_values) {
  const std::pair<std::string_view, std::uint64_t> sizes[] = {
      {R"({"S":""})", 0},
      {R"({"S":"h\u00e9\u00e9"})", 5},
      {R"({"B":""})", 0},
      {R"({"B":"YQ=="})", 1},
      {R"({"B":"YWI="})", 2},
      {R"({"B":"YWJjZA=="})", 4},
      {R"({"BOOL":true})", 1},
      {R"({"NULL":true})", 1},
      {R"({"L":[]})", 3},
      {R"({"L":[{"S":"a"},{"S":"bc"}]})", 8},
      {R"({"M":{}})", 3},
      {R"({"M":{"k":{"S":"a"}}})", 6},
      {R"({"M":{"k":{"S":"a"},"kk":{"S":"bb"}}})", 11},
      {R"({"L":[{"M":{"a":{"L":[]}}}]})", 12},
      {R"({"SS":["a","bc"]})", 3},
      {R"({"NS":["1","123"]})", 5},
      {R"({"BS":["YQ==","YmNk"]})", 4},
  };
  for (const auto& [value, size] : sizes) EXPECT_EQ(size_of_value(value), size) << value;
}

TEST(item_size, counts_names) {
  EXPECT_EQ(stored("{}").size(), 0U);
  EXPECT_EQ(size_of(stored(R"({"id":{"S":"1"},"n\u00e9":{"BOOL":true}})").view()), 7U);
}

}  // namespace engine_stored_item_test
