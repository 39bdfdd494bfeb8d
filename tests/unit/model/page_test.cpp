// What a page finds in a body without reading its items, and what it does not fall for.
#include <dynamo/model/page.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace model_page_test {

using dynamo::body_buffer;
using dynamo::errc;
using dynamo::page;
using dynamo::detail::json_cursor;

page open(std::string_view text) {
  auto opened = page::open(body_buffer(text));
  EXPECT_TRUE(opened.has_value()) << text;
  return opened ? *std::move(opened) : page();
}

bool opens(std::string_view text) {
  auto opened = page::open(body_buffer(text));
  EXPECT_TRUE(opened || opened.error().kind == errc::invalid_response);
  return opened.has_value();
}

// The items as they stand; whether their end is where the page took it to be.
bool read_items(const page& of, std::vector<std::string>& out) {
  json_cursor cursor(of.items_begin());
  const bool whole = cursor.array([&] {
    cursor.skip_space();
    const char* const begin = cursor.position();
    if (!cursor.skip_value()) return false;
    out.emplace_back(begin, cursor.position());
    return true;
  });
  return whole && of.ends_items(cursor.position());
}

std::vector<std::string> items_of(const page& of) {
  std::vector<std::string> items;
  EXPECT_TRUE(read_items(of, items));
  return items;
}

const std::string two_items = R"([{"id":{"S":"a"}},{"id":{"S":"b"}}])";
const std::vector<std::string> both = {R"({"id":{"S":"a"}})", R"({"id":{"S":"b"}})"};
const std::string amazon =
    R"({"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"users"},"Count":2,)"
    R"("Items":)" +
    two_items + R"(,"LastEvaluatedKey":{"id":{"S":"b"}},"ScannedCount":3})";
const std::string local = R"({"Items":)" + two_items +
                          R"(,"Count":2,"ScannedCount":3,"LastEvaluatedKey":{"id":{"S":"b"}},)"
                          R"("ConsumedCapacity":{"TableName":"users","CapacityUnits":0.5}})";
const std::string key_first = R"({"LastEvaluatedKey":{"id":{"S":"b"}},"ScannedCount":3,"Count":2,)"
                              R"("ConsumedCapacity":{"CapacityUnits":0.5},"Items":)" +
                              two_items + "}";
const std::string pretty = R"({
  "Count" : 2,
  "Items" : [
    {"id" : {"S" : "a"}},
    {"id" : {"S" : "b"}}
  ] ,
  "LastEvaluatedKey" : {"id":{"S":"b"}} ,
  "ScannedCount" : 3,
  "ConsumedCapacity" : { "CapacityUnits" : 0.5 }
}
)";

TEST(page, finds_its_parts_in_every_order) {
  for (const std::string& text : {amazon, local, key_first}) {
    const page opened = open(text);
    EXPECT_EQ(opened.count(), 2U) << text;
    EXPECT_EQ(opened.wanted, 2U) << text;
    EXPECT_EQ(opened.scanned_count(), 3U) << text;
    EXPECT_EQ(opened.consumed_capacity(), 0.5) << text;
    EXPECT_EQ(opened.last_evaluated_key(), R"({"id":{"S":"b"}})") << text;
    EXPECT_EQ(opened.size(), text.size());
    EXPECT_EQ(items_of(opened), both) << text;
  }
}

TEST(page, is_read_when_it_is_pretty_printed) {
  const page opened = open(pretty);
  EXPECT_EQ(opened.count(), 2U);
  EXPECT_EQ(opened.scanned_count(), 3U);
  EXPECT_EQ(opened.consumed_capacity(), 0.5);
  EXPECT_EQ(opened.last_evaluated_key(), R"({"id":{"S":"b"}})");
  std::vector<std::string> items;
  EXPECT_TRUE(read_items(opened, items));
  EXPECT_EQ(items.size(), 2U);
}

TEST(page, without_a_key_is_the_last) {
  const page opened = open(R"({"Count":2,"Items":)" + two_items + R"(,"ScannedCount":2})");
  EXPECT_EQ(opened.last_evaluated_key(), "");
  EXPECT_FALSE(opened.consumed_capacity());
  EXPECT_EQ(items_of(opened), both);
}

TEST(page, takes_an_empty_key_for_none) {
  for (const std::string_view key : {"{}", "{ }", "{\n}"}) {
    EXPECT_EQ(open(R"({"Count":0,"Items":[],"LastEvaluatedKey":)" + std::string(key) +
                   R"(,"ScannedCount":0})")
                  .last_evaluated_key(),
              "");
  }
}

TEST(page, without_items_may_have_a_key) {
  const page opened =
      open(R"({"Count":0,"Items":[],"LastEvaluatedKey":{"id":{"N":"7"}},"ScannedCount":900})");
  EXPECT_EQ(opened.last_evaluated_key(), R"({"id":{"N":"7"}})");
  EXPECT_TRUE(items_of(opened).empty());
}

TEST(page, of_a_count_has_no_items) {
  const page opened = open(R"({"Count":7,"ScannedCount":9,"LastEvaluatedKey":{"id":{"S":"x"}}})");
  EXPECT_EQ(opened.items_begin(), nullptr);
  EXPECT_EQ(opened.count(), 7U);
  EXPECT_EQ(opened.wanted, 7U);
  EXPECT_EQ(opened.last_evaluated_key(), R"({"id":{"S":"x"}})");
}

TEST(page, finds_a_key_that_is_longer_than_the_window_it_looks_in) {
  for (const std::size_t length : {3900U, 4000U, 4050U, 4096U, 5000U, 20000U}) {
    const std::string key = R"({"id":{"S":")" + std::string(length, 'k') + R"("}})";
    const page opened = open(R"({"Count":2,"Items":)" + two_items + R"(,"LastEvaluatedKey":)" +
                             key + R"(,"ScannedCount":2})");
    EXPECT_EQ(opened.last_evaluated_key(), key) << length;
    EXPECT_EQ(opened.scanned_count(), 2U);
    EXPECT_EQ(items_of(opened), both);
  }
}

// Within an item's strings the text that is looked for has escaped quotes.
TEST(page, is_not_misled_by_strings) {
  const std::string item =
      R"({"id":{"S":"],\"LastEvaluatedKey\":{\"id\":{\"S\":\"no\"}},\"Count\":9}"},)"
      R"("b":{"S":"\\],"},"c":{"S":"]}"},"d":{"S":"\\"}})";
  for (const std::string& text : {R"({"Count":1,"Items":[)" + item + R"(],"ScannedCount":1})",
                                  R"({"Items":[)" + item + R"(],"Count":1,"ScannedCount":1})",
                                  R"({"Count":1,"ScannedCount":1,"Items":[)" + item + R"(]})"}) {
    const page opened = open(text);
    EXPECT_EQ(opened.count(), 1U);
    EXPECT_EQ(opened.last_evaluated_key(), "") << text;
    EXPECT_EQ(items_of(opened), std::vector{item});
  }
}

// Attributes may be called as the members of a page.
TEST(page, is_not_misled_by_names_of_attributes) {
  const std::vector<std::string> items = {
      R"({"x":{"L":[{"N":"1"}]},"Count":{"N":"5"},"LastEvaluatedKey":{"M":{}}})",
      R"({"x":{"M":{"l":{"L":[]},"LastEvaluatedKey":{"S":"no"},"ScannedCount":{"N":"4"}}}})",
      // Not DynamoDB JSON: the name stands right behind a list.
      R"({"x":[1],"LastEvaluatedKey":{"id":{"S":"no"}},"Count":4})",
      R"({"x":[1],"Count":4,"ScannedCount":5})",
  };
  for (const std::string& item : items) {
    for (const std::string& text : {R"({"Count":1,"Items":[)" + item + R"(],"ScannedCount":2})",
                                    R"({"Items":[)" + item + R"(],"Count":1,"ScannedCount":2})",
                                    R"({"Count":1,"ScannedCount":2,"Items":[)" + item + R"(]})"}) {
      const page opened = open(text);
      EXPECT_EQ(opened.count(), 1U) << text;
      EXPECT_EQ(opened.scanned_count(), 2U) << text;
      EXPECT_EQ(opened.last_evaluated_key(), "") << text;
      EXPECT_EQ(items_of(opened), std::vector{item}) << text;
    }
  }
}

TEST(page, may_have_lists_after_its_items) {
  const page opened =
      open(R"({"Items":)" + two_items + R"(,"Count":2,"New":[1,[2]],"ScannedCount":3})");
  EXPECT_EQ(opened.count(), 2U);
  EXPECT_EQ(opened.scanned_count(), 3U);
  EXPECT_EQ(items_of(opened), both);
}

TEST(page, that_was_truncated_is_never_accepted) {
  for (const std::string& text : {amazon, local, key_first, pretty}) {
    const std::size_t end = text.find_last_of('}');
    for (std::size_t length = 0; length <= end; ++length) {
      EXPECT_FALSE(opens(std::string_view(text).substr(0, length))) << text.substr(0, length);
    }
  }
}

// The end of an item may look like the end of a page: the guess is found out when the items are
// read.
TEST(page, that_guessed_wrong_is_found_out) {
  const std::string text = R"({"Count":1,"Items":[{"x":[1],"Count":1})";
  auto opened = page::open(body_buffer(std::string_view(text)));
  ASSERT_TRUE(opened.has_value());
  std::vector<std::string> items;
  EXPECT_FALSE(read_items(*opened, items));
  EXPECT_FALSE(opened->ends_items(opened->items_begin()));
}

TEST(page, is_not_a_page) {
  const std::string items = R"("Items":)" + two_items;
  for (const std::string& text : {
           std::string(),
           std::string("null"),
           std::string("[]"),
           std::string("{}"),
           std::string("<html>no</html>"),
           "{" + items + "}",                      // no count
           "{" + items + R"(,"ScannedCount":2})",  // no count
           R"({"Count":-1,)" + items + "}",
           R"({"Count":"2",)" + items + "}",
           R"({"Count":2.5,)" + items + "}",
           R"({"Count":99999999999999999999,)" + items + "}",
           std::string(R"({"Count":2,"Items":{}})"),
           std::string(R"({"Count":2,"Items":null})"),
           R"({"Count":2,)" + items + R"(,"LastEvaluatedKey":"x"})",
           R"({"Count":2,)" + items + R"(,"LastEvaluatedKey":null})",
           R"({"Count":2,)" + items + R"(,"ScannedCount":})",
           R"({"Count":2,)" + items + R"(,"ConsumedCapacity":7,"ScannedCount":2})",
           R"({"Count":2,)" + items +
               R"(,"ConsumedCapacity":{"CapacityUnits":"7"},"ScannedCount":2})",
           R"({"Count":2 )" + items + "}",
           R"({"Count":2,)" + items + ",}",
       }) {
    EXPECT_FALSE(opens(text)) << text;
  }
}

TEST(page, ends_where_its_text_ends) {
  for (const std::string& text : {amazon, local, key_first}) {
    EXPECT_TRUE(opens(text + " \r\n\t"));
    for (const std::string_view garbage : {"}", "]", ",", "x", "{}", "\0"}) {
      EXPECT_FALSE(opens(text + std::string(garbage.empty() ? std::string_view("\0", 1) : garbage)))
          << text << garbage;
    }
  }
}

TEST(page, keeps_its_parts_when_it_moves) {
  page first = open(amazon);
  page second = std::move(first);
  page third;
  third = std::move(second);
  EXPECT_EQ(third.last_evaluated_key(), R"({"id":{"S":"b"}})");
  EXPECT_EQ(items_of(third), both);
}

}  // namespace model_page_test
